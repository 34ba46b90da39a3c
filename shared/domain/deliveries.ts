/** Deliveries: when to try again, when to give up, what an answer means. */
import { createHash } from "node:crypto";

import type {
  DeliveryAttempt,
  DeliveryChannel,
  DeliveryRecord,
  DeliveryView,
} from "../schemas/deliveries.ts";
import { JsonObject } from "../schemas/json.ts";
import type { DeliveryMessage, OutboxMessage, OutgoingMessage } from "../schemas/messages.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";
import type { Sent } from "./attempts.ts";
import { plusMs } from "./time.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses before each try, as docs/notifications.md publishes them; the first goes out at once. */
export const RETRY_SCHEDULE_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A pause is up to this share shorter or longer, so that what failed together does not come back together. */
const JITTER = 0.1;
const LONGEST_RETRY_AFTER_MS = 24 * HOUR_MS;
const LONGEST_PAUSE_MS = 24 * HOUR_MS;
const MAILS_AT_ONCE = 8;
const SHORTEST_OVERDUE_MS = 5 * MINUTE_MS;
/** Attempts that are listed; a delivery that is begun anew again and again keeps the newest. */
const LISTED_ATTEMPTS = 30;

/** Whom a delivery is for. */
export interface DeliveryTarget {
  channel: DeliveryChannel;
  target_kind: "webhook" | "person";
  target_id: string;
  target_name: string;
}

/** The partition of everything that is sent to a target over a channel. */
export const bucketOf = ({
  channel,
  target_id,
}: Pick<DeliveryTarget, "channel" | "target_id">): string => `deliveries:${target_id}:${channel}`;

/** A message goes to a target once: the same id makes the second one conflict. */
export function deliveryId(tenantId: string, bucket: string, messageId: string): string {
  const text = JSON.stringify([tenantId, bucket, messageId]);
  return `dlv_${createHash("sha256").update(text).digest("hex").slice(0, 26)}`;
}

/** An event waits for a digest, and is known to have been in one, under this id in the target's partition. */
export const heldId = (eventId: string): string => `held:${eventId}`;

/** A delivery that has not been tried yet. @param messageId of the event, or of the digest. @param firstAt of its first try. */
export function newDelivery(
  target: DeliveryTarget,
  { messageId, envelopes }: { messageId: string; envelopes: NotificationEvent[] },
  tenantId: string,
  now: Date,
  firstAt = now,
): DeliveryRecord {
  const bucket = bucketOf(target);
  const first = envelopes[0]?.type ?? "test";
  return {
    ...target,
    type: "delivery",
    id: deliveryId(tenantId, bucket, messageId),
    tenant_id: tenantId,
    bucket,
    message_id: messageId,
    event: first,
    envelopes,
    status: "pending",
    attempt_count: 0,
    tries: 0,
    attempts: [],
    next_attempt_at: firstAt.toISOString(),
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
}

/**
 * Asks for the next attempt. Its id follows from the delivery and the attempts before it.
 * @param begun tells a delivery that a person began anew from the one before: brokers drop a repeated id.
 */
export function attemptMessage(
  delivery: DeliveryRecord,
  notBefore?: Date,
  begun?: Date,
): OutboxMessage {
  const { tenant_id, bucket, id: delivery_id, attempt_count } = delivery;
  return {
    id: [delivery_id, attempt_count, begun?.getTime()].filter((one) => one !== undefined).join(":"),
    queue: "deliveries",
    body: {
      tenant_id,
      bucket,
      delivery_id,
      attempts_before: attempt_count,
      ...(begun !== undefined && { begun: begun.getTime() }),
    },
    ...(notBefore !== undefined && { not_before: notBefore.toISOString() }),
  };
}

/** The delivery after an attempt: done, given up, or waiting for the next one. */
export function afterAttempt(before: DeliveryRecord, sent: Sent, at: Date): DeliveryRecord {
  const { retry_after_seconds, is_final, ...told } = sent;
  const attempt: DeliveryAttempt = { at: at.toISOString(), ...told };
  const tries = before.tries + 1;
  const isOver = is_final || tries >= RETRY_SCHEDULE_MS.length;
  const status = sent.outcome === "delivered" ? "delivered" : isOver ? "failed" : "pending";
  const attempt_count = before.attempt_count + 1;
  const pause = pauseBefore(tries, `${before.id}:${attempt_count}`, retry_after_seconds);
  return {
    ...before,
    status,
    tries,
    attempt_count,
    attempts: [...before.attempts, attempt].slice(-LISTED_ATTEMPTS),
    next_attempt_at: status === "pending" ? plusMs(at, pause).toISOString() : null,
    updated_at: at.toISOString(),
  };
}

/** How long to wait before the try after so many. @param seed the same for the same attempt. */
export function pauseBefore(
  tries: number,
  seed: string,
  retryAfterSeconds: number | undefined,
): number {
  const planned = spread(RETRY_SCHEDULE_MS[tries] ?? 0, seed);
  const asked = Math.min((retryAfterSeconds ?? 0) * SECOND_MS, LONGEST_RETRY_AFTER_MS);
  return Math.max(planned, asked);
}

/** A pause made a little shorter or longer. @param seed the same gives the same. */
function spread(pauseMs: number, seed: string): number {
  return Math.round(pauseMs * (1 - JITTER + 2 * JITTER * chanceOf(seed)));
}

/** From 0 to 1. */
const chanceOf = (seed: string): number =>
  createHash("sha256").update(seed).digest().readUInt32BE(0) / 2 ** 32;

/**
 * Whose circuit a delivery belongs to: a webhook's or a person's chat's own. All mail goes through one server, which is the
 * receiver that may hang.
 */
export const receiverOf = ({ tenant_id, bucket }: { tenant_id: string; bucket: string }): string =>
  bucket.endsWith(":email") ? "email" : JSON.stringify([tenant_id, bucket]);

/** Calls at once to a receiver that takes its time, as a mail server does for each mail; `undefined` for the usual. */
export const callsMaxOf = ({ bucket }: { bucket: string }): number | undefined =>
  bucket.endsWith(":email") ? MAILS_AT_ONCE : undefined;

/**
 * The message put off. Its id follows from the message and how often it was put off, so that a repeat is dropped.
 * @param why its receiver answers nobody, or answers others first; or the call was made, and may be recorded by then.
 */
export function putOff(
  { put_off_since, takes_up: _takesUp, ...message }: DeliveryMessage,
  againMs: number,
  now: Date,
  why: "unanswered" | "in-line" | "to-take-up",
): OutgoingMessage {
  const { delivery_id, attempts_before, begun, put_off = 0 } = message;
  const count = put_off + 1;
  const more = {
    ...(why === "unanswered" && { put_off_since: put_off_since ?? now.toISOString() }),
    ...(why === "to-take-up" && { takes_up: true }),
  };
  return {
    id: [delivery_id, attempts_before, begun ?? "", "later", count].join(":"),
    body: JsonObject.parse({ ...message, put_off: count, ...more }),
    notBefore: plusMs(now, againMs),
  };
}

/**
 * Whether a message waits for so long, while its receiver answers nobody, that its try counts as one that failed: after the
 * pause that would follow it.
 */
export function isOverdue({ attempts_before, put_off_since }: DeliveryMessage, now: Date): boolean {
  if (put_off_since === undefined) return false;
  const pause = RETRY_SCHEDULE_MS[attempts_before + 1] ?? LONGEST_PAUSE_MS;
  return now.getTime() - Date.parse(put_off_since) >= Math.max(pause, SHORTEST_OVERDUE_MS);
}

/** The delivery begun anew: with all its tries, and the same message id. */
export const begunAnew = (before: DeliveryRecord, at: Date): DeliveryRecord => ({
  ...before,
  status: "pending",
  tries: 0,
  next_attempt_at: at.toISOString(),
  updated_at: at.toISOString(),
});

function deliveryView(delivery: DeliveryRecord): DeliveryView {
  const { type: _t, tenant_id: _i, bucket: _b, tries: _n, envelopes, ...shown } = delivery;
  return { ...shown, event_ids: envelopes.map(({ id }) => id) };
}

export const deliveryPage = (
  { items, cursor }: { items: readonly { delivery: DeliveryRecord }[]; cursor: string | undefined },
  limit: number,
) => ({
  items: items.map(({ delivery }) => deliveryView(delivery)),
  limit,
  next_cursor: cursor ?? null,
});
