import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { listSessions } from "../repositories/sessions.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { GUESSED, investigable } from "../testing/investigation.ts";
import { deliverRuns, runAt, runsOf, scheduled, scheduleNow } from "../testing/schedules.ts";
import { deleteSchedule, pauseSchedule } from "./changeSchedule.ts";
import { checkSchedules } from "./checkSchedules.ts";
import { relayOutbox } from "./relayOutbox.ts";

const sessions = async (deps: Awaited<ReturnType<typeof investigable>>): Promise<number> =>
  (await listSessions(deps.documents, TENANT, { limit: 100 })).total;

// Each instance of the app checks: a run that two of them begin is paid for and told twice.
test("any number of checkers begin each due run once", async () => {
  const deps = await investigable(GUESSED);
  const all = await Promise.all(Array.from({ length: 60 }, () => scheduled(deps)));
  deps.clock.set("2026-01-16T08:00:00Z");
  const checks = await Promise.all(Array.from({ length: 6 }, () => checkSchedules(deps)));
  expect(checks.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(60);
  expect(checks.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
  for (const schedule of all) {
    expect(await runsOf(deps, schedule)).toMatchObject([{ due_at: "2026-01-16T08:00:00.000Z" }]);
    expect(await scheduleNow(deps, schedule)).toMatchObject({
      next_run_at: "2026-01-17T08:00:00.000Z",
      last_run_status: "running",
    });
  }
  expect(await deliverRuns(deps)).toBe(60);
  expect(await sessions(deps)).toBe(60);
});

// Schedules are taken together: what happens to one of them must not make the others late.
test("a schedule that is paused in that moment costs the others nothing", async () => {
  const deps = await investigable(GUESSED);
  for (let i = 0; i < 20; i += 1) await scheduled(deps);
  deps.clock.set("2026-01-16T08:00:00Z");
  const { documents } = deps;
  let isPaused = false;
  const pausing: typeof documents = {
    read: (...of) => documents.read(...of),
    query: (...of) => documents.query(...of),
    count: (...of) => documents.count(...of),
    close: () => documents.close(),
    batch: async (container, key, writes) => {
      const [first] = writes;
      if (!isPaused && first?.kind === "replace" && writes.length > 3) {
        isPaused = true;
        await pauseSchedule({ ...deps, documents }, aPrincipal(), first.doc.id);
      }
      return await documents.batch(container, key, writes);
    },
  };
  const check = await checkSchedules({ ...deps, documents: pausing });
  expect(check).toEqual({ claimed: 19, lost: 1, failed: 0 });
});

test("nothing begins before its time, and nothing twice in one minute", async () => {
  const deps = await investigable(GUESSED);
  await scheduled(deps);
  deps.clock.set("2026-01-16T07:59:59.999Z");
  expect(await checkSchedules(deps)).toMatchObject({ claimed: 0 });
  deps.clock.set("2026-01-16T08:00:00.000Z");
  expect(await checkSchedules(deps)).toMatchObject({ claimed: 1 });
  expect(await checkSchedules(deps)).toMatchObject({ claimed: 0 });
});

// A week's outage must not become a week's investigations in one minute, nor pass in silence.
test("runs that were missed run once, and the run says how many it stands for", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  await runAt(deps, "2026-01-19T09:30:00Z");
  const runs = await runsOf(deps, schedule);
  expect(runs).toMatchObject([
    {
      status: "completed",
      due_at: "2026-01-16T08:00:00.000Z",
      missed_runs: 3,
      note: "It started 3 days after its time and stands for 3 further runs that were missed.",
    },
  ]);
  expect(runs).toHaveLength(1);
  const { next_run_at } = await scheduleNow(deps, schedule);
  expect(next_run_at).toBe("2026-01-20T08:00:00.000Z");
});

test("a single run that was missed still runs, late, and says so", async () => {
  const deps = await investigable(GUESSED);
  const once = { frequency: "once", scheduled_time: "2026-01-15T22:00" } as const;
  const schedule = await scheduled(deps, once);
  await runAt(deps, "2026-01-16T01:00:00Z");
  expect(await runsOf(deps, schedule)).toMatchObject([
    { missed_runs: 0, note: expect.stringContaining("3 hours after its time") },
  ]);
});

const down = async (): Promise<never> => {
  throw new AppError("queue-unavailable", "The queue does not answer.");
};

// Between the claim and the start the process may die: the claim must carry the start with it.
test("a run that was taken while the queue was down starts when it is back", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  deps.clock.set("2026-01-16T08:00:00Z");
  const queue = { ...deps.queue, send: down };
  expect(await checkSchedules({ ...deps, queue })).toMatchObject({ claimed: 1, failed: 0 });
  expect(await deliverRuns(deps)).toBe(0);
  deps.clock.advance(60_000);
  await relayOutbox(deps);
  expect(await deliverRuns(deps)).toBe(1);
  expect(await sessions(deps)).toBe(1);
  expect(await scheduleNow(deps, schedule)).toMatchObject({ consecutive_failures: 0 });
});

test("a schedule that rests or is gone is not taken", async () => {
  const deps = await investigable(GUESSED);
  await pauseSchedule(deps, aPrincipal(), (await scheduled(deps)).id);
  await deleteSchedule(deps, aPrincipal(), (await scheduled(deps)).id);
  deps.clock.set("2026-01-20T08:00:00Z");
  expect(await checkSchedules(deps)).toMatchObject({ claimed: 0, failed: 0 });
});
