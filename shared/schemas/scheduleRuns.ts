/** Runs of a schedule: each is one investigation session, and what it found that the run before had not. */
import { z } from "zod";

import { AuditEntry } from "./audit.ts";
import { ConditionAnswer, RunCondition } from "./conditions.ts";
import { Verdict } from "./sessions.ts";

const Time = z.iso.datetime();

/** Seed 004. */
export const RunStatus = z.enum(["running", "completed", "failed"]);
export type RunStatus = z.infer<typeof RunStatus>;

export const ScheduleError = z.object({ code: z.string(), detail: z.string() });
export type ScheduleError = z.infer<typeof ScheduleError>;

/** Everything that a report says under one finding key. */
export const RunFinding = z.object({
  /** The same finding has the same key in every run. */
  key: z.string(),
  text: z.string(),
  is_key: z.boolean(),
  /** Changes with what was found, not with when. */
  fingerprint: z.string(),
});
export type RunFinding = z.infer<typeof RunFinding>;

const Told = z.object({ key: z.string(), text: z.string() });

/** What a run found against the completed run before it. */
export const RunChanges = z.object({
  /** `null` for the first run. */
  compared_with: z.object({ run_id: z.string(), started_at: Time }).nullable(),
  /** One sentence. */
  summary: z.string(),
  new: z.array(Told),
  /** Looked for and no longer found. */
  gone: z.array(Told),
  changed: z.array(z.object({ key: z.string(), before: z.string(), after: z.string() })),
  /** Found before, and this run could not look: neither gone nor still there. */
  not_checked: z.array(Told),
  verdict: z.object({ before: Verdict, after: Verdict }).nullable(),
  /** The other answer to the same condition; absent when it is the same, or there was none before. */
  condition: z.object({ before: ConditionAnswer, after: ConditionAnswer }).optional(),
});
export type RunChanges = z.infer<typeof RunChanges>;

/** Document `srn_…` beside its schedule. */
export const ScheduleRunRecord = z.object({
  type: z.literal("schedule-run"),
  id: z.string(),
  shard: z.string(),
  tenant_id: z.string(),
  schedule_id: z.string(),
  status: RunStatus,
  trigger: z.enum(["schedule", "manual"]),
  /** Who asked for a manual run. */
  requested_by: AuditEntry.pick({ actor_id: true, actor_kind: true, actor_name: true }).nullable(),
  due_at: Time,
  /** When it was taken; later than the run before it. */
  started_at: Time,
  /** Further times of the schedule that had passed by then: this run stands for them, too. */
  missed_runs: z.int().nonnegative(),
  /** Why it is not like others, in one sentence; `null` for an ordinary run. */
  note: z.string().nullable(),
  /** `null` until its session exists. */
  session_id: z.string().nullable(),
  completed_at: Time.nullable(),
  duration_ms: z.int().nonnegative().nullable(),
  error: ScheduleError.nullable(),
  verdict: Verdict.nullable(),
  /** The answer to the condition of its question; absent when it has none that the rules can count. */
  condition: RunCondition.optional(),
  changes: RunChanges.nullable(),
  /** What the next run is compared with. */
  findings: z.array(RunFinding),
  /** Failures of the row that this run was in when it ended, itself included; 0 when it completed, `null` while it runs. */
  consecutive_failures: z.int().nonnegative().nullable(),
  updated_at: Time,
});
export type ScheduleRunRecord = z.infer<typeof ScheduleRunRecord>;

/** One line of GET /api/v1/schedules/{id}/runs. */
export const ScheduleRunView = ScheduleRunRecord.omit({
  type: true,
  shard: true,
  tenant_id: true,
  findings: true,
  requested_by: true,
}).extend({ created_at: Time, requested_by: z.string().nullable() });
export type ScheduleRunView = z.infer<typeof ScheduleRunView>;

/** The newest 50, newest first. */
export const ScheduleRunList = z.object({ items: z.array(ScheduleRunView), limit: z.int() });
