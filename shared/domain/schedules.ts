/** Decisions about schedules: how they begin, change, rest and come back, and what readers see of them. */
import { createHash } from "node:crypto";

import type { Principal } from "../schemas/principal.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type {
  CreateScheduleBody,
  ScheduleRecord,
  ScheduleSummary,
  ScheduleView,
  UpdateScheduleBody,
} from "../schemas/schedules.ts";
import type { ScheduleTiming } from "../schemas/scheduleTiming.ts";
import { changeAudit } from "./audit.ts";
import { AppError, invalidBody, type FieldError } from "./errors.ts";
import { nextRun, nextRuns, timingErrors } from "./scheduleTiming.ts";
import { LOOKBACK_REFUSED, lookbackMsOf } from "./sessionsWindow.ts";

/** Partitions that schedules are spread over, so that checkers need not meet in one. */
export const SHARDS = ["0", "1", "2", "3"] as const;
/** Coming runs that are shown ahead. */
export const RUNS_AHEAD = 5;

/** The partition of a schedule, its runs and its messages. */
export const shardOf = (scheduleId: string): string =>
  SHARDS[createHash("sha256").update(scheduleId).digest().readUInt8(0) % SHARDS.length] ?? "0";

type Place = Pick<ScheduleRecord, "id" | "tenant_id" | "created_by" | "app_id" | "provider_id">;

/** @throws AppError `invalid-fields` when the timing cannot run, or no run can look back so far. */
export function newSchedule(place: Place, body: CreateScheduleBody, now: Date): ScheduleRecord {
  refuse([...timingErrors(body, now), ...timespanErrors(body.timespan, now)]);
  return {
    ...body,
    ...place,
    type: "schedule",
    shard: shardOf(place.id),
    listed: place.id,
    status: "ACTIVE",
    next_run_at: nextAfter(body, now),
    last_run_id: null,
    last_run_at: null,
    last_run_status: null,
    consecutive_failures: 0,
    last_error: null,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
}

const TIMING_FIELDS = [
  "frequency",
  "scheduled_time",
  "day_of_week",
  "day_of_month",
  "cron",
  "timezone",
] as const satisfies readonly (keyof ScheduleTiming)[];

/**
 * The schedule with the given fields set. A new timing gives a new next run, and wakes a schedule that had completed;
 * one that is due and not taken yet stays due when only other fields change.
 * @param providerId what the body's provider means; `undefined` when it names none.
 * @throws AppError `invalid-fields` when the new timing cannot run, or no run can look back so far.
 */
export function changedSchedule(
  before: ScheduleRecord,
  body: UpdateScheduleBody,
  providerId: string | null | undefined,
  now: Date,
): ScheduleRecord {
  refuse(timespanErrors(body.timespan, now));
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const after: ScheduleRecord = {
    ...before,
    ...given,
    ...(providerId !== undefined && { provider_id: providerId }),
    updated_at: now.toISOString(),
  };
  if (!TIMING_FIELDS.some((field) => body[field] !== undefined)) return after;
  refuse(timingErrors(after, now));
  const status = before.status === "COMPLETED" ? "ACTIVE" : before.status;
  const next_run_at = status === "ACTIVE" ? nextAfter(after, now) : null;
  return { ...after, status, next_run_at };
}

/** The same record when it rests already. @throws AppError `conflict` for one that does not run by itself anyway. */
export function paused(before: ScheduleRecord, now: Date): ScheduleRecord {
  if (before.status === "PAUSED") return before;
  if (before.status === "COMPLETED" || before.status === "FAILED") {
    const why = before.status === "FAILED" ? "was disabled after failures" : "has completed";
    throw new AppError("conflict", `The schedule ${why}: there is nothing to pause.`);
  }
  return { ...before, status: "PAUSED", next_run_at: null, updated_at: now.toISOString() };
}

/**
 * Runs by itself again, with its count of failures at nothing: runs that began before count no more, whenever they end.
 * One that is active keeps its next run, also when that is due and not taken yet; the same record when nothing changes.
 * @throws AppError `conflict` for a schedule whose only time has passed.
 */
export function resumed(before: ScheduleRecord, now: Date): ScheduleRecord {
  const anew = {
    consecutive_failures: 0,
    counted_after: before.last_run_at ?? undefined,
    updated_at: now.toISOString(),
  };
  if (before.status === "ACTIVE") {
    return before.consecutive_failures === 0 ? before : { ...before, ...anew };
  }
  const next_run_at = nextAfter(before, now);
  if (before.status === "COMPLETED" || next_run_at === null) {
    const detail = "Its only time has passed. Give it a new one with a change of scheduled_time.";
    throw new AppError("conflict", detail);
  }
  return { ...before, ...anew, status: "ACTIVE", next_run_at };
}

/** No list shows it and nothing starts it; its runs and their sessions stay. */
export function deletedSchedule(before: ScheduleRecord, now: Date): ScheduleRecord {
  const { listed: _listed, ...rest } = before;
  const at = now.toISOString();
  return { ...rest, next_run_at: null, deleted_at: at, updated_at: at };
}

/** One line of the list. */
export function scheduleSummary(record: ScheduleRecord): ScheduleSummary {
  const {
    type: _type,
    shard: _shard,
    tenant_id: _tenant,
    listed: _listed,
    provider_id: _provider,
    last_run_id: _run,
    counted_after: _counted,
    deleted_at: _deleted,
    ...shown
  } = record;
  return shown;
}

/** A run that is due and not taken yet counts among the next ones. */
export function scheduleView(record: ScheduleRecord): ScheduleView {
  const first = record.next_run_at;
  const next_runs =
    first === null
      ? []
      : [first, ...later(record, first, RUNS_AHEAD - 1).map((run) => run.toISOString())];
  return { ...scheduleSummary(record), next_runs };
}

const later = (record: ScheduleRecord, first: string, count: number): Date[] =>
  record.frequency === "once" ? [] : nextRuns(record, new Date(first), count);

type ScheduleAct = "create" | "patch" | "pause" | "resume" | "run" | "delete";

/** The audit row of a person's act. @param version of the schedule that was acted on. */
export const scheduleAudit = (
  by: Pick<Principal, "id" | "kind" | "tenant_id" | "name">,
  act: ScheduleAct,
  subject: { id: string; version: string },
  fields: string[],
  at: Date,
): OutboxMessage => changeAudit(by, `schedule.${act}`, subject, fields, at);

/** A timespan that no session takes would make every run fail. */
function timespanErrors(timespan: string | null | undefined, now: Date): FieldError[] {
  if (timespan === null || timespan === undefined) return [];
  if (lookbackMsOf(timespan, now) !== undefined) return [];
  return [{ pointer: "/timespan", detail: LOOKBACK_REFUSED }];
}

/** @throws AppError `invalid-fields` naming each field. */
export function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidBody(errors);
}

const nextAfter = (timing: ScheduleTiming, now: Date): string | null =>
  nextRun(timing, now)?.toISOString() ?? null;
