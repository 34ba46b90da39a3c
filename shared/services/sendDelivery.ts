/** Makes one attempt of a delivery, records what came of it, and asks for the next one when there shall be one. */
import type { Sent } from "../domain/attempts.ts";
import {
  afterAttempt,
  attemptMessage,
  callsMaxOf,
  isOverdue,
  putOff,
  receiverOf,
} from "../domain/deliveries.ts";
import { type OpenTarget, openPerson, openWebhook } from "../domain/targets.ts";
import { turnedOff } from "../domain/webhooks.ts";
import type { CallOutcome, Pass } from "../ports/circuits.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import { receiverFor } from "../repositories/deliveryTargets.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { DeliveryRecord } from "../schemas/deliveries.ts";
import type { DeliveryMessage } from "../schemas/messages.ts";

type Needs = Pick<
  Deps,
  "channels" | "circuits" | "clock" | "documents" | "keys" | "log" | "queue" | "telemetry"
>;

/** Longer than any call takes: what was left to itself is then recorded, or the process that made it is gone. */
const TAKEN_UP_MS = 20_000;

/**
 * Runs at least once: a repeat after a crash sends the same message id again. A message that more attempts have outrun
 * changes nothing. Nothing is read for a receiver that is left alone, and no worker waits for one that hangs: the call goes on,
 * and a message takes the attempt up should nobody live to record it.
 */
export async function sendDelivery(deps: Needs, message: DeliveryMessage): Promise<void> {
  const { circuits, clock, log } = deps;
  // What is recorded stands in nobody's line.
  if (message.takes_up === true && (await readDue(deps, message)) === undefined) return;
  const pass = circuits.enter(receiverOf(message), callsMaxOf(message));
  if ("againMs" in pass) {
    const { againMs, isAnswering } = pass;
    if (isAnswering) await sendLater(deps, message, againMs, "in-line");
    else if (isOverdue(message, clock.now())) await attempt(deps, message, async () => NEVER_FREE);
    else await sendLater(deps, message, againMs, "unanswered");
    return;
  }
  const trying = attempt(deps, message, (delivery) => call(deps, delivery, pass)).finally(() =>
    pass.end("not-made"),
  );
  if (await circuits.endsSoon(trying)) return;
  const { tenant_id, delivery_id } = message;
  trying.catch((error: unknown) =>
    log.warn("delivery.unrecorded", { tenant_id, delivery_id, error }),
  );
  await sendLater(deps, message, TAKEN_UP_MS, "to-take-up");
}

const sendLater = (
  { clock, queue }: Needs,
  message: DeliveryMessage,
  ms: number,
  why: Parameters<typeof putOff>[3],
): Promise<void> => queue.send("deliveries", [putOff(message, ms, clock.now(), why)]);

/** The delivery; `undefined` when it is gone, or needs this attempt no longer. */
async function readDue(
  { documents }: Needs,
  { tenant_id, bucket, delivery_id, attempts_before }: DeliveryMessage,
): Promise<deliveries.StoredDelivery | undefined> {
  const stored = await deliveries.read(documents, tenant_id, bucket, delivery_id);
  if (stored === undefined) return undefined;
  const { status, attempt_count } = stored.delivery;
  return status === "pending" && attempt_count === attempts_before ? stored : undefined;
}

async function attempt(
  deps: Needs,
  message: DeliveryMessage,
  send: (delivery: DeliveryRecord) => Promise<Sent | "unwanted">,
): Promise<void> {
  const stored = await readDue(deps, message);
  if (stored === undefined) return;
  const { delivery, etag } = stored;
  const { tenant_id, delivery_id } = message;
  const sent = await send(delivery);
  const at = deps.clock.now();
  if (sent === "unwanted") {
    const cancelled = { status: "cancelled", next_attempt_at: null } as const;
    const after = { ...delivery, ...cancelled, updated_at: at.toISOString() };
    await deliveries.replace(deps, after, etag, []);
    deps.log.info("delivery.cancelled", { tenant_id, delivery_id });
    return;
  }
  if (sent.outcome === "gone" && delivery.target_kind === "webhook") await turnOff(deps, delivery);
  const after = afterAttempt(delivery, sent, at);
  const next =
    after.next_attempt_at === null ? [] : [attemptMessage(after, new Date(after.next_attempt_at))];
  const outcome = await deliveries.replace(deps, after, etag, next);
  const { status, channel, attempt_count } = after;
  const told = { tenant_id, delivery_id, channel, status, attempt_count, outcome };
  if (outcome === "done") deps.telemetry?.count("socmate.deliveries", { channel, outcome: status });
  if (status === "failed") deps.log.warn("delivery.given-up", told);
  else deps.log.info("delivery.attempted", told);
}

const NEVER_FREE: Sent = {
  outcome: "unreachable",
  status_code: null,
  latency_ms: 0,
  request_hash: "",
  detail: "Not sent: the receiver did not take other calls.",
  retry_after_seconds: undefined,
  is_final: false,
};

async function call(deps: Needs, delivery: DeliveryRecord, pass: Pass): Promise<Sent | "unwanted"> {
  const target = await targetOf(deps, delivery);
  const [first, ...rest] = delivery.envelopes;
  if (target === undefined || first === undefined) return "unwanted";
  const sent = await deps.channels.send(target, {
    id: delivery.message_id,
    events: [first, ...rest],
  });
  pass.end(saidBy(sent), (sent.retry_after_seconds ?? 0) * 1_000);
  return sent;
}

/** A refusal of one message, or for good, is an answer of a receiver that is well: the others have nothing to wait for. */
function saidBy({ outcome, is_final, is_of_message = false }: Sent): CallOutcome {
  if (outcome === "delivered" || is_final || is_of_message) return "answered";
  return outcome === "timeout" ? "hung" : "failed";
}

async function targetOf(deps: Needs, delivery: DeliveryRecord): Promise<OpenTarget | undefined> {
  const receiver = await receiverFor(deps, delivery);
  if (receiver === undefined) return undefined;
  return receiver.kind === "webhook"
    ? openWebhook(receiver.webhook, deps.keys, deps.clock.now())
    : openPerson(receiver.person, receiver.channel, deps.keys);
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
