import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { sessionIdOf } from "../domain/scheduleRuns.ts";
import { listSessions, readSession } from "../repositories/sessions.ts";
import { ScheduleRunMessage } from "../schemas/messages.ts";
import { drain, type TestDeps } from "../testing/deps.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { GUESSED, investigable, work } from "../testing/investigation.ts";
import {
  advance,
  deliverRuns,
  monitor,
  runAt,
  runsOf,
  scheduled,
  scheduleNow,
  told,
} from "../testing/schedules.ts";
import { cancelInvestigation } from "./cancelInvestigation.ts";
import { resumeSchedule } from "./changeSchedule.ts";
import { checkSchedules } from "./checkSchedules.ts";
import { deleteSession } from "./deleteSession.ts";

const FIRST = "2026-01-16T08:00:00.000Z";
const day = (n: number): string => `2026-01-${15 + n}T08:00:00.000Z`;

/** The workspace fails every query. */
const unreachable = (deps: TestDeps): void =>
  deps.siem.answers(() => {
    throw new AppError("siem-unavailable", "The workspace does not answer.");
  });

/** The first run, taken and not started. */
async function taken() {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  deps.clock.set(FIRST);
  await checkSchedules(deps);
  const [message] = await drain(deps.queue, "schedules");
  return { deps, schedule, message: ScheduleRunMessage.parse(message?.body) };
}

test("a run is a session like one that a person starts, settled and told when it ends", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps, { persona: "ciso", timespan: "P2D" });
  await runAt(deps, FIRST);
  const [run] = await runsOf(deps, schedule);
  expect(run).toMatchObject({
    status: "completed",
    trigger: "schedule",
    verdict: "true_positive",
    error: null,
    consecutive_failures: 0,
    changes: { compared_with: null },
  });
  const stored = await readSession(deps.documents, TENANT, run?.session_id ?? "");
  expect(stored?.session).toMatchObject({
    status: "completed",
    persona: "ciso",
    created_by: "schedules",
    incident_number: 12345,
    schedule: { id: schedule.id, run_id: run?.id },
    timespan: { from: "2026-01-14T08:00:00.000Z", to: FIRST },
  });
  expect(await told(deps)).toEqual(["investigation-completed"]);
  expect(await scheduleNow(deps, schedule)).toMatchObject({
    status: "ACTIVE",
    last_run_status: "completed",
    last_run_at: FIRST,
  });
});

// A question that says "in the last 24 hours" and is asked over a week answers something else.
test("the question's own stretch of time is what the run looks at", async () => {
  const deps = await investigable(GUESSED);
  const user_query = "Did sign-ins of ana@contoso.example fail in the last 24 hours?";
  await scheduled(deps, { user_query });
  await runAt(deps, FIRST);
  const { sessions } = await listSessions(deps.documents, TENANT, { limit: 5 });
  expect(sessions[0]?.timespan).toEqual({ from: "2026-01-15T08:00:00.000Z", to: FIRST });
});

test("a start that is delivered twice starts one session", async () => {
  const { deps, message } = await taken();
  await Promise.all([advance(deps, message), advance(deps, message)]);
  await advance(deps, message);
  expect((await listSessions(deps.documents, TENANT, { limit: 5 })).total).toBe(1);
});

test("a worker that died between the session and the run's mark is no second start", async () => {
  const { deps, schedule, message } = await taken();
  // The write after the session fails: the session is there, the run does not know of it.
  let isCut = true;
  const documents: typeof deps.documents = {
    ...deps.documents,
    read: (...at) => deps.documents.read(...at),
    query: (...what) => deps.documents.query(...what),
    batch: async (container, key, writes) => {
      if (container === "schedules" && isCut) throw new Error("killed");
      return await deps.documents.batch(container, key, writes);
    },
  };
  await expect(advance({ ...deps, documents }, message)).rejects.toThrow("killed");
  isCut = false;
  await advance(deps, message);
  expect(await runsOf(deps, schedule)).toMatchObject([{ session_id: sessionIdOf(message.run_id) }]);
  expect((await listSessions(deps.documents, TENANT, { limit: 5 })).total).toBe(1);
});

test("once: COMPLETED after its only run, and not before", async () => {
  const deps = await investigable(GUESSED);
  const once = { frequency: "once", scheduled_time: "2026-01-16T08:00" } as const;
  const schedule = await scheduled(deps, once);
  deps.clock.set(FIRST);
  await checkSchedules(deps);
  expect(await scheduleNow(deps, schedule)).toMatchObject({ status: "ACTIVE", next_run_at: null });
  await deliverRuns(deps);
  await work(deps);
  await deliverRuns(deps);
  expect(await scheduleNow(deps, schedule)).toMatchObject({ status: "COMPLETED" });
  await expect(resumeSchedule(deps, aPrincipal(), schedule.id)).rejects.toMatchObject({
    code: "conflict",
  });
});

// A schedule that fails for ever costs money every day, and hides that nobody watches any more (seed 004).
test("five failures in a row disable a schedule, which is told once; enabling it starts the count anew", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  unreachable(deps);
  for (let n = 1; n <= 4; n += 1) {
    await runAt(deps, day(n));
    const { status, consecutive_failures } = await scheduleNow(deps, schedule);
    expect({ status, consecutive_failures }).toEqual({ status: "ACTIVE", consecutive_failures: n });
    expect(await told(deps)).toEqual(["investigation-failed"]);
  }
  await runAt(deps, day(5));
  expect(await scheduleNow(deps, schedule)).toMatchObject({
    status: "FAILED",
    next_run_at: null,
    last_error: { code: "siem-unavailable" },
  });
  expect(await told(deps)).toEqual(["investigation-failed", "schedule-disabled"]);
  await runAt(deps, day(6));
  expect(await runsOf(deps, schedule)).toHaveLength(5);
  await resumeSchedule(deps, aPrincipal(), schedule.id);
  expect(await scheduleNow(deps, schedule)).toMatchObject({
    status: "ACTIVE",
    consecutive_failures: 0,
    next_run_at: day(7),
  });
  await runAt(deps, day(7));
  expect(await scheduleNow(deps, schedule)).toMatchObject({
    status: "ACTIVE",
    consecutive_failures: 1,
  });
});

test("a run that completes ends the row of failures", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  const isDown = { now: true };
  const whole = deps.siem.query.bind(deps.siem);
  deps.siem.query = async (...asked) => {
    if (isDown.now) throw new AppError("query-timeout", "The query took too long.");
    return await whole(...asked);
  };
  for (let n = 1; n <= 4; n += 1) await runAt(deps, day(n));
  isDown.now = false;
  await runAt(deps, day(5));
  isDown.now = true;
  await runAt(deps, day(6));
  expect(await scheduleNow(deps, schedule)).toMatchObject({
    status: "ACTIVE",
    consecutive_failures: 1,
  });
});

// The store or a worker that dies says nothing about the question: five bad nights of ours must not stop it.
test("failures of the platform are told and do not count", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  for (let n = 1; n <= 6; n += 1) {
    deps.clock.set(day(n));
    await checkSchedules(deps);
    await drain(deps.queue, "schedules");
    const broken: typeof deps.documents = {
      ...deps.documents,
      read: (...at) => deps.documents.read(...at),
      query: (...what) => deps.documents.query(...what),
      batch: async (container, key, writes) => {
        if (container !== "sessions") return await deps.documents.batch(container, key, writes);
        throw new AppError("queue-unavailable", "Nothing can be started.");
      },
    };
    deps.clock.advance(5 * 60_000);
    await monitor({ ...deps, documents: broken });
    expect(await runsOf(deps, schedule)).toMatchObject([{ status: "running" }, ...runs(n - 1)]);
    deps.clock.advance(60 * 60_000);
    await monitor({ ...deps, documents: broken });
    expect(await runsOf(deps, schedule)).toMatchObject([...runs(n)]);
  }
  expect(await scheduleNow(deps, schedule)).toMatchObject({
    status: "ACTIVE",
    consecutive_failures: 0,
    last_error: { code: "not-started" },
  });
});

// After an outage the message and the monitor come together: who is second must not call the run failed that goes on.
test("a run that two start at once, hours after its time, goes on", async () => {
  const { deps, schedule, message } = await taken();
  deps.clock.advance(2 * 60 * 60_000);
  await Promise.all([advance(deps, message), advance(deps, message)]);
  const session_id = sessionIdOf(message.run_id);
  expect(await runsOf(deps, schedule)).toMatchObject([{ status: "running", session_id }]);
});

const runs = (count: number) =>
  Array.from({ length: count }, () => ({ status: "failed", error: { code: "not-started" } }));

test("a start that never will succeed fails the run with what to change, and counts", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps, { user_query: "What became of #999999?" });
  await runAt(deps, FIRST);
  expect(await runsOf(deps, schedule)).toMatchObject([
    {
      status: "failed",
      session_id: null,
      error: { code: "not-found", detail: expect.stringContaining("No such incident") },
      consecutive_failures: 1,
    },
  ]);
  expect(await told(deps)).toEqual(["investigation-failed"]);
});

// Without it a schedule would report by the rules alone for weeks, and nobody would know that the model is gone.
test("require_model: a run that no model judged is a failed one", async () => {
  const deps = await investigable(GUESSED);
  const strict = await scheduled(deps, { require_model: true });
  const lenient = await scheduled(deps);
  await runAt(deps, FIRST);
  expect(await runsOf(deps, strict)).toMatchObject([
    { status: "failed", error: { code: "model-unavailable" }, consecutive_failures: 1 },
  ]);
  expect(await runsOf(deps, lenient)).toMatchObject([{ status: "completed" }]);
});

test("a message that was lost is made up for by the monitor: started, and later settled", async () => {
  const { deps, schedule } = await taken();
  deps.clock.advance(5 * 60_000);
  await monitor(deps);
  expect((await runsOf(deps, schedule))[0]?.session_id).not.toBeNull();
  await work(deps);
  await drain(deps.queue, "schedules");
  expect(await runsOf(deps, schedule)).toMatchObject([{ status: "running" }]);
  deps.clock.advance(5 * 60_000);
  await monitor(deps);
  expect(await runsOf(deps, schedule)).toMatchObject([{ status: "completed" }]);
});

test("a session that was removed fails its run without counting", async () => {
  const { deps, schedule, message } = await taken();
  await advance(deps, message);
  await deleteSession(deps, aPrincipal(), sessionIdOf(message.run_id));
  await drain(deps.queue, "schedules");
  deps.clock.advance(5 * 60_000);
  await monitor(deps);
  expect(await runsOf(deps, schedule)).toMatchObject([
    { status: "failed", error: { code: "session-removed" }, consecutive_failures: 0 },
  ]);
});

test("a session that a person cancelled fails its run; nobody is told of what somebody chose", async () => {
  const { deps, schedule, message } = await taken();
  await advance(deps, message);
  await cancelInvestigation(deps, aPrincipal(), sessionIdOf(message.run_id));
  await deliverRuns(deps);
  expect(await runsOf(deps, schedule)).toMatchObject([
    { status: "failed", error: { code: "cancelled" }, consecutive_failures: 0 },
  ]);
  expect(await told(deps)).toEqual([]);
});

test("beyond the newest hundred, runs are removed", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps, { user_query: "What became of #999999?" });
  for (let n = 0; n < 105; n += 1) {
    await resumeSchedule(deps, aPrincipal(), schedule.id);
    deps.clock.advance(24 * 3_600_000);
    await checkSchedules(deps);
    await deliverRuns(deps);
  }
  const where = [{ op: "eq", field: "type", value: "schedule-run" } as const];
  expect(await deps.documents.count("schedules", { where })).toBe(100);
  expect(await runsOf(deps, schedule)).toHaveLength(50);
});
