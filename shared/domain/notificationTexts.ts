/** Events in plain words, for people: the same sentence in mail, Slack and Teams. */
import type { NotificationEvent } from "../schemas/notifications.ts";
import { shortened } from "./shortened.ts";

export interface EventText {
  /** One line; may hold text of attackers, e.g. an incident's title. */
  title: string;
  facts: readonly { name: string; value: string }[];
  url: string;
  /** What a link to it is called. */
  link: string;
}

const TITLE_MAX = 250;
const TEXT_MAX = 2_000;

export function eventText(event: NotificationEvent): EventText {
  if (event.type === "incident-alert") return incidentText(event.data);
  if (event.type === "investigation-completed") return completedText(event.data);
  if (event.type === "investigation-failed") return failedText(event.data);
  const { url } = event.data;
  if (event.type === "schedule-disabled") {
    const { schedule_name, consecutive_failures, last_error } = event.data;
    return {
      title: oneLine(`Schedule stopped: ${schedule_name}`),
      facts: [
        fact("Failures in a row", String(consecutive_failures)),
        fact("Last error", last_error.detail),
      ],
      url,
      link: "Open the schedule",
    };
  }
  if (event.type === "webhook-disabled") {
    const { webhook_name, reason } = event.data;
    const title = oneLine(`Webhook turned off: ${webhook_name}`);
    return { title, facts: [fact("Reason", reason)], url, link: "Open the webhooks" };
  }
  return { title: event.data.message, facts: [], url, link: "Open SoCMate" };
}

type DataOf<Type extends NotificationEvent["type"]> = Extract<
  NotificationEvent,
  { type: Type }
>["data"];

const incidentText = (data: DataOf<"incident-alert">): EventText => ({
  title: oneLine(`#${data.incident_number} ${data.title}`),
  facts: [
    fact("Severity", capitalised(data.severity)),
    fact("Status", capitalised(data.status)),
    fact("Provider", data.provider),
  ],
  url: data.url,
  link: "Open the incident",
});

const completedText = (data: DataOf<"investigation-completed">): EventText => ({
  title: oneLine(`Investigation completed${of(data.schedule_name)}: ${words(data.verdict)}`),
  facts: [
    fact("Confidence", data.confidence.toFixed(2)),
    fact("Summary", data.summary),
    ...(data.changes === undefined ? [] : [fact("Changes", data.changes.summary)]),
  ],
  url: data.url,
  link: "Open the session",
});

const failedText = (data: DataOf<"investigation-failed">): EventText => ({
  title: oneLine(`Investigation failed${of(data.schedule_name)}`),
  facts: [
    fact("Reason", data.error.detail),
    ...(data.consecutive_failures === undefined
      ? []
      : [fact("Failures in a row", String(data.consecutive_failures))]),
  ],
  url: data.url,
  link: "Open the session",
});

/** What several events are called together. */
export const digestTitle = (count: number): string => `${count} notifications from SoCMate`;

/** An event as it stands in a digest: with the beginning of its summary. */
export const digestEnvelope = (event: NotificationEvent): NotificationEvent =>
  event.type === "investigation-completed"
    ? { ...event, data: { ...event.data, summary: shortened(event.data.summary, 500) } }
    : event;

const fact = (name: string, value: string) => ({ name, value: shortened(value, TEXT_MAX) });
const of = (schedule: string | undefined): string =>
  schedule === undefined ? "" : ` (${schedule})`;
const words = (name: string): string => name.replaceAll("_", " ");
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Line breaks in a title could forge a mail's or a message's next lines. */
const oneLine = (text: string): string =>
  shortened(text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim(), TITLE_MAX);
