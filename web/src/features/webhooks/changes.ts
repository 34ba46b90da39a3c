/** What differs between two versions of a webhook, in words. */
import type { WebhookView } from "../../../../shared/schemas/webhooks.ts";
import { changedRows, type ConflictRow } from "../../components/Conflict.tsx";
import { EVENT_WORDS } from "../notifications/eventWords.ts";

const WORDS: Readonly<Record<string, (view: WebhookView) => string>> = {
  Name: ({ name }) => name,
  Address: ({ url }) => url,
  "Told of": ({ events }) => events.map((event) => EVENT_WORDS[event].title).join(", "),
  "Incidents of": ({ min_severity }) => `${min_severity} and above`,
  State: ({ status }) => status,
};

export const changesBetween = (before: WebhookView, now: WebhookView): ConflictRow[] =>
  changedRows(WORDS, before, now);
