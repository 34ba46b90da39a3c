/** Deliveries: one for each event, channel and target, with every attempt that was made. */
import { z } from "zod";

import { EventType, NotificationEvent } from "./notifications.ts";
import { listOf, PageQuery } from "./page.ts";

const Time = z.iso.datetime();

export const DeliveryChannel = z.enum(["email", "slack", "teams", "webhook"]);
export type DeliveryChannel = z.infer<typeof DeliveryChannel>;

export const DeliveryStatus = z.enum(["pending", "delivered", "failed", "cancelled"]);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** What came of one attempt. */
export const AttemptOutcome = z.enum([
  "delivered",
  /** Answered with a status that is no success. */
  "refused",
  "redirected",
  /** The receiver says that it is gone for good. */
  "gone",
  "timeout",
  "unreachable",
  /** The address is not one that is posted to. */
  "blocked",
  /** Nothing was set up to send with. */
  "unconfigured",
]);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

export const DeliveryAttempt = z.object({
  at: Time,
  outcome: AttemptOutcome,
  /** HTTP status, or SMTP reply code; `null` without an answer. */
  status_code: z.int().nullable(),
  latency_ms: z.int().nonnegative(),
  /** SHA-256 of the body that was sent, hex. */
  request_hash: z.string(),
  /** In words; nothing of the answer's body. */
  detail: z.string(),
});
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** Document `dlv_…` of partition (tenant_id, `deliveries:<target>`), container `notifications`. */
export const DeliveryRecord = z.object({
  type: z.literal("delivery"),
  id: z.string(),
  tenant_id: z.string(),
  bucket: z.string(),
  channel: DeliveryChannel,
  target_kind: z.enum(["webhook", "person"]),
  /** Webhook id, or user id. */
  target_id: z.string(),
  target_name: z.string(),
  /** Id of the message on the wire, the same in every attempt: the event's, or the digest's own. */
  message_id: z.string(),
  /** Of the first event; `test` for a test. */
  event: z.union([EventType, z.literal("test")]),
  /** One, or those of a digest. */
  envelopes: z.array(NotificationEvent).min(1),
  status: DeliveryStatus,
  /** Attempts so far, also those that are no longer listed. */
  attempt_count: z.int().nonnegative(),
  /** Attempts since it was last begun anew: decides when to give up. */
  tries: z.int().nonnegative(),
  /** Newest last; the oldest are dropped. */
  attempts: z.array(DeliveryAttempt),
  next_attempt_at: Time.nullable(),
  created_at: Time,
  updated_at: Time,
});
export type DeliveryRecord = z.infer<typeof DeliveryRecord>;

/** An event that waits for a person's digest or the end of quiet hours, in the partition of its target. */
export const HeldEvent = z.object({
  type: z.enum(["held-event", "sent-event"]),
  id: z.string(),
  tenant_id: z.string(),
  bucket: z.string(),
  channel: DeliveryChannel,
  target_id: z.string(),
  target_name: z.string(),
  envelope: NotificationEvent,
  due_at: Time,
  created_at: Time,
});
export type HeldEvent = z.infer<typeof HeldEvent>;

/** One delivery as administrators see it: what was sent is in the feed, not here. */
export const DeliveryView = DeliveryRecord.omit({
  type: true,
  tenant_id: true,
  bucket: true,
  envelopes: true,
  tries: true,
})
  .extend({ event_ids: z.array(z.string()) })
  .meta({ id: "Delivery" });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const DeliveryPage = listOf(DeliveryView);

/** Query of GET /api/admin/deliveries and of one webhook's. */
export const DeliveryQuery = PageQuery.extend({
  status: DeliveryStatus.optional(),
  channel: DeliveryChannel.optional(),
  since: Time.optional(),
  until: Time.optional(),
  /** Those that changed at or after it. */
  updated_since: Time.optional(),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

const Redeliver = z.strictObject({
  delivery_id: z.string().min(1).max(100).optional(),
  /** Both ends are included, in either order; they are times at which deliveries were recorded. */
  since: Time.optional(),
  until: Time.optional(),
  /** Of a range only those; `failed` when left out. */
  status: DeliveryStatus.exclude(["pending"]).optional(),
});

const isOneOrRange = (body: z.output<typeof Redeliver>): boolean =>
  (body.delivery_id === undefined) !== (body.since === undefined);
const isWhole = (body: z.output<typeof Redeliver>): boolean =>
  (body.since === undefined) === (body.until === undefined);
const ONE_OR_RANGE = { error: "Give delivery_id, or since and until.", path: ["delivery_id"] };
const BOTH_ENDS = { error: "A range has both since and until.", path: ["until"] };

/** Body of POST /api/admin/deliveries/redeliver: one delivery by its id, or all of a time range, of one channel when named. */
export const RedeliverAnyBody = Redeliver.extend({ channel: DeliveryChannel.optional() })
  .refine(isOneOrRange, ONE_OR_RANGE)
  .refine(isWhole, BOTH_ENDS);
export type RedeliverAnyBody = z.infer<typeof RedeliverAnyBody>;

/** Body of POST /api/admin/webhooks/{id}/redeliver: one delivery by its id, or all of a time range. */
export const RedeliverBody = Redeliver.refine(isOneOrRange, ONE_OR_RANGE).refine(
  isWhole,
  BOTH_ENDS,
);
export type RedeliverBody = z.infer<typeof RedeliverBody>;

/** Reply of a redelivery. */
export const RedeliverReply = z.object({
  /** How many were begun anew. */
  redelivered: z.int().nonnegative(),
  /** Of the range, how many were left as they are: their webhook is off, or the person wants the channel no longer. */
  skipped: z.int().nonnegative(),
  /** Whether more of the range are left. */
  more: z.boolean(),
});
export type RedeliverReply = z.infer<typeof RedeliverReply>;
