/** What the form of preferences holds: the preferences, and addresses that replace the stored ones when typed. */
import type {
  NotificationPreferences,
  PreferencesView,
} from "../../../../shared/schemas/notificationPreferences.ts";

export interface PreferencesDraft extends NotificationPreferences {
  /** Empty keeps the stored address. */
  slack_url: string;
  teams_url: string;
}

export const draftOf = (
  held: NotificationPreferences & Pick<PreferencesView, "source">,
): PreferencesDraft => ({
  channels: held.channels,
  events: held.events,
  min_severity: held.min_severity,
  quiet_hours: held.quiet_hours,
  digest: held.digest,
  timezone: held.source === "own" ? held.timezone : ownZone(),
  slack_url: "",
  teams_url: "",
});

/** The zone of this device. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
