/** The key of each tenant that signs evidence bundles: document `evidence-key` of the tenant, its private part sealed. */
import { z } from "zod";
import { queryAll } from "./pages.ts";

import type { DocumentStore } from "../ports/documentStore.ts";
import { JsonObject } from "../schemas/json.ts";
import { SealedSecret } from "../schemas/providers.ts";

const ID = "evidence-key";
const KEYS_MAX = 1000;

export const EvidenceKeyRecord = z.object({
  id: z.literal(ID),
  type: z.literal(ID),
  tenant_id: z.string(),
  kid: z.string(),
  /** 32 bytes, base64url. */
  public_key: z.string(),
  /** PKCS#8, base64url, sealed. */
  private_key: SealedSecret,
  created_at: z.iso.datetime(),
});
export type EvidenceKeyRecord = z.infer<typeof EvidenceKeyRecord>;

export interface StoredEvidenceKey {
  record: EvidenceKeyRecord;
  etag: string;
}

/** `undefined` before the tenant's first bundle. */
export async function readEvidenceKey(
  documents: DocumentStore,
  tenantId: string,
): Promise<EvidenceKeyRecord | undefined> {
  const stored = await documents.read("tenants", [tenantId], ID);
  return stored === undefined ? undefined : EvidenceKeyRecord.parse(stored.doc);
}

/** @returns `conflict` when the tenant has a key. */
export const createEvidenceKey = (
  documents: DocumentStore,
  record: EvidenceKeyRecord,
): Promise<"done" | "conflict"> =>
  documents.batch(
    "tenants",
    [record.tenant_id],
    [{ kind: "create", doc: { ...JsonObject.parse(record), id: ID } }],
  );

/** Keys of all tenants, each with its version. */
export async function storedEvidenceKeys(documents: DocumentStore): Promise<StoredEvidenceKey[]> {
  const found: StoredEvidenceKey[] = [];
  const where = [{ op: "eq", field: "type", value: ID } as const];
  for await (const { doc, etag } of queryAll(documents, "tenants", { where, limit: 200 }))
    found.push({ record: EvidenceKeyRecord.parse(doc), etag });
  return found;
}

/** Puts the private part under another key, unless the record changed since it was read: `conflict` then. */
export const replacePrivateKey = (
  documents: DocumentStore,
  { record, etag }: StoredEvidenceKey,
  sealed: SealedSecret,
): Promise<"done" | "conflict"> =>
  documents.batch(
    "tenants",
    [record.tenant_id],
    [{ kind: "patch", id: ID, set: { private_key: sealed }, etag }],
  );

/** Ids and public parts of all tenants' keys. */
export async function publicEvidenceKeys(
  documents: DocumentStore,
): Promise<{ kid: string; public_key: string }[]> {
  const page = await documents.query("tenants", {
    where: [{ op: "eq", field: "type", value: ID }],
    orderBy: { field: "created_at", direction: "asc" },
    limit: KEYS_MAX,
  });
  return page.items.map(({ doc }) => EvidenceKeyRecord.parse(doc));
}
