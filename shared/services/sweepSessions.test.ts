import { expect, test } from "vitest";

import { readSession } from "../repositories/sessions.ts";
import { InvestigationMessage } from "../schemas/messages.ts";
import { drain } from "../testing/deps.ts";
import { TENANT } from "../testing/fixtures.ts";
import { GUESSED, investigable, start, work } from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { sweepSessions } from "./sweepSessions.ts";

const MINUTE = 60_000;

// A message that died with its worker would otherwise leave a session running for ever.
test("a session that has run for 15 minutes fails, with a reason, and never continues", async () => {
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
