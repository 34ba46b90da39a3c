/** Decisions about investigation sessions: how they begin, move and end. */
import type { AuditEntry } from "../schemas/audit.ts";
import { INCIDENT_NUMBER_MAX } from "../schemas/incidentNumberMax.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Report, SessionRecord, SessionStatus } from "../schemas/sessions.ts";
import { messageId } from "./messageId.ts";

/** How long a running session may make no progress before the sweep ends it, in milliseconds. */
export const STALLED_MS = 15 * 60_000;
/** After how long without progress the current slice's message is sent once more, in milliseconds. */
export const ASK_AGAIN_MS = 10 * 60_000;
/** After how long in the queue a session's message is sent again, in milliseconds. */
export const QUEUE_PATIENCE_MS = 15 * 60_000;

type NewSession = Pick<
  SessionRecord,
  | "tenant_id"
  | "session_id"
  | "query"
  | "persona"
  | "provider_id"
  | "provider"
  | "incident_number"
  | "incident_key"
  | "timespan"
  | "created_by"
  | "app_id"
  | "parent_id"
  | "lookback"
  | "rerun_of"
  | "notify"
  | "report_to"
  | "model_name"
  | "require_model"
  | "budget"
  | "schedule"
>;

/** The first incident that a text names as `#123`; `undefined` when it names none. */
export function incidentNumberIn(text: string): number | undefined {
  for (const [, digits] of text.matchAll(/(?<![\w#&/])#(\d{1,10})(?!\w)/g))
    if (Number(digits) <= INCIDENT_NUMBER_MAX) return Number(digits);
  return undefined;
}

export const newSession = (given: NewSession, at: Date): SessionRecord => ({
  type: "session",
  id: "session",
  ...given,
  status: "queued",
  stage: "entity_extraction",
  created_at: at.toISOString(),
  updated_at: at.toISOString(),
  started_at: null,
  completed_at: null,
  slices: 0,
  steps: 0,
  driver: "rules",
  queries: 0,
});

/** Ended one way or another: nothing moves it again. */
export const isOver = (status: SessionStatus): boolean =>
  status === "completed" || status === "failed" || status === "cancelled";

/** Whether the session still waits for the slice that a message asks for. */
export const isDue = (session: SessionRecord, slice: number): boolean =>
  !isOver(session.status) && session.slices === slice;

/** The message that asks for the session's next slice; the same state always gives the same id. */
export const sliceMessage = (
  session: Pick<SessionRecord, "tenant_id" | "session_id" | "slices">,
  notBefore?: Date,
): OutboxMessage => ({
  id: `slice:${session.session_id}:${session.slices}`,
  queue: "investigations",
  body: {
    tenant_id: session.tenant_id,
    session_id: session.session_id,
    slice: session.slices,
  },
  ...(notBefore !== undefined && { not_before: notBefore.toISOString() }),
});

/** What a session's end causes: its report written to Sentinel, and word of the end. */
export const endMessages = (ended: SessionRecord): OutboxMessage[] => [
  ...reportMessages(ended),
  ...endNotices(ended),
];

/** Has the report written to the incident in Sentinel, when the start asked for that. */
function reportMessages(ended: SessionRecord): OutboxMessage[] {
  const { status, tenant_id, session_id, report_to } = ended;
  if (status !== "completed" || report_to === undefined) return [];
  return [{ id: `report:${session_id}`, queue: "reports", body: { tenant_id, session_id } }];
}

/**
 * Tells that the session completed or failed, when its start asked for that; nobody is told of a cancelled one. A run of
 * a schedule is settled by its session's end and tells of it itself.
 */
function endNotices(ended: SessionRecord): OutboxMessage[] {
  const { status, tenant_id, session_id, completed_at, schedule } = ended;
  if (schedule !== undefined) {
    const body = { tenant_id, schedule_id: schedule.id, run_id: schedule.run_id };
    return [{ id: messageId("run-settle", tenant_id, session_id), queue: "schedules", body }];
  }
  const hasEnded = status === "completed" || status === "failed";
  if (ended.notify !== true || !hasEnded || completed_at === null) return [];
  const event = `investigation-${status}` as const;
  const body = { tenant_id, event, subject_id: session_id, at: completed_at };
  return [{ id: messageId(event, tenant_id, session_id), queue: "notifications", body }];
}

type SessionAction =
  | "session.start"
  | "session.cancel"
  | "session.delete"
  | "session.pin"
  | "session.feedback";

/**
 * Asks again for the first slice of a session that waits for one of its owner's places. The id names the session that
 * made room: the broker would drop a repeat of the first message's own.
 */
export const wakeMessage = (
  waiting: Pick<SessionRecord, "tenant_id" | "session_id" | "slices">,
  endedSessionId: string,
): OutboxMessage => ({
  ...sliceMessage(waiting),
  id: `wake:${waiting.session_id}:${endedSessionId}`,
});

/** The audit row of a person's act on a session. A start, an end or a removal happens once; the others may be repeated. */
export function sessionAudit(
  session: Pick<SessionRecord, "tenant_id" | "session_id">,
  principal: { id: string; kind: AuditEntry["actor_kind"]; name?: string },
  act: { action: SessionAction; at: Date; fields: string[] },
): OutboxMessage {
  const isRepeatable = act.action === "session.pin" || act.action === "session.feedback";
  const mark = isRepeatable ? `:${act.at.getTime()}` : "";
  const id = `audit:${act.action}:${session.session_id}${mark}`;
  const body: AuditEntry = {
    id,
    tenant_id: session.tenant_id,
    at: act.at.toISOString(),
    actor_id: principal.id,
    actor_kind: principal.kind,
    ...(principal.name !== undefined && { actor_name: principal.name }),
    action: act.action,
    subject_id: session.session_id,
    fields: act.fields,
  };
  return { id, queue: "audit", body };
}

export const running = (session: SessionRecord, at: Date): SessionRecord => ({
  ...session,
  status: "running",
  started_at: session.started_at ?? at.toISOString(),
  updated_at: at.toISOString(),
});

export const completed = (session: SessionRecord, report: Report, at: Date): SessionRecord => ({
  ...session,
  status: "completed",
  stage: "report",
  report,
  completed_at: at.toISOString(),
  updated_at: at.toISOString(),
});

export const cancelled = (session: SessionRecord, at: Date): SessionRecord => ({
  ...session,
  status: "cancelled",
  completed_at: at.toISOString(),
  updated_at: at.toISOString(),
});

export const failed = (
  session: SessionRecord,
  error: { code: string; detail: string },
  at: Date,
): SessionRecord => ({
  ...session,
  status: "failed",
  error,
  completed_at: at.toISOString(),
  updated_at: at.toISOString(),
});

export const PROVIDER_REMOVED = {
  code: "siem-unavailable",
  detail: "The provider was removed.",
};
const NO_MODEL = {
  code: "model-unavailable",
  detail: "A model is required, and none is set up. An administrator can add one under Models.",
};

/** What makes any work on the session pointless; `undefined` when nothing does. */
export function obstacleOf(
  { model_name, require_model }: Pick<SessionRecord, "model_name" | "require_model">,
  provider: object | undefined,
): { code: string; detail: string } | undefined {
  if (provider === undefined) return PROVIDER_REMOVED;
  return require_model === true && model_name === undefined ? NO_MODEL : undefined;
}

/** Whether the session is under way, without progress, and its current slice has not been asked for once more. */
export const isToAskAgain = (session: SessionRecord, now: Date): boolean =>
  session.status === "running" &&
  session.asked_again?.slice !== session.slices &&
  now.getTime() - Date.parse(session.updated_at) >= ASK_AGAIN_MS;

/** The session with the mark that its current slice was asked for once more; that is no progress. */
export const askedAgain = (session: SessionRecord, at: Date): SessionRecord => ({
  ...session,
  asked_again: { slice: session.slices, at: at.toISOString() },
});

/** Asks for the current slice once more. The id is another one: the broker would drop a repeat of the first message's. */
export const againMessage = (
  session: Pick<SessionRecord, "tenant_id" | "session_id" | "slices">,
): OutboxMessage => ({
  ...sliceMessage(session),
  id: messageId("again", session.tenant_id, session.session_id, String(session.slices)),
});

/**
 * Whether the session is under way but made no progress for so long that none will come: its slice was asked for once
 * more, and that had its time, too, even when no sweep ran for a while.
 */
export function isStalled(session: SessionRecord, now: Date): boolean {
  const { status, asked_again, slices, updated_at } = session;
  if (status !== "running" || asked_again?.slice !== slices) return false;
  return (
    now.getTime() - Date.parse(updated_at) >= STALLED_MS &&
    now.getTime() - Date.parse(asked_again.at) >= STALLED_MS - ASK_AGAIN_MS
  );
}

/** Whether the session has waited so long that its message may have been lost. */
export const isForgotten = (session: SessionRecord, now: Date): boolean =>
  session.status === "queued" &&
  now.getTime() - Date.parse(session.created_at) >= QUEUE_PATIENCE_MS;
