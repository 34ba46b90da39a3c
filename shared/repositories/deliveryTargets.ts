/** Whom deliveries are for, as their records stand now. */
import type { Deps } from "../ports/deps.ts";
import type { DeliveryRecord } from "../schemas/deliveries.ts";
import { type PreferencesRecord, SentChannel } from "../schemas/notificationPreferences.ts";
import type { WebhookRecord } from "../schemas/webhooks.ts";
import * as preferences from "./notificationPreferences.ts";
import * as webhooks from "./webhooks.ts";

export type DeliveryReceiver =
  | { kind: "webhook"; webhook: WebhookRecord }
  | { kind: "person"; person: PreferencesRecord; channel: SentChannel };

/** `undefined` when the target is gone or off, or the person wants the channel no longer. */
export async function receiverFor(
  deps: Pick<Deps, "clock" | "documents">,
  {
    tenant_id,
    target_id,
    target_kind,
    channel,
  }: Pick<DeliveryRecord, "tenant_id" | "target_id" | "target_kind" | "channel">,
): Promise<DeliveryReceiver | undefined> {
  if (target_kind === "webhook") {
    const webhook = await webhooks.find(deps.documents, tenant_id, target_id);
    return webhook?.status === "active" ? { kind: "webhook", webhook } : undefined;
  }
  const person = await preferences.holdingFor(deps, tenant_id, target_id);
  const sent = SentChannel.safeParse(channel);
  if (person === undefined || !sent.success) return undefined;
  return person.preferences.channels[sent.data]
    ? { kind: "person", person, channel: sent.data }
    : undefined;
}
