/** Runs of a schedule through the API: one now, and the history. */
import { beforeEach, expect, test } from "vitest";

import type { TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { GUESSED, investigable, work } from "../../shared/testing/investigation.ts";
import { deliverRuns, scheduled, scheduleNow } from "../../shared/testing/schedules.ts";
import { schedulesRun, schedulesRuns } from "./scheduleRuns.ts";

const analyst = aPrincipal("analyst");
const viewer = aPrincipal("viewer");
let deps: TestDeps;
beforeEach(async () => {
  deps = await investigable(GUESSED);
});

test("202: a run now has its session at once, leaves the next time alone, and is the caller's", async () => {
  const { id, next_run_at } = await scheduled(deps);
  const reply = await call(schedulesRun, deps, { as: analyst, params: { id } });
  expect(reply.status).toBe(202);
  expect(reply.headers.get("location")).toBe(`/api/v1/schedules/${id}/runs`);
  expect(reply.json).toMatchObject({
    status: "running",
    trigger: "manual",
    session_id: expect.stringMatching(/^ses_/),
    requested_by: analyst.name,
  });
  expect(await scheduleNow(deps, { id })).toMatchObject({
    next_run_at,
    last_run_status: "running",
  });
  await deliverRuns(deps);
  await work(deps);
  await deliverRuns(deps);
  const runs = await call(schedulesRuns, deps, { as: viewer, params: { id } });
  expect(runs.json).toMatchObject({
    items: [{ status: "completed", trigger: "manual", changes: { compared_with: null } }],
  });
});

// The run is stored before its session begins: a caller that comes again must not begin another one.
test("202: a request that failed halfway and comes again under its Idempotency-Key begins one run", async () => {
  const { id } = await scheduled(deps);
  const send = (key: string) =>
    call(schedulesRun, deps, {
      as: analyst,
      params: { id },
      headers: { "idempotency-key": key },
    });
  const read = deps.documents.read.bind(deps.documents);
  deps.documents.read = (container, ...where) => {
    if (container === "sessions") throw new Error("The process died.");
    return read(container, ...where);
  };
  expect((await send("one")).status).toBe(500);
  deps.documents.read = read;
  deps.clock.advance(1000);
  expect((await send("one")).status).toBe(202);
  const where = [{ op: "eq", field: "type", value: "schedule-run" } as const];
  expect(await deps.documents.count("schedules", { where })).toBe(1);
  // Two requests of one moment are two.
  await send("another");
  expect(await deps.documents.count("schedules", { where })).toBe(2);
});
