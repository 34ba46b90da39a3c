/** Makes one attempt of a delivery, records what came of it, and asks for the next one when there shall be one. */
import { afterAttempt, attemptMessage, putOffMs } from "../domain/deliveries.ts";
import { sendToPerson, sendToWebhook } from "../domain/reaching.ts";
import { plusMs } from "../domain/time.ts";
import { turnedOff } from "../domain/webhooks.ts";
import type { Outgoing, Sent } from "../ports/channels.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { DeliveryRecord } from "../schemas/deliveries.ts";
import type { DeliveryMessage } from "../schemas/messages.ts";
import { SentChannel } from "../schemas/notificationPreferences.ts";

type Needs = Pick<
  Deps,
  "channels" | "clock" | "documents" | "keys" | "log" | "queue" | "telemetry"
>;

/** After so many a receiver that never has a lane free counts as one that was tried. */
const PUT_OFFS_MAX = 60;

/**
 * Runs at least once: a repeat after a crash sends the same message id again. A message that more attempts have outrun
 * changes nothing.
 */
export async function sendDelivery(deps: Needs, message: DeliveryMessage): Promise<void> {
  const { tenant_id, bucket, delivery_id, attempts_before } = message;
  const stored = await deliveries.read(deps.documents, tenant_id, bucket, delivery_id);
  if (stored === undefined) return;
  const { delivery, etag } = stored;
  if (delivery.status !== "pending" || delivery.attempt_count !== attempts_before) return;
  const sent = await send(deps, delivery);
  const at = deps.clock.now();
  if (sent === "unwanted") {
    const cancelled = { status: "cancelled", next_attempt_at: null } as const;
    const after = { ...delivery, ...cancelled, updated_at: at.toISOString() };
    await deliveries.replace(deps, after, etag, []);
    deps.log.info("delivery.cancelled", { tenant_id, delivery_id });
    return;
  }
  if (sent.kind === "busy") {
    if (await putOff(deps, message, sent.again_ms)) return;
  } else if (sent.outcome === "gone" && delivery.target_kind === "webhook") {
    await turnOff(deps, delivery);
  }
  const after = afterAttempt(delivery, sent.kind === "busy" ? NEVER_FREE : sent, at);
  const next =
    after.next_attempt_at === null ? [] : [attemptMessage(after, new Date(after.next_attempt_at))];
  const outcome = await deliveries.replace(deps, after, etag, next);
  const { status, channel, attempt_count } = after;
  const told = { tenant_id, delivery_id, channel, status, attempt_count, outcome };
  if (outcome === "done") deps.telemetry?.count("socmate.deliveries", { channel, outcome: status });
  if (status === "failed") deps.log.warn("delivery.given-up", told);
  else deps.log.info("delivery.attempted", told);
}

const NEVER_FREE: Extract<Sent, { kind: "attempted" }> = {
  kind: "attempted",
  outcome: "unreachable",
  status_code: null,
  latency_ms: 0,
  request_hash: "",
  detail: "Not sent: the receiver does not answer other calls.",
  retry_after_seconds: undefined,
  is_final: false,
};

/** `unwanted` when the target is gone or off, or the person wants the channel no longer. */
async function send(deps: Needs, delivery: DeliveryRecord): Promise<Sent | "unwanted"> {
  const { tenant_id, target_id, message_id, envelopes } = delivery;
  const [first, ...rest] = envelopes;
  if (first === undefined) return "unwanted";
  const outgoing: Outgoing = { id: message_id, events: [first, ...rest] };
  if (delivery.target_kind === "webhook") {
    const webhook = await webhooks.find(deps.documents, tenant_id, target_id);
    if (webhook === undefined || webhook.status !== "active") return "unwanted";
    return sendToWebhook(deps, webhook, outgoing, deps.clock.now());
  }
  const person = await preferences.read(deps.documents, tenant_id, target_id);
  const channel = SentChannel.safeParse(delivery.channel);
  if (person === undefined || !channel.success) return "unwanted";
  const { record } = person;
  if (!record.preferences.channels[channel.data]) return "unwanted";
  return (await sendToPerson(deps, record, channel.data, outgoing)) ?? "unwanted";
}

/** Asks again later without an attempt; false when it was put off often enough. */
async function putOff(
  { clock, queue }: Needs,
  message: DeliveryMessage,
  againMs: number,
): Promise<boolean> {
  const count = (message.put_off ?? 0) + 1;
  if (count > PUT_OFFS_MAX) return false;
  const id = `${message.delivery_id}:${message.attempts_before}:${count}`;
  const notBefore = plusMs(clock.now(), putOffMs(againMs, count, id));
  await queue.send("deliveries", [{ id, body: { ...message, put_off: count }, notBefore }]);
  return true;
}

/** The receiver is gone for good: what waits for it is cancelled, and administrators are told once. */
async function turnOff(deps: Needs, { tenant_id, target_id }: DeliveryRecord): Promise<void> {
  await webhooks.change(deps, tenant_id, (known) => {
    const found = known.find(({ id }) => id === target_id);
    if (found === undefined || found.status !== "active") {
      return { items: known, messages: [], result: undefined };
    }
    const { webhook, message } = turnedOff(found, deps.clock.now());
    return {
      items: known.map((one) => (one === found ? webhook : one)),
      messages: [message],
      result: undefined,
    };
  });
  deps.log.warn("webhook.gone", { tenant_id, webhook_id: target_id });
}
