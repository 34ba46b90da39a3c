/** Who changed what, and when. Append-only and hash-chained per tenant and day. */
import { z } from "zod";

import { Json } from "./json.ts";

/**
 * One act of a person, application or key. Names fields that changed, never their values; only a change that was written
 * to another system carries both, because that system is no part of our own history.
 */
export const AuditEntry = z.object({
  /** Follows from the change, so that a repeated append is recognised. */
  id: z.string().max(128),
  tenant_id: z.string(),
  at: z.iso.datetime(),
  actor_id: z.string(),
  actor_kind: z.enum(["user", "application", "api_key", "system"]),
  /** As the sign-in or the key named them then; absent from entries that were written before names were kept. */
  actor_name: z.string().optional(),
  /** `resource.verb`, e.g. `incident.patch`. */
  action: z.string(),
  subject_id: z.string(),
  /** Names of the fields that changed. */
  fields: z.array(z.string()),
  /** Before and after, of a change in another system. */
  changes: z.array(z.object({ field: z.string(), before: Json, after: Json })).optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** An entry in its place of the day's chain. */
export const AuditRecord = AuditEntry.extend({
  day: z.iso.date(),
  /** 1 for the first entry of the day. */
  seq: z.int().positive(),
  previous_hash: z.string(),
  /** SHA-256 over the previous hash and the entry's canonical JSON, hex. */
  hash: z.string(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
