/** Schedules, their runs and who may change them, for component tests. */
import type { Principal } from "../../../shared/schemas/principal.ts";
import type { ScheduleView } from "../../../shared/schemas/schedules.ts";
import type { Run } from "../features/schedules/queries.ts";
import { ANALYST } from "./fixtures.ts";

export const IN_A_DAY = new Date(Date.now() + 86_400_000 + 30_000).toISOString();
export const AN_HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();

export const aSchedule = (over: Partial<ScheduleView> = {}): ScheduleView => ({
  id: "sch_1",
  name: "Morning check",
  description: "",
  user_query: "Did sign-ins of ana@contoso.example fail?",
  persona: "soc_analyst",
  provider: "sentinel",
  timespan: null,
  model: null,
  require_model: false,
  frequency: "daily",
  scheduled_time: "08:00",
  day_of_week: null,
  day_of_month: null,
  cron: null,
  timezone: "Europe/Berlin",
  status: "ACTIVE",
  next_run_at: IN_A_DAY,
  next_runs: [IN_A_DAY],
  last_run_at: AN_HOUR_AGO,
  last_run_status: "completed",
  consecutive_failures: 0,
  last_error: null,
  created_by: "ana",
  created_at: AN_HOUR_AGO,
  updated_at: AN_HOUR_AGO,
  ...over,
});

export const aRun = (over: Partial<Run> = {}): Run => ({
  id: "srn_1",
  schedule_id: "sch_1",
  status: "completed",
  trigger: "schedule",
  requested_by: null,
  due_at: AN_HOUR_AGO,
  started_at: AN_HOUR_AGO,
  created_at: AN_HOUR_AGO,
  updated_at: AN_HOUR_AGO,
  missed_runs: 0,
  note: null,
  session_id: "ses_1",
  completed_at: AN_HOUR_AGO,
  duration_ms: 41_000,
  error: null,
  verdict: "undetermined",
  changes: null,
  consecutive_failures: 0,
  ...over,
});

export const SCHEDULER: Principal = {
  ...ANALYST,
  permissions: [...ANALYST.permissions, "schedules:read", "schedules:write", "schedules:run"],
};

/** What the server says of a question that says no time. */
export const JUDGED = {
  valid: false,
  score: 0.11,
  parts: [],
  issues: [
    {
      code: "missing-time-scope",
      severity: "error",
      message: "It does not say over what time to look.",
      suggestion: "Look in the last 24 hours.",
    },
  ],
  rewritten: "Look for it in the last 24 hours.",
  condition: null,
  model_rewrite: null,
  plan: [],
  dry_run: null,
};
