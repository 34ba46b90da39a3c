/** Who wants to be told of what, and when: preferences applied to an event. */
import { createHash } from "node:crypto";

import { Cron } from "croner";

import {
  ChosenEvent,
  type NotificationPreferences,
  type PreferencesRecord,
  type PreferencesView,
  type QuietHours,
  type SaveDefaultsBody,
} from "../schemas/notificationPreferences.ts";
import type { EventType, NotificationEvent } from "../schemas/notifications.ts";
import { Severity } from "../schemas/severity.ts";
import type { UserRecord } from "../schemas/users.ts";
import { isAtLeast } from "./incidents.ts";

const DAILY_AT = "0 8 * * *";
const HOURLY_AT = "0 * * * *";

/** What holds where neither the person nor an administrator has said anything. */
export const FACTORY_PREFERENCES: NotificationPreferences = {
  channels: { in_app: true, email: false, slack: false, teams: false },
  events: {
    "incident-alert": true,
    "investigation-completed": true,
    "investigation-failed": true,
    "schedule-disabled": true,
  },
  min_severity: "medium",
  quiet_hours: null,
  digest: "off",
  timezone: "UTC",
};

/** Defaults reach people who were seen within so many days: nobody tells the product who has left. */
const SEEN_WITHIN_DAYS = 90;

/**
 * Somebody who has saved nothing, as the tenant's defaults say. Chats need an address of each person's own: of what is sent,
 * defaults reach mail alone. `undefined` for who was not seen for long, or has no role any more.
 */
export function byDefaults(
  { tenant_id, object_id, name, email, roles, last_seen_at, created_at }: UserRecord,
  preferences: NotificationPreferences,
  now: Date,
): PreferencesRecord | undefined {
  const seenMs = now.getTime() - Date.parse(last_seen_at);
  if (roles.length === 0 || seenMs > SEEN_WITHIN_DAYS * 86_400_000) return undefined;
  return {
    type: "notification-preferences",
    id: "preferences",
    tenant_id,
    bucket: readerBucket(object_id),
    user_id: object_id,
    user_name: name,
    email,
    preferences: {
      ...preferences,
      channels: { ...preferences.channels, slack: false, teams: false },
    },
    created_at,
    updated_at: last_seen_at,
  };
}

/** A person's partition: read marks and preferences. */
export const readerBucket = (readerId: string): string => `reader:${readerId}`;

/** The severity of what an event is about; `undefined` for events that have none. */
export const severityOf = (event: NotificationEvent): Severity | undefined =>
  event.type === "incident-alert" ? event.data.severity : undefined;

/** Whether an event is among those that were chosen, whatever the channel. A test is wanted by whoever asked for it. */
export function wants(
  { events, min_severity }: Pick<NotificationPreferences, "events" | "min_severity">,
  event: NotificationEvent,
): boolean {
  if (event.type === "test") return true;
  if (event.type === "webhook-disabled" || !events[event.type]) return false;
  const severity = severityOf(event);
  return severity === undefined || isAtLeast(severity, min_severity);
}

/**
 * What a reader's inbox shows of the feed. Events that are for administrators alone cannot be turned off: nothing else
 * tells them.
 */
export function shownEvents(
  { channels, events, min_severity }: NotificationPreferences,
  isAdmin: boolean,
): { events: EventType[]; severities: Severity[] } {
  const chosen = channels.in_app ? ChosenEvent.options.filter((type) => events[type]) : [];
  return {
    events: [...chosen, ...(isAdmin ? ["webhook-disabled" as const] : [])],
    severities: Severity.options.filter((one) => isAtLeast(one, min_severity)),
  };
}

/** When a message may go out; `undefined` for at once. Digests wait for their hour, and nothing goes out in quiet hours. */
export function holdUntil(
  { quiet_hours, digest, timezone }: NotificationPreferences,
  now: Date,
): Date | undefined {
  const due =
    digest === "off" ? now : nextAt(digest === "daily" ? DAILY_AT : HOURLY_AT, timezone, now);
  const at = quiet_hours !== null && isQuiet(quiet_hours, due) ? endOf(quiet_hours, due) : due;
  return at > now ? at : undefined;
}

/** The preferences with what a body says; what it leaves out stays. */
export function withChanges(
  before: NotificationPreferences,
  body: SaveDefaultsBody,
): NotificationPreferences {
  return {
    channels: { ...before.channels, ...given(body.channels ?? {}) },
    events: { ...before.events, ...given(body.events ?? {}) },
    min_severity: body.min_severity ?? before.min_severity,
    quiet_hours: body.quiet_hours === undefined ? before.quiet_hours : body.quiet_hours,
    digest: body.digest ?? before.digest,
    timezone: body.timezone ?? body.quiet_hours?.timezone ?? before.timezone,
  };
}

const given = <Value>(fields: { [name: string]: Value | undefined }): { [name: string]: Value } =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );

/** Version of what a person has saved, or of the defaults that hold while nothing is saved, as a short ETag. */
export const preferencesEtag = (
  record: PreferencesRecord | undefined,
  preferences: NotificationPreferences,
): string =>
  createHash("sha256")
    .update(JSON.stringify([record?.updated_at, record?.email, preferences]))
    .digest("base64url")
    .slice(0, 22);

/** Preferences as their owner sees them. */
export function preferencesView(
  record: PreferencesRecord | undefined,
  preferences: NotificationPreferences,
  { email, hasEmail }: { email: string | undefined; hasEmail: boolean },
): PreferencesView {
  return {
    ...preferences,
    email: email ?? null,
    email_available: hasEmail,
    slack_url_masked: record?.slack_url_shown ?? null,
    teams_url_masked: record?.teams_url_shown ?? null,
    source: record === undefined ? "defaults" : "own",
    updated_at: record?.updated_at ?? null,
  };
}

/** Start included, end excluded. */
function isQuiet({ start, end, timezone }: QuietHours, at: Date): boolean {
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
  return start < end ? time >= start && time < end : time >= start || time < end;
}

function endOf({ end, timezone }: QuietHours, at: Date): Date {
  const [hour, minute] = end.split(":").map(Number);
  return nextAt(`${minute} ${hour} * * *`, timezone, at);
}

/** A pattern of every day always has a next time. */
const nextAt = (pattern: string, timezone: string, after: Date): Date =>
  new Cron(pattern, { timezone, paused: true, mode: "5-part" }).nextRun(after) ?? after;
