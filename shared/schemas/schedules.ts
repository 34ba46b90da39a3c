/** Schedules: investigations that start by themselves (seed 004). */
import { z } from "zod";

import { ModelName } from "./models.ts";
import { listOf, PageQuery } from "./page.ts";
import { RunStatus, ScheduleError } from "./scheduleRuns.ts";
import { ScheduleTiming } from "./scheduleTiming.ts";
import { Persona } from "./sessions.ts";
import { partsAreFine } from "./wholeBody.ts";

const Time = z.iso.datetime();

/** ACTIVE runs by itself; PAUSED by a person; COMPLETED after its only run; FAILED after five failures in a row. */
export const ScheduleStatus = z.enum(["ACTIVE", "PAUSED", "COMPLETED", "FAILED"]);
export type ScheduleStatus = z.infer<typeof ScheduleStatus>;

export const UserQuery = z
  .string()
  .trim()
  .min(1, "Write the question that each run investigates.")
  .max(4000, "A question has at most 4000 characters.");

/** What a person sets, besides the timing. */
const settings = {
  name: z
    .string()
    .trim()
    .min(1, "Give the schedule a name.")
    .max(200)
    .regex(/^\P{Cc}*$/u, "Leave out control characters."),
  description: z.string().trim().max(2000),
  /** What each run investigates; an incident may be named as `#12345`. */
  user_query: UserQuery,
  persona: Persona,
  /** `sentinel` (the default provider), a `sip_` id or a provider's name. */
  provider: z.string().min(1).max(200),
  /** How far back each run looks; `null`: as far as the question says, else P7D. At most P90D. */
  timespan: z.iso.duration().nullable(),
  /** The model that judges besides the rules; `null`: the tenant's default model, if it has one. */
  model: ModelName.nullable(),
  /** A run that no model could judge is a failed one. */
  require_model: z.boolean(),
};

const timing = ScheduleTiming.shape;

/** Body of POST /api/v1/schedules. Which of the timing's fields are needed follows from the frequency. */
export const CreateScheduleBody = z.strictObject({
  ...settings,
  description: settings.description.default(""),
  persona: settings.persona.default("soc_analyst"),
  provider: settings.provider.default("sentinel"),
  timespan: settings.timespan.default(null),
  model: settings.model.default(null),
  require_model: settings.require_model.default(false),
  frequency: timing.frequency,
  scheduled_time: timing.scheduled_time.default(null),
  day_of_week: timing.day_of_week.default(null),
  day_of_month: timing.day_of_month.default(null),
  cron: timing.cron.default(null),
  timezone: timing.timezone.default("UTC"),
});
export type CreateScheduleBody = z.infer<typeof CreateScheduleBody>;

/** Body of PATCH /api/v1/schedules/{id}: what is left out stays. */
export const UpdateScheduleBody = z
  .strictObject({ ...settings, ...timing })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: "Name at least one field to change.",
    when: partsAreFine,
  });
export type UpdateScheduleBody = z.infer<typeof UpdateScheduleBody>;

/** Document `sch_…` of container `schedules`, partition (shard). */
export const ScheduleRecord = z.object({
  type: z.literal("schedule"),
  id: z.string(),
  shard: z.string(),
  tenant_id: z.string(),
  /** The id again, as long as lists show the schedule: absent once it is deleted. */
  listed: z.string().optional(),
  ...settings,
  /** The provider that `provider` meant when it was set: names may change. `null` for the default provider. */
  provider_id: z.string().nullable(),
  ...timing,
  status: ScheduleStatus,
  /** `null` while it does not run by itself. */
  next_run_at: Time.nullable(),
  last_run_id: z.string().nullable(),
  last_run_at: Time.nullable(),
  last_run_status: RunStatus.nullable(),
  /** Failures of the schedule's own in a row, by the order in which runs began, since it last completed or was enabled. */
  consecutive_failures: z.int().nonnegative(),
  /** When the last run began that counts no more, because the schedule was enabled after it. */
  counted_after: Time.optional(),
  last_error: ScheduleError.nullable(),
  created_by: z.string(),
  /** The API key or application that created it; absent for people. */
  app_id: z.string().optional(),
  created_at: Time,
  updated_at: Time,
  deleted_at: Time.optional(),
});
export type ScheduleRecord = z.infer<typeof ScheduleRecord>;

/** One line of GET /api/v1/schedules. */
export const ScheduleSummary = ScheduleRecord.omit({
  type: true,
  shard: true,
  tenant_id: true,
  listed: true,
  provider_id: true,
  last_run_id: true,
  counted_after: true,
  deleted_at: true,
}).meta({ id: "ScheduleSummary" });
export type ScheduleSummary = z.infer<typeof ScheduleSummary>;

/** Reply of GET /api/v1/schedules/{id}. */
export const ScheduleView = ScheduleSummary.extend({
  /** The next five runs; empty while it does not run by itself. */
  next_runs: z.array(Time),
}).meta({ id: "Schedule" });
export type ScheduleView = z.infer<typeof ScheduleView>;

export const SchedulePage = listOf(ScheduleSummary);

export const ScheduleParams = z.strictObject({ id: z.string().min(1).max(100) });

export const ScheduleQuery = PageQuery.extend({
  status: ScheduleStatus.optional(),
  updated_since: Time.optional(),
});
export type ScheduleQuery = z.infer<typeof ScheduleQuery>;

/** Body of POST /api/v1/schedules/preview. */
export const PreviewScheduleBody = CreateScheduleBody.pick({
  frequency: true,
  scheduled_time: true,
  day_of_week: true,
  day_of_month: true,
  cron: true,
  timezone: true,
});
export const PreviewScheduleReply = z.object({ next_runs: z.array(Time) });
