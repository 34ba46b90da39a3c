/** What each person wants to be told of, where, and when; and what holds for those who have not said. */
import { z } from "zod";

import { EventType } from "./notifications.ts";
import { SealedSecret } from "./providers.ts";
import { Severity } from "./severity.ts";
import { isTimeZone } from "./timeZone.ts";
import { partsAreFine } from "./wholeBody.ts";

/** Ways that reach one person. Webhooks belong to the tenant. */
export const PersonalChannel = z.enum(["in_app", "email", "slack", "teams"]);
export type PersonalChannel = z.infer<typeof PersonalChannel>;

/** Personal channels that something is sent over; the inbox is a view. */
export const SentChannel = PersonalChannel.exclude(["in_app"]);
export type SentChannel = z.infer<typeof SentChannel>;

/** Events that a person may turn on and off. */
export const ChosenEvent = EventType.exclude(["webhook-disabled"]);
export type ChosenEvent = z.infer<typeof ChosenEvent>;

const TimeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "Give a time of day such as 22:00.");
/** As it is kept: before offsets such as +05:00 were refused they were taken, and such records must stay readable. */
const KeptTimeZone = z.string().min(1).max(64);
const TimeZone = KeptTimeZone.refine(isTimeZone, "Use an IANA name such as Europe/Berlin or UTC.");

/** From `start` to `end` by the clock of the zone, over midnight when the end is the earlier one. */
const quietHoursIn = (timezone: typeof KeptTimeZone) =>
  z
    .strictObject({ start: TimeOfDay, end: TimeOfDay, timezone })
    .refine(({ start, end }) => start !== end, {
      error: "The end must differ from the start.",
      path: ["end"],
    });
export const QuietHours = quietHoursIn(KeptTimeZone);
export type QuietHours = z.infer<typeof QuietHours>;

/** `off` sends at once; the others collect what happens and send it together, daily at 08:00. */
export const Digest = z.enum(["off", "hourly", "daily"]);
export type Digest = z.infer<typeof Digest>;

export const NotificationPreferences = z.strictObject({
  channels: z.strictObject({
    in_app: z.boolean(),
    email: z.boolean(),
    slack: z.boolean(),
    teams: z.boolean(),
  }),
  events: z.strictObject({
    "incident-alert": z.boolean(),
    "investigation-completed": z.boolean(),
    "investigation-failed": z.boolean(),
    "schedule-disabled": z.boolean(),
  }),
  /** Incidents below it are left out; events without a severity are not concerned. */
  min_severity: Severity,
  quiet_hours: QuietHours.nullable(),
  digest: Digest,
  /** Whose 08:00 the daily digest means. */
  timezone: KeptTimeZone,
});
export type NotificationPreferences = z.infer<typeof NotificationPreferences>;

/** Address of an incoming webhook: it is a secret, whoever has it can post. `null` removes it. */
const SecretUrl = z.string().trim().min(1).max(2000).nullable().optional();

/** What the server says and no body changes: a form may send back what it was given. */
const shownField = z.unknown().optional();
const shown = {
  email: shownField,
  email_available: shownField,
  slack_url_masked: shownField,
  teams_url_masked: shownField,
  source: shownField,
  updated_at: shownField,
};

/** What a body sets, by name: the audit trail tells of nothing else. */
export const fieldsSet = (body: object): string[] =>
  Object.keys(body).filter((name) => !Object.hasOwn(shown, name));

const PreferencesFields = z
  .strictObject({
    channels: NotificationPreferences.shape.channels.partial(),
    events: NotificationPreferences.shape.events.partial(),
    min_severity: Severity,
    quiet_hours: quietHoursIn(TimeZone).nullable(),
    digest: Digest,
    timezone: TimeZone,
    slack_url: SecretUrl,
    teams_url: SecretUrl,
    ...shown,
  })
  .partial();

const isAnything = (body: object): boolean =>
  Object.values(body).some((value) => value !== undefined);
const NOTHING = { error: "Name at least one field to change.", when: partsAreFine };

/** Body of PUT /api/v1/me/notification-preferences: what is left out stays as it is. */
export const SavePreferencesBody = PreferencesFields.refine(isAnything, NOTHING);
export type SavePreferencesBody = z.infer<typeof SavePreferencesBody>;

/** Body of PUT /api/admin/notification-defaults: what is left out stays as it is. */
export const SaveDefaultsBody = PreferencesFields.omit({
  slack_url: true,
  teams_url: true,
  email: true,
  email_available: true,
  slack_url_masked: true,
  teams_url_masked: true,
}).refine(isAnything, NOTHING);
export type SaveDefaultsBody = z.infer<typeof SaveDefaultsBody>;

/** Preferences as their owner sees them. */
export const PreferencesView = NotificationPreferences.extend({
  /** Where mail goes: the address of the sign-in; `null` when it has none. */
  email: z.string().nullable(),
  /** Whether this deployment has a mail server. */
  email_available: z.boolean(),
  slack_url_masked: z.string().nullable(),
  teams_url_masked: z.string().nullable(),
  /** `defaults`: nothing was saved yet, what administrators have set holds. */
  source: z.enum(["own", "defaults"]),
  updated_at: z.iso.datetime().nullable(),
}).meta({ id: "NotificationPreferences" });
export type PreferencesView = z.infer<typeof PreferencesView>;

/** Defaults as administrators see them. */
export const DefaultsView = NotificationPreferences.extend({
  source: z.enum(["own", "defaults"]),
  updated_at: z.iso.datetime().nullable(),
});

/** One person's preferences: document `preferences` of partition (tenant_id, `reader:<user id>`), container `notifications`. */
export const PreferencesRecord = z.object({
  type: z.literal("notification-preferences"),
  id: z.literal("preferences"),
  tenant_id: z.string(),
  bucket: z.string(),
  user_id: z.string(),
  /** As the sign-in named the person when the preferences were saved. */
  user_name: z.string(),
  email: z.string().nullable(),
  preferences: NotificationPreferences,
  slack_url: SealedSecret.optional(),
  slack_url_shown: z.string().optional(),
  teams_url: SealedSecret.optional(),
  teams_url_shown: z.string().optional(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type PreferencesRecord = z.infer<typeof PreferencesRecord>;

/** Reply of POST /api/v1/me/notification-preferences/test: one line for each channel that is on. */
export const PreferencesTestReply = z.object({
  results: z.array(
    z.object({
      channel: PersonalChannel,
      status: z.enum(["delivered", "failed"]),
      detail: z.string(),
      latency_ms: z.int().nonnegative(),
    }),
  ),
});
export type PreferencesTestReply = z.infer<typeof PreferencesTestReply>;
