/** Events that people and systems are told of: the envelope every channel gets, and the inbox. */
import { z } from "zod";

import { PageQuery } from "./page.ts";
import { Severity } from "./severity.ts";

export const EventType = z.enum([
  "incident-alert",
  "investigation-completed",
  "investigation-failed",
  "schedule-disabled",
  "webhook-disabled",
]);
export type EventType = z.infer<typeof EventType>;

/** `data` of an incident-alert. */
export const IncidentAlertData = z.object({
  incident_number: z.int(),
  title: z.string(),
  severity: Severity,
  status: z.enum(["new", "active", "closed"]),
  provider: z.string(),
  /** The incident's page in SoCMate. */
  url: z.string(),
});
export type IncidentAlertData = z.infer<typeof IncidentAlertData>;

/** `data` of an investigation-completed. */
export const InvestigationCompletedData = z.object({
  session_id: z.string(),
  schedule_id: z.string().optional(),
  schedule_name: z.string().optional(),
  verdict: z.string(),
  confidence: z.number(),
  summary: z.string(),
  /** Of a schedule's run: what differs from the run before, in one sentence and in numbers of findings. */
  changes: z
    .object({ summary: z.string(), new: z.int(), gone: z.int(), changed: z.int() })
    .optional(),
  duration_ms: z.int(),
  url: z.string(),
});

/** `data` of an investigation-failed. */
export const InvestigationFailedData = z.object({
  /** Absent when a schedule's run failed before it had one. */
  session_id: z.string().optional(),
  schedule_id: z.string().optional(),
  schedule_name: z.string().optional(),
  error: z.object({ code: z.string(), detail: z.string() }),
  attempt: z.int().optional(),
  consecutive_failures: z.int().optional(),
  url: z.string(),
});

/** `data` of a schedule-disabled: a schedule that stopped itself after failures in a row. */
export const ScheduleDisabledData = z.object({
  schedule_id: z.string(),
  schedule_name: z.string(),
  consecutive_failures: z.int(),
  last_error: z.object({ code: z.string(), detail: z.string() }),
  url: z.string(),
});

/** `data` of a webhook-disabled: told to administrators in the page alone, never sent out. */
export const WebhookDisabledData = z.object({
  webhook_id: z.string(),
  webhook_name: z.string(),
  reason: z.string(),
  url: z.string(),
});

const envelope = { id: z.string(), timestamp: z.iso.datetime(), tenant_id: z.string() };

/** What every channel and webhook receives. */
export const NotificationEvent = z.discriminatedUnion("type", [
  z.object({ ...envelope, type: z.literal("incident-alert"), data: IncidentAlertData }),
  z.object({
    ...envelope,
    type: z.literal("investigation-completed"),
    data: InvestigationCompletedData,
  }),
  z.object({ ...envelope, type: z.literal("investigation-failed"), data: InvestigationFailedData }),
  z.object({ ...envelope, type: z.literal("schedule-disabled"), data: ScheduleDisabledData }),
  z.object({ ...envelope, type: z.literal("webhook-disabled"), data: WebhookDisabledData }),
  /** What "send me a test" sends: no event, in no inbox. */
  z.object({
    ...envelope,
    type: z.literal("test"),
    data: z.object({ message: z.string(), url: z.string() }),
  }),
]);
export type NotificationEvent = z.infer<typeof NotificationEvent>;

/** One line of the inbox: the event and whether this reader has read it. */
export const InboxItem = z.object({
  id: z.string(),
  event: NotificationEvent,
  read: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type InboxItem = z.infer<typeof InboxItem>;

export const InboxPage = z.object({
  items: z.array(InboxItem),
  unread: z.int().nonnegative(),
  limit: z.int(),
  next_cursor: z.string().nullable(),
});

/** One event in the tenant's feed: document `evt_…` of partition (tenant_id, `feed:YYYY-MM`). */
export const FeedRecord = z.object({
  type: z.literal("notification"),
  id: z.string(),
  tenant_id: z.string(),
  bucket: z.string(),
  event: EventType,
  /** Of the incident; events that have none are of interest whatever the least severity. */
  severity: Severity.optional(),
  envelope: NotificationEvent,
  /** When it was put into the feed. */
  created_at: z.iso.datetime(),
});
export type FeedRecord = z.infer<typeof FeedRecord>;

/** What one reader has read: document `marks` of partition (tenant_id, `reader:<user id>`). */
export const ReadMarks = z.object({
  type: z.literal("read-marks"),
  id: z.literal("marks"),
  tenant_id: z.string(),
  bucket: z.string(),
  /** Everything up to then counts as read. */
  read_before: z.iso.datetime(),
  /** Events read one by one since then, each with its time in the feed. */
  ids: z.record(z.string(), z.iso.datetime()),
});
export type ReadMarks = z.infer<typeof ReadMarks>;

/** Query of GET /api/v1/notifications. */
export const NotificationQuery = PageQuery.extend({
  /** `true` leaves out what this reader has read. */
  unread: z.stringbool({ truthy: ["true"], falsy: ["false"] }).default(false),
  event: EventType.optional(),
  /** What came into the feed at or after it. */
  updated_since: z.iso.datetime().optional(),
});
export type NotificationQuery = z.infer<typeof NotificationQuery>;

/** Reply of POST /api/v1/notifications/read-all. */
export const ReadAllReply = z.object({ unread: z.int().nonnegative() });
