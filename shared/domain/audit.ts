/** The audit chain: each entry's hash covers the one before it, so that a removed or changed entry shows. */
import { createHash } from "node:crypto";

import type { AuditEntry, AuditRecord, EarlierDay } from "../schemas/audit.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";

/** What the first entry of a day points at. */
export const genesis = (tenantId: string, day: string): string => sha256(`${tenantId}|${day}`);

/**
 * Puts an entry behind the last one of its day.
 * @param previousDay for a day's first entry: the newest earlier day, `null` when there is none. `undefined` for the
 *   others, and for first entries of before days were linked.
 */
export function link(
  entry: AuditEntry,
  last: { seq: number; hash: string } | undefined,
  previousDay?: EarlierDay | null,
): AuditRecord {
  const day = entry.at.slice(0, 10);
  const previous_hash = last?.hash ?? genesis(entry.tenant_id, day);
  const seq = (last?.seq ?? 0) + 1;
  return {
    ...entry,
    day,
    seq,
    previous_hash,
    ...(previousDay !== undefined && { previous_day: previousDay }),
    hash: hashOf(entry, seq, previous_hash, previousDay),
  };
}

/**
 * The seq of the first record that does not fit the chain; `undefined` when all do.
 * @param records in order. @param before the record before them; `undefined` when they begin the day.
 */
export function firstBreak(
  records: readonly AuditRecord[],
  before?: { seq: number; hash: string },
): number | undefined {
  let last = before;
  for (const record of records) {
    const { seq, hash, previous_hash, day } = link(record, last, record.previous_day);
    const isWhole =
      record.seq === seq &&
      record.hash === hash &&
      record.previous_hash === previous_hash &&
      record.day === day;
    if (!isWhole) return seq;
    last = record;
  }
  return undefined;
}

function hashOf(
  entry: AuditEntry,
  seq: number,
  previousHash: string,
  previousDay: EarlierDay | null | undefined,
): string {
  const { id, tenant_id, at, actor_id, actor_kind, action, subject_id, fields } = entry;
  // What older entries do not have leaves their hashes as they are.
  const later = { actor_name: entry.actor_name, changes: entry.changes };
  const isLater = entry.actor_name !== undefined || entry.changes !== undefined;
  return sha256(
    JSON.stringify([
      previousHash,
      seq,
      id,
      tenant_id,
      at,
      actor_id,
      actor_kind,
      action,
      subject_id,
      fields,
      ...(isLater ? [later] : []),
      ...(previousDay === undefined ? [] : [{ previous_day: linkFields(previousDay) }]),
    ]),
  );
}

/** In a fixed order, as stores need not keep the one of fields. */
const linkFields = (earlier: EarlierDay | null) =>
  earlier && [earlier.day, earlier.seq, earlier.hash];

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * What the audit trail says of a person's change. Its id follows from the version that was changed: a version is
 * changed once, so a repeated append is recognised.
 */
export function changeAudit(
  by: Pick<Principal, "id" | "kind" | "tenant_id"> & { name?: string },
  action: string,
  { id: subject_id, version }: { id: string; version: string },
  fields: string[],
  at: Date,
  changes?: AuditEntry["changes"],
): OutboxMessage {
  const { tenant_id, id: actor_id, kind: actor_kind, name: actor_name } = by;
  const id = `audit:${sha256(JSON.stringify([tenant_id, subject_id, version, action])).slice(0, 40)}`;
  const body = {
    id,
    tenant_id,
    at: at.toISOString(),
    actor_id,
    actor_kind,
    ...(actor_name !== undefined && { actor_name }),
    action,
    subject_id,
    fields,
    ...(changes !== undefined && { changes }),
  };
  return { id, queue: "audit", body };
}
