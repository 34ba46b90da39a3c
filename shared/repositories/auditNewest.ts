/** The newest entry that a tenant's audit trail is known to have; kept apart from the trail, in container `tenants`. */
import type { DocumentStore } from "../ports/documentStore.ts";
import { type AuditRecord, EarlierDay } from "../schemas/audit.ts";

const NEWEST = "newest-audit-entry";

/** `undefined` before the first entry. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
): Promise<{ newest: EarlierDay; etag: string } | undefined> {
  const stored = await documents.read("tenants", [tenantId], NEWEST);
  return stored && { newest: EarlierDay.parse(stored.doc), etag: stored.etag };
}

/** @param etag of the version that was read; `undefined` for the first. */
export function save(
  documents: DocumentStore,
  { tenant_id, day, seq, hash }: AuditRecord,
  etag: string | undefined,
): Promise<"done" | "conflict"> {
  const doc = { id: NEWEST, type: NEWEST, tenant_id, day, seq, hash };
  return documents.batch(
    "tenants",
    [tenant_id],
    [etag === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag }],
  );
}
