/** The audit chain: container audit, one partition per tenant and day, document `head` and one per entry. */
import { z } from "zod";

import type { DocumentStore } from "../ports/documentStore.ts";
import { AuditRecord } from "../schemas/audit.ts";
import { JsonObject } from "../schemas/json.ts";

/** Where the chain of one day stands. */
const Head = z.object({ seq: z.int().nonnegative(), hash: z.string() });
export type Head = z.infer<typeof Head>;

const partition = (tenantId: string, day: string) => [tenantId, day] as const;

/** The day's head with its ETag; `undefined` when nothing was appended that day. */
export async function readHead(
  documents: DocumentStore,
  tenantId: string,
  day: string,
): Promise<{ head: Head; etag: string } | undefined> {
  const stored = await documents.read("audit", partition(tenantId, day), "head");
  return stored && { head: Head.parse(stored.doc), etag: stored.etag };
}

export async function has(
  documents: DocumentStore,
  tenantId: string,
  day: string,
  id: string,
): Promise<boolean> {
  return (await documents.read("audit", partition(tenantId, day), id)) !== undefined;
}

/** The record and the moved head in one batch; `conflict` when either is no longer as it was read. */
export async function append(
  documents: DocumentStore,
  record: AuditRecord,
  headEtag: string | undefined,
): Promise<"done" | "conflict"> {
  const { tenant_id, day, seq, hash } = record;
  const head = { id: "head", type: "head", tenant_id, day, seq, hash };
  return await documents.batch("audit", partition(tenant_id, day), [
    { kind: "create", doc: { ...JsonObject.parse(record), id: record.id, type: "entry" } },
    headEtag === undefined
      ? { kind: "create", doc: head }
      : { kind: "replace", doc: head, etag: headEtag },
  ]);
}

/** Entries of one day in chain order. */
export async function entries(
  documents: DocumentStore,
  tenantId: string,
  day: string,
  limit: number,
  cursor?: string,
): Promise<{ records: AuditRecord[]; cursor?: string }> {
  const page = await documents.query("audit", {
    partition: partition(tenantId, day),
    where: [{ op: "eq", field: "type", value: "entry" }],
    orderBy: { field: "seq", direction: "asc" },
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return {
    records: page.items.map(({ doc }) => AuditRecord.parse(doc)),
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  };
}
