/** What readers see of investigation sessions. */
import {
  type SessionRecord,
  type SessionSummary,
  type SessionView,
  Stage,
  type Step,
} from "../schemas/sessions.ts";

/** One line of the list. */
export const summaryOf = (session: SessionRecord): SessionSummary => ({
  id: session.session_id,
  status: session.status,
  stage: session.stage,
  query: session.query,
  persona: session.persona,
  provider_id: session.provider_id,
  provider: session.provider,
  incident_number: session.incident_number,
  timespan: session.timespan,
  created_by: session.created_by,
  app_id: session.app_id,
  created_at: session.created_at,
  updated_at: session.updated_at,
  started_at: session.started_at,
  completed_at: session.completed_at,
  driver: session.driver,
  model_name: session.model_name,
  degraded: session.degraded,
  error: session.error,
  parent_id: session.parent_id,
  lookback: session.lookback,
  rerun_of: session.rerun_of,
  schedule: session.schedule,
  pinned: session.pinned,
  families: session.families,
  feedback: session.feedback,
  duration_ms: durationOf(session),
  verdict: session.report?.verdict ?? null,
  confidence: session.report?.confidence ?? null,
});

/** @param position sessions of the tenant ahead of this one; `null` unless queued. */
export const viewOf = (
  session: SessionRecord,
  steps: Step[],
  position: number | null,
): SessionView => ({
  ...summaryOf(session),
  queue_position: position,
  progress: progressOf(session),
  steps,
  report: session.report ?? null,
  require_model: session.require_model === true,
  budget: session.budget ?? null,
  cost: costOf(session),
});

/** The rules ask no model: without one the cost in money is known to be nothing. */
export function costOf({
  spent,
  queries,
}: Pick<SessionRecord, "spent" | "queries">): SessionView["cost"] {
  if (spent === undefined) return { model_tokens: 0, usd: 0, usd_kind: "measured", queries };
  const { input_tokens, output_tokens, usd, usd_kind } = spent;
  return { model_tokens: input_tokens + output_tokens, usd, usd_kind, queries };
}

/** Share of the seven stages that are done, 0 to 1. A session that ended early keeps what it had reached. */
function progressOf(session: SessionRecord): number {
  if (session.status === "completed") return 1;
  return Stage.options.indexOf(session.stage) / Stage.options.length;
}

function durationOf({ started_at, completed_at }: SessionRecord): number | null {
  if (started_at === null || completed_at === null) return null;
  return Math.max(0, Date.parse(completed_at) - Date.parse(started_at));
}
