/** Sends a test to a webhook at once and records what came of it in the delivery log. */
import { afterAttempt, newDelivery, receiverOf } from "../domain/deliveries.ts";
import { notFound } from "../domain/errors.ts";
import { testEvent } from "../domain/notifications.ts";
import { openWebhook } from "../domain/targets.ts";
import { webhookTarget } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { Principal } from "../schemas/principal.ts";
import type { WebhookTestReply } from "../schemas/webhooks.ts";

type Needs = Pick<
  Deps,
  "channels" | "circuits" | "clock" | "documents" | "ids" | "keys" | "log" | "queue" | "settings"
>;

/** One attempt, none after it. Never fails for what the receiver does. @throws AppError `not-found`. */
export async function testWebhook(
  deps: Needs,
  { tenant_id }: Principal,
  id: string,
): Promise<WebhookTestReply> {
  const webhook = await webhooks.find(deps.documents, tenant_id, id);
  if (webhook === undefined) throw notFound("webhook");
  const at = deps.clock.now();
  const event = testEvent(deps.ids.next("evt"), tenant_id, at, deps.settings.webOrigin);
  const target = await openWebhook(webhook, deps.keys, at);
  const sent = await deps.channels.send(target, { id: event.id, events: [event] });
  const content = { messageId: event.id, envelopes: [event] };
  const tried = newDelivery(webhookTarget(webhook), content, tenant_id, at);
  await deliveries.create(deps, afterAttempt(tried, { ...sent, is_final: true }, deps.clock.now()));
  const { outcome, status_code, latency_ms, detail } = sent;
  if (outcome === "delivered") deps.circuits.forget(receiverOf(tried));
  deps.log.info("webhook.tested", { tenant_id, webhook_id: id, outcome });
  return {
    status: outcome === "delivered" ? "delivered" : "failed",
    status_code,
    latency_ms,
    detail,
  };
}
