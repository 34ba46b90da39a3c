/** What becomes of deleted schedules, on both stores. */
import { describe, expect, test } from "vitest";

import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import * as schedules from "../repositories/schedules.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { cosmosForTests } from "../testing/onCosmos.ts";
import { scheduled, scheduleNow } from "../testing/schedules.ts";
import { deleteSchedule } from "./changeSchedule.ts";
import { forgetSchedules } from "./forgetSchedules.ts";
import { requestRun } from "./requestRun.ts";

const DAY_MS = 86_400_000;

const cosmos = cosmosForTests();

function onCosmos(): TestDeps {
  const deps = testDeps();
  return Object.assign(deps, { documents: cosmos(deps.clock) });
}

/** A schedule with so many runs, deleted. */
async function deleted(deps: TestDeps, runs: number) {
  const schedule = await scheduled(deps);
  for (let n = 0; n < runs; n += 1) await requestRun(deps, aPrincipal(), schedule.id);
  await deleteSchedule(deps, aPrincipal(), schedule.id);
  await drain(deps.queue, "schedules");
  return schedule;
}

const left = async ({ documents }: TestDeps, id: string) => ({
  schedule: (await schedules.readAny(documents, TENANT, id)) !== undefined,
  runs: (await scheduleRuns.newest(documents, id)).length,
});

describe.for<[string, () => TestDeps]>([
  ["SQLite", () => testDeps()],
  ["Cosmos DB", onCosmos],
])("%s", ([, made]) => {
  // Documents that nobody can see cost money for ever, and keep what people asked to have deleted.
  test("a deleted schedule is gone with its runs after thirty days, and not before; others stay", async () => {
    const deps = made();
    const kept = await scheduled(deps);
    await requestRun(deps, aPrincipal(), kept.id);
    const gone = await deleted(deps, 3);
    deps.clock.advance(29 * DAY_MS);
    await forgetSchedules(deps);
    expect(await left(deps, gone.id)).toEqual({ schedule: true, runs: 3 });
    deps.clock.advance(2 * DAY_MS);
    await forgetSchedules(deps);
    expect(await left(deps, gone.id)).toEqual({ schedule: false, runs: 0 });
    expect(await left(deps, kept.id)).toEqual({ schedule: true, runs: 1 });
    await expect(scheduleNow(deps, kept)).resolves.toMatchObject({ status: "ACTIVE" });
  });
});

// Runs without their schedule would be found by nothing any more.
test("a process that dies in between leaves the schedule, and the next night ends it", async () => {
  const deps = testDeps();
  const gone = await deleted(deps, 2);
  deps.clock.advance(31 * DAY_MS);
  const whole = deps.documents;
  let writes = 0;
  const dying: typeof whole = {
    ...whole,
    read: (...at) => whole.read(...at),
    query: (...what) => whole.query(...what),
    batch: async (...what) => {
      writes += 1;
      if (writes > 1) throw new Error("killed");
      return await whole.batch(...what);
    },
  };
  await expect(forgetSchedules({ ...deps, documents: dying })).rejects.toThrow("killed");
  expect(await left(deps, gone.id)).toEqual({ schedule: true, runs: 0 });
  await forgetSchedules(deps);
  expect(await left(deps, gone.id)).toEqual({ schedule: false, runs: 0 });
});
