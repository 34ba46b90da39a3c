/** Targets of deliveries with their addresses opened. */
import type { PreferencesRecord, SentChannel } from "../schemas/notificationPreferences.ts";
import type { WebhookRecord } from "../schemas/webhooks.ts";
import { type DataKeyWrapper, open } from "./sealing.ts";

/** Where a message goes. Addresses of chats are passwords. */
export type OpenTarget =
  /** `secrets`: the current one first, then one that still signs after a rotation. */
  | { channel: "webhook"; url: string; secrets: readonly string[] }
  | { channel: SentChannel; address: string };

/** @throws AppError `store-unavailable` when a secret cannot be opened. */
export async function openWebhook(
  webhook: WebhookRecord,
  keys: DataKeyWrapper,
  now: Date,
): Promise<OpenTarget> {
  const { tenant_id, id: subject_id, format } = webhook;
  const url = await open(webhook.url, { tenant_id, subject_id, field: "url" }, keys);
  if (format !== "standard") return { channel: format, address: url };
  const { secret, previous_secret: previous, previous_secret_until: until } = webhook;
  const place = { tenant_id, subject_id, field: "secret" };
  const isOverlapping = until !== null && now.toISOString() < until;
  const sealed = [secret, isOverlapping ? previous : undefined];
  const secrets = await Promise.all(
    sealed.flatMap((one) => (one === undefined ? [] : [open(one, place, keys)])),
  );
  return { channel: "webhook", url, secrets };
}

/**
 * Where a person is reached over a channel; `undefined` when the person has no address there.
 * @throws AppError `store-unavailable` when the address cannot be opened.
 */
export async function openPerson(
  person: PreferencesRecord,
  channel: SentChannel,
  keys: DataKeyWrapper,
): Promise<OpenTarget | undefined> {
  if (channel === "email") {
    return person.email === null ? undefined : { channel, address: person.email };
  }
  const field = `${channel}_url` as const;
  const sealed = person[field];
  if (sealed === undefined) return undefined;
  const { tenant_id, user_id } = person;
  const place = { tenant_id, subject_id: `preferences:${user_id}`, field };
  return { channel, address: await open(sealed, place, keys) };
}
