/** Decisions about the runs of a schedule: which is due, what it stands for, and what its end means. */
import { createHash } from "node:crypto";

import type { RunCondition } from "../schemas/conditions.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type {
  RunChanges,
  RunFinding,
  ScheduleError,
  ScheduleRunRecord,
  ScheduleRunView,
} from "../schemas/scheduleRuns.ts";
import type { ScheduleRecord } from "../schemas/schedules.ts";
import type { Verdict } from "../schemas/sessions.ts";
import { messageId } from "./messageId.ts";
import {
  FAILURES_MAX,
  failuresAround,
  failuresInARow,
  lastError,
  type RunOutcome,
} from "./scheduleFailures.ts";
import { nextRun } from "./scheduleTiming.ts";

/** A start this much after its time is worth a word, in milliseconds. */
const LATE_MS = 5 * 60_000;
/** Passed times are counted up to here: a schedule of every 5 minutes has as many in 3 days. */
const MISSED_MAX = 1000;

/** Clocks of two instances differ by less than this. */
const SKEW_MS = 60_000;

/** The same due time of the same schedule, or the same request, gives the same run, whoever takes it. */
export const runIdOf = (scheduleId: string, trigger: string, cause: string): string =>
  `srn_${digest([scheduleId, trigger, cause])}`;

/** The same run gives the same session, however often its start is tried. */
export const sessionIdOf = (runId: string): string => `ses_${digest([runId])}`;

type Taken = { schedule: ScheduleRecord; run: ScheduleRunRecord };

/** The run that is due, and the schedule moved on to its next time; `undefined` when none is due. */
export function claimed(schedule: ScheduleRecord, now: Date): Taken | undefined {
  const due_at = schedule.next_run_at;
  if (due_at === null || new Date(due_at) > now) return undefined;
  const { missed, next } = timesAfter(schedule, new Date(due_at), now);
  const run = newRun(schedule, "schedule", due_at, now);
  const note = noteOf(missed, now.getTime() - Date.parse(due_at));
  return {
    schedule: started({ ...schedule, next_run_at: next }, run),
    run: { ...run, missed_runs: missed, note },
  };
}

/** A run that a person asks for now; the schedule's own times stay. @param id of the request's own. */
export function requestedRun(
  schedule: ScheduleRecord,
  id: string,
  requested_by: ScheduleRunRecord["requested_by"],
  now: Date,
): Taken {
  const run = { ...newRun(schedule, "manual", now.toISOString(), now), id, requested_by };
  return { schedule: started(schedule, run), run };
}

function newRun(
  schedule: ScheduleRecord,
  trigger: ScheduleRunRecord["trigger"],
  due_at: string,
  now: Date,
): ScheduleRunRecord {
  const { id, shard, tenant_id } = schedule;
  const started_at = startedAt(schedule, now).toISOString();
  return {
    type: "schedule-run",
    id: runIdOf(id, trigger, due_at),
    shard,
    tenant_id,
    schedule_id: id,
    status: "running",
    trigger,
    requested_by: null,
    due_at,
    started_at,
    missed_runs: 0,
    note: null,
    session_id: null,
    completed_at: null,
    duration_ms: null,
    error: null,
    verdict: null,
    changes: null,
    findings: [],
    consecutive_failures: null,
    updated_at: started_at,
  };
}

/** Each run of a schedule begins after the one before it, also by the clock of another instance. */
function startedAt({ last_run_at }: ScheduleRecord, now: Date): Date {
  const last = last_run_at === null ? 0 : Date.parse(last_run_at);
  const isAhead = last >= now.getTime() && last < now.getTime() + SKEW_MS;
  return isAhead ? new Date(last + 1) : now;
}

const started = (schedule: ScheduleRecord, run: ScheduleRunRecord): ScheduleRecord => ({
  ...schedule,
  last_run_id: run.id,
  last_run_at: run.started_at,
  last_run_status: "running",
  updated_at: run.started_at,
});

/** How many further times have passed, and the first that is to come. */
function timesAfter(schedule: ScheduleRecord, due: Date, now: Date) {
  if (schedule.frequency === "once") return { missed: 0, next: null };
  let next = nextRun(schedule, due);
  let missed = 0;
  while (next !== undefined && next <= now && missed < MISSED_MAX) {
    missed += 1;
    next = nextRun(schedule, next);
  }
  if (next !== undefined && next <= now) next = nextRun(schedule, now);
  return { missed, next: next?.toISOString() ?? null };
}

function noteOf(missed: number, lateMs: number): string | null {
  if (missed === 0 && lateMs < LATE_MS) return null;
  const late = `It started ${spanOf(lateMs)} after its time`;
  if (missed === 0) return `${late}, because nothing could be started until then.`;
  const count = missed >= MISSED_MAX ? `${MISSED_MAX} or more` : String(missed);
  const runs = missed === 1 ? "1 further run that was" : `${count} further runs that were`;
  return `${late} and stands for ${runs} missed.`;
}

function spanOf(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}

/** How a run ended, and when. */
export type RunEnd = { ended_at: string; session_id: string | null } & (
  | {
      status: "completed";
      verdict: Verdict;
      findings: RunFinding[];
      changes: RunChanges;
      condition?: RunCondition | undefined;
    }
  | { status: "failed"; error: ScheduleError }
);

/**
 * The run as it ended, what that makes of its schedule, and who is told.
 * @param runs of the schedule since its count of failures began, in any order.
 */
export function settled(
  schedule: ScheduleRecord,
  run: ScheduleRunRecord,
  end: RunEnd,
  { runs, now }: { runs: readonly RunOutcome[]; now: Date },
): Taken & { messages: OutboxMessage[] } {
  const ended: ScheduleRunRecord = {
    ...run,
    status: end.status,
    session_id: end.session_id,
    completed_at: end.ended_at,
    duration_ms: Math.max(0, Date.parse(end.ended_at) - Date.parse(run.started_at)),
    updated_at: now.toISOString(),
    ...(end.status === "completed"
      ? {
          verdict: end.verdict,
          findings: end.findings,
          changes: end.changes,
          ...(end.condition !== undefined && { condition: end.condition }),
        }
      : { error: end.error }),
  };
  const outcomes = runs.map((one) => (one.id === run.id ? ended : one));
  const isBad = end.status === "failed";
  ended.consecutive_failures = isOff(schedule)
    ? Number(isBad) * schedule.consecutive_failures
    : failuresAround(outcomes, run);
  const next = afterRun(schedule, ended, outcomes);
  const isDisabled = next.status === "FAILED" && schedule.status !== "FAILED";
  return { schedule: next, run: ended, messages: toldOf(next, ended, isDisabled) };
}

/** Disabled by its failures: runs by hand that look whether the cause is mended count for nothing until it is enabled. */
const isOff = ({ status }: ScheduleRecord): boolean => status === "FAILED";

function afterRun(
  before: ScheduleRecord,
  run: ScheduleRunRecord,
  runs: readonly RunOutcome[],
): ScheduleRecord {
  const isLatest = before.last_run_id === run.id;
  const consecutive_failures = isOff(before) ? before.consecutive_failures : failuresInARow(runs);
  const after: ScheduleRecord = {
    ...before,
    consecutive_failures,
    last_error: runs.length === 0 ? before.last_error : lastError(runs),
    last_run_status: isLatest ? run.status : before.last_run_status,
    updated_at: run.updated_at,
  };
  if (before.status !== "ACTIVE") return after;
  // A new time that it was given meanwhile is still to come.
  const isOver =
    before.frequency === "once" && run.trigger === "schedule" && before.next_run_at === null;
  if (isOver) return { ...after, status: "COMPLETED" };
  if (consecutive_failures < FAILURES_MAX) return after;
  return { ...after, status: "FAILED", next_run_at: null };
}

/** Nobody is told of a run that a person cancelled, nor of a schedule that was deleted meanwhile. */
function toldOf(
  schedule: ScheduleRecord,
  run: ScheduleRunRecord,
  isDisabled: boolean,
): OutboxMessage[] {
  if (schedule.deleted_at !== undefined) return [];
  const { tenant_id, updated_at: at } = run;
  const subject_id = runSubject(run);
  const tell = (event: "investigation-completed" | "investigation-failed" | "schedule-disabled") =>
    ({
      id: messageId(event, tenant_id, subject_id),
      queue: "notifications",
      body: { tenant_id, event, subject_id, at },
    }) as const;
  const isTold = run.error?.code !== "cancelled";
  return [
    ...(isTold ? [tell(`investigation-${run.status === "failed" ? "failed" : "completed"}`)] : []),
    ...(isDisabled ? [tell("schedule-disabled")] : []),
  ];
}

/** What notifications of a run name as their subject. */
export const runSubject = (run: Pick<ScheduleRunRecord, "schedule_id" | "id">): string =>
  `${run.schedule_id}:${run.id}`;

/** The run that a notification's subject names; `undefined` when it names something else. */
export function runOfSubject(subject: string): { schedule_id: string; id: string } | undefined {
  const [, schedule_id, id] = /^(sch_\w+):(srn_\w+)$/.exec(subject) ?? [];
  return schedule_id === undefined || id === undefined ? undefined : { schedule_id, id };
}

/** Asks for the session of the run to be started. */
export const runMessage = (run: ScheduleRunRecord): OutboxMessage => ({
  id: messageId("run-start", run.tenant_id, run.id),
  queue: "schedules",
  body: { tenant_id: run.tenant_id, schedule_id: run.schedule_id, run_id: run.id },
});

export function runView(record: ScheduleRunRecord): ScheduleRunView {
  const {
    type: _type,
    shard: _shard,
    tenant_id: _tenant,
    findings: _findings,
    requested_by,
    ...shown
  } = record;
  const by = requested_by === null ? null : (requested_by.actor_name ?? requested_by.actor_id);
  return { ...shown, created_at: record.started_at, requested_by: by };
}

const digest = (parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 26);
