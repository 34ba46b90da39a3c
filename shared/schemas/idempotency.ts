/** What was answered to a request with an Idempotency-Key, so that the same request again is answered the same. */
import { z } from "zod";

import { Json } from "./json.ts";

const Time = z.iso.datetime();

export const StoredReply = z.object({
  status: z.union([z.literal(200), z.literal(201), z.literal(202), z.literal(204)]),
  body: Json.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  etag: z.string().optional(),
});
export type StoredReply = z.infer<typeof StoredReply>;

/** Document of container control; it goes 24 hours after it was written last. */
export const IdempotencyRecord = z.object({
  type: z.literal("idempotency"),
  id: z.string(),
  tenant_id: z.string(),
  /** Of method, path and body: another request under the same key is a mistake. */
  fingerprint: z.string(),
  /** `open`: nobody works on it and no answer stands; the same request may run again. */
  state: z.enum(["running", "open", "done"]),
  /** Who runs it; another one takes over when it has not answered by then. */
  claim: z.string(),
  claimed_until: Time,
  created_at: Time,
  /** `body_parts`: how many documents hold the body, when it is too long for this one. */
  reply: StoredReply.extend({ body_parts: z.int().positive().optional() }).optional(),
});
/** Document of container control: a part of a long body, as gzip in base64; it goes with its record. */
export const IdempotencyPart = z.object({
  type: z.literal("idempotency-part"),
  id: z.string(),
  text: z.string(),
});
export type IdempotencyPart = z.infer<typeof IdempotencyPart>;

export type IdempotencyRecord = z.infer<typeof IdempotencyRecord>;
