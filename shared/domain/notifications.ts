/** Notifications: the envelope of an event, and what a reader has read. */
import { createHash } from "node:crypto";

import type { IncidentRecord } from "../schemas/incidents.ts";
import type { NotificationMessage } from "../schemas/messages.ts";
import type {
  FeedRecord,
  InboxItem,
  NotificationEvent,
  ReadMarks,
} from "../schemas/notifications.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import type { WebhookRecord } from "../schemas/webhooks.ts";
import { effectiveSeverity } from "./incidents.ts";

/** More single marks than this move the reader's time up to the oldest of them. */
const MARKS_MAX = 2000;

/** The same event of the same tenant's subject has the same id in every delivery and every channel. */
export const eventId = ({ tenant_id, event, subject_id }: NotificationMessage): string => {
  const subject = JSON.stringify([tenant_id, event, subject_id]);
  return `evt_${createHash("sha256").update(subject).digest("hex").slice(0, 26)}`;
};

/** The envelope that tells of an incident. @param webOrigin where the page lives, without a trailing slash. */
export const incidentEvent = (
  message: NotificationMessage,
  incident: IncidentRecord,
  webOrigin: string,
): NotificationEvent => ({
  ...envelopeOf(message),
  type: "incident-alert",
  data: {
    incident_number: incident.number,
    title: incident.title,
    severity: effectiveSeverity(incident),
    status: incident.status,
    provider: incident.provider,
    url: `${webOrigin}/incidents/${incident.number}`,
  },
});

/** The envelope that tells how a session ended; `undefined` while it has not ended in the way the message says. */
export function sessionEvent(
  message: NotificationMessage,
  session: SessionRecord,
  webOrigin: string,
): NotificationEvent | undefined {
  const url = `${webOrigin}/sessions/${session.session_id}`;
  const { session_id, report } = session;
  if (message.event === "investigation-completed" && report !== undefined) {
    const data = {
      session_id,
      verdict: report.verdict,
      confidence: report.confidence,
      summary: report.summary.map((sentence) => sentence.text).join(" "),
      duration_ms: durationOf(session),
      url,
    };
    return { ...envelopeOf(message), type: "investigation-completed", data };
  }
  if (message.event === "investigation-failed" && session.error !== undefined) {
    const data = { session_id, error: session.error, url };
    return { ...envelopeOf(message), type: "investigation-failed", data };
  }
  return undefined;
}

/** The envelope that tells administrators of a webhook that was turned off by itself. */
export const webhookDisabledEvent = (
  message: NotificationMessage,
  { id, name }: Pick<WebhookRecord, "id" | "name">,
  webOrigin: string,
): NotificationEvent => ({
  ...envelopeOf(message),
  type: "webhook-disabled",
  data: {
    webhook_id: id,
    webhook_name: name,
    reason: "The receiver answered 410: it is gone. Remove the webhook, or give its new address.",
    url: `${webOrigin}/admin/webhooks`,
  },
});

/** What "send me a test" sends. @param id of its own: no two tests are the same message. */
export const testEvent = (
  id: string,
  tenantId: string,
  at: Date,
  webOrigin: string,
): NotificationEvent => ({
  id,
  type: "test",
  timestamp: at.toISOString(),
  tenant_id: tenantId,
  data: { message: "This is a test from SoCMate. No action is needed.", url: webOrigin },
});

/** Events that concern administrators alone. */
export const isForAdmins = (event: FeedRecord["event"]): boolean => event === "webhook-disabled";

/** One event as its reader sees it. */
export function inboxItem(event: FeedRecord, marks: ReadMarks): InboxItem {
  const { id, envelope, created_at } = event;
  return { id, event: envelope, read: isRead(marks, event), created_at, updated_at: created_at };
}

/** Whether a reader has read an event of the feed. */
export const isRead = (marks: ReadMarks, event: Pick<FeedRecord, "id" | "created_at">): boolean =>
  event.created_at <= marks.read_before || Object.hasOwn(marks.ids, event.id);

/** The marks with one more event read. Above the limit the oldest marks give way to a later time. */
export function withRead(
  marks: ReadMarks,
  event: Pick<FeedRecord, "id" | "created_at">,
): ReadMarks {
  if (isRead(marks, event)) return marks;
  const entries = [...Object.entries(marks.ids), [event.id, event.created_at] as const];
  if (entries.length <= MARKS_MAX) return { ...marks, ids: Object.fromEntries(entries) };
  const newestFirst = entries.toSorted(([, a], [, b]) => (a < b ? 1 : -1));
  const kept = newestFirst.slice(0, MARKS_MAX / 2);
  return withAllRead({ ...marks, ids: Object.fromEntries(kept) }, newestFirst[kept.length]?.[1]);
}

/** The marks with everything up to a time read. */
export function withAllRead(marks: ReadMarks, upTo: string | undefined): ReadMarks {
  const read_before = upTo === undefined || upTo < marks.read_before ? marks.read_before : upTo;
  const later = Object.entries(marks.ids).filter(([, createdAt]) => createdAt > read_before);
  return { ...marks, read_before, ids: Object.fromEntries(later) };
}

const envelopeOf = (message: NotificationMessage) => ({
  id: eventId(message),
  timestamp: message.at,
  tenant_id: message.tenant_id,
});

const durationOf = ({ created_at, started_at, completed_at }: SessionRecord): number =>
  completed_at === null ? 0 : Date.parse(completed_at) - Date.parse(started_at ?? created_at);
