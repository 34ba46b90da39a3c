/** Who changed what, and when. Append-only and hash-chained per tenant and day. */
import { z } from "zod";

import { Json } from "./json.ts";
import { listOf, PageQuery } from "./page.ts";

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

/** How far an earlier day's chain had come when a later day began. */
export const EarlierDay = z.object({
  day: z.iso.date(),
  /** Its last entry then; one that was delivered late comes behind it. */
  seq: z.int().positive(),
  hash: z.string(),
});
export type EarlierDay = z.infer<typeof EarlierDay>;

/** An entry in its place of the day's chain. */
export const AuditRecord = AuditEntry.extend({
  day: z.iso.date(),
  /** 1 for the first entry of the day. */
  seq: z.int().positive(),
  previous_hash: z.string(),
  /** Of a day's first entry: the newest earlier day; `null` when there was none, absent from before days were linked. */
  previous_day: EarlierDay.nullable().optional(),
  /** SHA-256 over the previous hash and the entry's canonical JSON, hex. */
  hash: z.string(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

const Day = z.iso.date("Give a day as 2026-01-31.");
const Text = z.string().trim().min(1).max(200);
const filter = {
  /** Days in UTC, both included. */
  from: Day.optional(),
  to: Day.optional(),
  /** Who did it: the id of a person, an application or a key. */
  actor_id: Text.optional(),
  /** A whole action such as `incident.patch`, or its beginning, e.g. `api_key.`. */
  action: Text.optional(),
  subject_id: Text.optional(),
};

export const AuditFilter = z.strictObject(filter);
export type AuditFilter = z.infer<typeof AuditFilter>;

/** Query of GET /api/admin/audit. */
export const AuditQuery = PageQuery.extend(filter);
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditView = AuditRecord.omit({
  tenant_id: true,
  previous_hash: true,
  previous_day: true,
}).meta({ id: "AuditRecord" });
export type AuditView = z.infer<typeof AuditView>;

export const AuditList = listOf(AuditView);

/** Query of GET /api/admin/audit/verification. */
export const VerificationQuery = z.strictObject({ from: Day.optional(), to: Day.optional() });
export type VerificationQuery = z.infer<typeof VerificationQuery>;

/** Reply of GET /api/admin/audit/verification: whether each day's chain is whole. */
export const AuditVerification = z
  .object({
    is_whole: z.boolean(),
    from: z.iso.date(),
    to: z.iso.date(),
    entries: z.int().nonnegative(),
    /** Days with entries, and days that a later one knows and that are gone or other than they were; oldest first. */
    days: z.array(
      z.object({
        day: z.iso.date(),
        entries: z.int().nonnegative(),
        is_whole: z.boolean(),
        /** Place of the first entry that was changed, removed or added; `null` when there is none. */
        broken_at: z.int().positive().nullable(),
        detail: z.string(),
        /** Hash of the last entry: keep it elsewhere, and a later rewriting of this day and all after it shows as well. */
        last_hash: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "AuditVerification" });
export type AuditVerification = z.infer<typeof AuditVerification>;
