/** What the webhook form holds, its body, and what is wrong with it by the server's own schema. */
// Schemas look at the setting while they are made, so it must be set by an import before theirs.
// oxlint-disable-next-line import/no-unassigned-import
import "../../components/zodWithoutEval.ts";
import type { ChosenEvent } from "../../../../shared/schemas/notificationPreferences.ts";
import { issueWords } from "../../../../shared/schemas/issueWords.ts";
import {
  CreateWebhookBody,
  UpdateWebhookBody,
  type WebhookFormat,
  type WebhookView,
} from "../../../../shared/schemas/webhooks.ts";
import { ApiError } from "../../api/problem.ts";

export interface WebhookDraft {
  name: string;
  format: WebhookFormat;
  /** Empty keeps the stored address. */
  url: string;
  events: ChosenEvent[];
  min_severity: WebhookView["min_severity"];
}

export const draftOf = (held: WebhookView | undefined): WebhookDraft => ({
  name: held?.name ?? "",
  format: held?.format ?? "standard",
  url: "",
  events: held?.events ?? [
    "incident-alert",
    "investigation-completed",
    "investigation-failed",
    "schedule-disabled",
  ],
  min_severity: held?.min_severity ?? "medium",
});

/** The format of a webhook stays what it was. */
export function bodyOf({ format, url, ...draft }: WebhookDraft, isNew: boolean) {
  if (isNew) return { ...draft, format, url };
  return url === "" ? draft : { ...draft, url };
}

/** What differs from the version that the form was filled from; everything of a new webhook. */
export function changesOf(draft: WebhookDraft, held: WebhookView | undefined) {
  if (held === undefined) return bodyOf(draft, true);
  const { name, events, min_severity, url } = draft;
  const before = draftOf(held);
  const isSame = events.toSorted().join() === before.events.toSorted().join();
  return {
    ...(name !== before.name && { name }),
    ...(!isSame && { events }),
    ...(min_severity !== before.min_severity && { min_severity }),
    ...(url !== "" && { url }),
  };
}

export type Faults = Partial<Record<keyof WebhookDraft, string>>;
const FIELDS = ["name", "format", "url", "events", "min_severity"] as const;

export function draftFaults(draft: WebhookDraft, isNew: boolean): Faults {
  const schema = isNew ? CreateWebhookBody : UpdateWebhookBody;
  const { error } = schema.safeParse(bodyOf(draft, isNew), { error: issueWords });
  const issues = error?.issues ?? [];
  return byField(issues.map(({ path, message }) => [String(path[0] ?? ""), message]));
}

/** Empty for an error that is not about fields. */
export function faultsOfError(error: unknown): Faults {
  if (!(error instanceof ApiError)) return {};
  const { errors = [] } = error.problem;
  return byField(errors.map(({ pointer, detail }) => [pointer.split("/")[1] ?? "", detail]));
}

function byField(found: readonly (readonly [string, string])[]): Faults {
  const faults: Faults = {};
  for (const [name, message] of found) {
    const field = FIELDS.find((each) => each === name);
    if (field !== undefined) faults[field] ??= message;
  }
  return faults;
}
