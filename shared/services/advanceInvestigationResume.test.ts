/** A run goes on from what the slices before left, or not at all. */
import { expect, test } from "vitest";

import { TENANT } from "../testing/fixtures.ts";
import { current, GUESSED, investigable, start, takeMessage } from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";

// It would ask everything once more, and its steps and evidence would stand beside those of its first beginning.
test.each([
  ["is not readable", { kind: "patch", id: "state:1", set: { state: { pending: "s01" } } }],
  ["is gone", { kind: "delete", id: "state:1" }],
] as const)("a session whose state %s does not begin again inside itself", async (_, damage) => {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  await advanceInvestigation(deps, await takeMessage(deps));
  const before = await current(deps, session);
  const key = [TENANT, session.session_id];
  expect(await deps.documents.batch("sessions", key, [damage])).toBe("done");
  const calls = deps.siem.calls.length;
  await expect(advanceInvestigation(deps, await takeMessage(deps))).rejects.toThrow(
    /state of ses_/,
  );
  expect(await current(deps, session)).toEqual(before);
  expect(deps.siem.calls.length).toBe(calls);
});
