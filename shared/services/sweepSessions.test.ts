import { expect, test } from "vitest";

import { readSession } from "../repositories/sessions.ts";
import { InvestigationMessage } from "../schemas/messages.ts";
import { drain } from "../testing/deps.ts";
import { TENANT } from "../testing/fixtures.ts";
import { current, GUESSED, investigable, start, work } from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { sweepSessions } from "./sweepSessions.ts";

const MINUTE = 60_000;

// A message that died with its worker would otherwise leave a session running for ever.
test("a session without progress for 15 minutes fails, with a reason, and never continues", async () => {
  const deps = await investigable(GUESSED);
  const { session_id } = await start(deps);
  const [first] = await drain(deps.queue, "investigations");
  await advanceInvestigation(deps, InvestigationMessage.parse(first?.body));
  const status = async () => (await readSession(deps.documents, TENANT, session_id))?.session;

  deps.clock.advance(14 * MINUTE);
  await sweepSessions(deps);
  expect(await status()).toMatchObject({ status: "running" });
  deps.clock.advance(MINUTE);
  await sweepSessions(deps);
  expect(await status()).toMatchObject({
    status: "failed",
    error: { code: "query-timeout", detail: expect.stringContaining("15 minutes") },
  });
  await work(deps);
  expect(await status()).toMatchObject({ status: "failed", slices: 1 });
});

// With a hundred sessions in the queue each waits long between its slices, and all of them are healthy.
test("a session that waits long between its slices is not failed, however long it runs in all", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  let slices = 0;
  for (let waiting = await drain(deps.queue, "investigations"); waiting.length > 0; slices += 1) {
    for (const { body } of waiting) {
      await advanceInvestigation(deps, InvestigationMessage.parse(body));
    }
    deps.clock.advance(9 * MINUTE);
    await sweepSessions(deps);
    waiting = await drain(deps.queue, "investigations");
  }
  expect(slices * 9).toBeGreaterThan(15);
  expect(await current(deps, session)).toMatchObject({ status: "completed" });
});

test("a session whose first message was lost is asked for again and ends", async () => {
  const deps = await investigable(GUESSED);
  const { session_id } = await start(deps);
  await drain(deps.queue, "investigations");
  deps.clock.advance(15 * MINUTE);
  await sweepSessions(deps);
  await work(deps);
  const stored = await readSession(deps.documents, TENANT, session_id);
  expect(stored?.session.status).toBe("completed");
});
