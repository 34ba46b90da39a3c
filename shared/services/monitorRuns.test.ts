/** The monitor of runs when there are more than its time suffices for. */
import { expect, test } from "vitest";

import { AppError, type ErrorCode } from "../domain/errors.ts";
import { shardOf } from "../domain/schedules.ts";
import type { ScheduleRunMessage } from "../schemas/messages.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { aPrincipal } from "../testing/fixtures.ts";
import { scheduled } from "../testing/schedules.ts";
import { monitorRuns } from "./monitorRuns.ts";
import { requestRun } from "./requestRun.ts";

/** So many runs of a few schedules, none of them settled. */
async function unsettled(deps: TestDeps, count: number): Promise<Set<string>> {
  const own = [];
  for (let n = 0; n < 6; n += 1) own.push(await scheduled(deps));
  const ids = new Set<string>();
  for (let n = 0; n < count; n += 1) {
    deps.clock.advance(10);
    const { id } = await requestRun(deps, aPrincipal(), own[n % own.length]?.id ?? "");
    ids.add(id);
  }
  deps.clock.advance(120_000);
  return ids;
}

/** Looks that take a second each; runs stay unsettled. */
function slowly(deps: TestDeps) {
  const looked: ScheduleRunMessage[] = [];
  const advance = async (run: ScheduleRunMessage): Promise<void> => {
    looked.push(run);
    deps.clock.advance(1000);
  };
  return { looked, advance };
}

// Begun at the oldest each time, a few runs that never end would keep the monitor from all the others.
test("what the time does not suffice for comes first the next time, until each was looked at", async () => {
  const deps = testDeps();
  const all = await unsettled(deps, 500);
  const { looked, advance } = slowly(deps);
  await monitorRuns(deps, advance);
  const first = looked.length;
  expect(first).toBeGreaterThanOrEqual(180);
  expect(first).toBeLessThan(250);
  await monitorRuns(deps, advance);
  await monitorRuns(deps, advance);
  expect(new Set(looked.slice(0, 500).map(({ run_id }) => run_id)).size).toBeGreaterThanOrEqual(
    450,
  );
  expect(new Set(looked.map(({ run_id }) => run_id))).toEqual(all);
});

test("oldest first in each partition, and from the start again once it came to the end", async () => {
  const deps = testDeps();
  const all = [...(await unsettled(deps, 60))];
  const { looked, advance } = slowly(deps);
  await monitorRuns(deps, advance);
  await monitorRuns(deps, advance);
  expect(looked).toHaveLength(120);
  for (const shard of ["0", "1", "2", "3"]) {
    const seen = looked.slice(0, 60).filter((run) => shardOf(run.schedule_id) === shard);
    const ages = seen.map(({ run_id }) => all.indexOf(run_id));
    expect(ages).toEqual(ages.toSorted((a, b) => a - b));
  }
});

// A cursor of an older version of the program must not stop the monitor.
test("a place that is not understood any more is the start", async () => {
  const deps = testDeps();
  await unsettled(deps, 5);
  const doc = { id: "runs-monitor", type: "runs-monitor", shard: "2", cursor: "bm9uZQ" };
  await deps.documents.batch("control", ["runs-monitor"], [{ kind: "create", doc }]);
  const { looked, advance } = slowly(deps);
  await monitorRuns(deps, advance);
  expect(new Set(looked.map(({ run_id }) => run_id)).size).toBe(5);
});

// The worker that a run's message went to may be at it.
test("a run younger than a minute is left alone", async () => {
  const deps = testDeps();
  const [first] = await unsettled(deps, 1);
  deps.clock.advance(-60_001);
  const { looked, advance } = slowly(deps);
  await monitorRuns(deps, advance);
  expect(looked).toEqual([]);
  deps.clock.advance(1);
  await monitorRuns(deps, advance);
  expect(looked.map(({ run_id }) => run_id)).toEqual([first]);
});

test("a run that cannot be looked at holds up no other; a store that is away ends it", async () => {
  const deps = testDeps();
  await unsettled(deps, 5);
  let looked = 0;
  const failing = (code: ErrorCode) => async () => {
    looked += 1;
    throw new AppError(code, "No.");
  };
  await monitorRuns(deps, failing("siem-unavailable"));
  expect(looked).toBe(5);
  const away = monitorRuns(deps, failing("store-unavailable"));
  await expect(away).rejects.toMatchObject({ code: "store-unavailable" });
  expect(looked).toBe(6);
});
