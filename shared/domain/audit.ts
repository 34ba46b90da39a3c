/** The audit chain: each entry's hash covers the one before it, so that a removed or changed entry shows. */
import { createHash } from "node:crypto";

import type { AuditEntry, AuditRecord } from "../schemas/audit.ts";

/** What the first entry of a day points at. */
export const genesis = (tenantId: string, day: string): string => sha256(`${tenantId}|${day}`);

/** Puts an entry behind the last one of its day. */
export function link(
  entry: AuditEntry,
  last: { seq: number; hash: string } | undefined,
): AuditRecord {
  const day = entry.at.slice(0, 10);
  const previous_hash = last?.hash ?? genesis(entry.tenant_id, day);
  const seq = (last?.seq ?? 0) + 1;
  return { ...entry, day, seq, previous_hash, hash: hashOf(entry, seq, previous_hash) };
}

/** The seq of the first record that does not fit the chain; `undefined` when all do. Records in order from 1. */
export function firstBreak(records: readonly AuditRecord[]): number | undefined {
  let last: { seq: number; hash: string } | undefined;
  for (const record of records) {
    const expected = link(record, last);
    if (record.seq !== expected.seq || record.hash !== expected.hash) return expected.seq;
    last = record;
  }
  return undefined;
}

function hashOf(entry: AuditEntry, seq: number, previousHash: string): string {
  const { id, tenant_id, at, actor_id, actor_kind, action, subject_id, fields } = entry;
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
    ]),
  );
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
