/** Opens the address of a target and sends over its channel. */
import type { Channels, Outgoing, Sent } from "../ports/channels.ts";
import type { PreferencesRecord, SentChannel } from "../schemas/notificationPreferences.ts";
import type { WebhookRecord } from "../schemas/webhooks.ts";
import { type DataKeyWrapper, open } from "./sealing.ts";

interface Needs {
  channels: Channels;
  keys: DataKeyWrapper;
}

/** @throws AppError `store-unavailable` when a secret cannot be opened. */
export async function sendToWebhook(
  { channels, keys }: Needs,
  webhook: WebhookRecord,
  outgoing: Outgoing,
  now: Date,
): Promise<Sent> {
  const { tenant_id, id: subject_id, format } = webhook;
  const url = await open(webhook.url, { tenant_id, subject_id, field: "url" }, keys);
  if (format !== "standard") return channels[format](url, outgoing);
  const { secret, previous_secret: previous, previous_secret_until: until } = webhook;
  const place = { tenant_id, subject_id, field: "secret" };
  const isOverlapping = until !== null && now.toISOString() < until;
  const sealed = [secret, isOverlapping ? previous : undefined];
  const secrets = await Promise.all(
    sealed.flatMap((one) => (one === undefined ? [] : [open(one, place, keys)])),
  );
  return channels.webhook({ url, secrets }, outgoing);
}

/**
 * Sends to one person over a channel; `undefined` when the person has no address there.
 * @throws AppError `store-unavailable` when the address cannot be opened.
 */
export async function sendToPerson(
  { channels, keys }: Needs,
  person: PreferencesRecord,
  channel: SentChannel,
  outgoing: Outgoing,
): Promise<Sent | undefined> {
  if (channel === "email") {
    return person.email === null ? undefined : channels.email(person.email, outgoing);
  }
  const field = `${channel}_url` as const;
  const sealed = person[field];
  if (sealed === undefined) return undefined;
  const { tenant_id, user_id } = person;
  const place = { tenant_id, subject_id: `preferences:${user_id}`, field };
  return channels[channel](await open(sealed, place, keys), outgoing);
}
