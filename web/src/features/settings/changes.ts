/** What differs between two versions of the notification settings, in words. */
import type { NotificationPreferences } from "../../../../shared/schemas/notificationPreferences.ts";
import { changedRows, type ConflictRow } from "../../components/Conflict.tsx";
import { plainWords } from "../../components/words.ts";

const WORDS: Readonly<Record<string, (settings: NotificationPreferences) => string>> = {
  Where: ({ channels }) => chosenOf(channels),
  "Told of": ({ events }) => chosenOf(events),
  "Incidents of": ({ min_severity }) => `${min_severity} and above`,
  "Mail and chat": ({ digest }) => (digest === "off" ? "at once" : digest),
  "Quiet hours": ({ quiet_hours: hours }) =>
    hours === null ? "none" : `${hours.start} to ${hours.end}, ${hours.timezone}`,
  "Time zone": ({ timezone }) => timezone,
};

const chosenOf = (switches: Readonly<Record<string, boolean>>): string =>
  Object.entries(switches)
    .flatMap(([name, isOn]) => (isOn ? [plainWords(name.replaceAll("-", " "))] : []))
    .join(", ") || "nothing";

export const changesBetween = (
  before: NotificationPreferences,
  now: NotificationPreferences,
): ConflictRow[] => changedRows(WORDS, before, now);
