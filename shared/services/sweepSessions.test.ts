import { expect, test } from "vitest";

import { readSession } from "../repositories/sessions.ts";
import { InvestigationMessage } from "../schemas/messages.ts";
import { drain } from "../testing/deps.ts";
import { TENANT } from "../testing/fixtures.ts";
import {
  current,
  GUESSED,
  investigable,
  start,
  takeMessage,
  work,
} from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { sweepSessions } from "./sweepSessions.ts";

const MINUTE = 60_000;

/** A session after its first slice, whose next message is lost. */
async function halfDone() {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  await advanceInvestigation(deps, await takeMessage(deps));
  await drain(deps.queue, "investigations");
  return { deps, session };
}

// A message that died with its worker would otherwise leave a session running for ever.
test("a session without progress for 15 minutes fails, with a reason of its own, and never continues", async () => {
  const { deps, session } = await halfDone();
  deps.clock.advance(10 * MINUTE);
  await sweepSessions(deps);
  await drain(deps.queue, "investigations");
  deps.clock.advance(4 * MINUTE);
  await sweepSessions(deps);
  expect(await current(deps, session)).toMatchObject({ status: "running" });
  deps.clock.advance(MINUTE);
  await sweepSessions(deps);
  expect(await current(deps, session)).toMatchObject({
    status: "failed",
    error: { code: "stalled", detail: expect.stringContaining("15 minutes") },
  });
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "failed", slices: 1 });
});

test("a session whose message died is asked for once more, and ends as if nothing had happened", async () => {
  const { deps, session } = await halfDone();
  deps.clock.advance(9 * MINUTE);
  await sweepSessions(deps);
  expect(await drain(deps.queue, "investigations")).toEqual([]);
  deps.clock.advance(MINUTE);
  await sweepSessions(deps);
  await sweepSessions(deps);
  const again = await drain(deps.queue, "investigations");
  expect(again.map(({ id }) => id)).toEqual([`again:${TENANT}:${session.session_id}:1`]);
  await advanceInvestigation(deps, InvestigationMessage.parse(again[0]?.body));
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "completed" });
});

// The first sweep after an outage finds every session that was under way without progress for long.
test("no session is failed before it was asked for once more and that had five minutes", async () => {
  const { deps, session } = await halfDone();
  deps.clock.advance(60 * MINUTE);
  await sweepSessions(deps);
  deps.clock.advance(4 * MINUTE);
  await sweepSessions(deps);
  expect(await current(deps, session)).toMatchObject({ status: "running" });
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "completed" });
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
