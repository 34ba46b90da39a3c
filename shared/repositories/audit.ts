/** The audit chain: container audit, one partition per tenant and day, document `head` and one per entry. */
import { z } from "zod";

import type { DocumentStore, Filter } from "../ports/documentStore.ts";
import { type AuditFilter, AuditRecord, EarlierDay } from "../schemas/audit.ts";
import { JsonObject } from "../schemas/json.ts";
import { queryPage } from "./pages.ts";

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

/** Where the chain of the newest day before this one stands; `null` when no earlier day has an entry. */
export async function newestDayBefore(
  documents: DocumentStore,
  tenantId: string,
  day: string,
): Promise<EarlierDay | null> {
  const page = await documents.query("audit", {
    partition: [tenantId],
    // Every time of an earlier day, and none of this one, sorts before the bare day.
    where: [
      { op: "eq", field: "type", value: "entry" },
      { op: "range", field: "at", to: day },
    ],
    orderBy: { field: "at", direction: "desc" },
    limit: 1,
  });
  // One that somebody has spoilt must not stop today's entries; the check of its own day finds it.
  const newest = EarlierDay.safeParse(page.items[0]?.doc).data;
  if (newest === undefined) return null;
  const stored = await documents.read("audit", partition(tenantId, newest.day), "head");
  return EarlierDay.safeParse(stored?.doc).data ?? newest;
}

/** Whether the day's chain still has that entry in that place. */
export async function hasLink(
  documents: DocumentStore,
  tenantId: string,
  { day, seq, hash }: EarlierDay,
): Promise<boolean> {
  const page = await documents.query("audit", {
    partition: partition(tenantId, day),
    where: [
      { op: "eq", field: "type", value: "entry" },
      { op: "eq", field: "seq", value: seq },
    ],
    limit: 1,
  });
  return page.items[0]?.doc["hash"] === hash;
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

/** Entries of all days that match, newest first. */
export async function search(
  documents: DocumentStore,
  tenantId: string,
  filter: AuditFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ records: AuditRecord[]; cursor: string | undefined }> {
  const page = await queryPage(
    documents,
    "audit",
    {
      partition: [tenantId],
      where: matching(filter),
      orderBy: { field: "at", direction: "desc" },
      limit,
    },
    cursor,
  );
  return { records: page.items.map(({ doc }) => AuditRecord.parse(doc)), cursor: page.cursor };
}

function matching({ from, to, actor_id, action, subject_id }: AuditFilter): Filter[] {
  const where: Filter[] = [{ op: "eq", field: "type", value: "entry" }];
  if (from !== undefined) where.push({ op: "range", field: "at", from });
  // Any time of the day sorts before a tilde.
  if (to !== undefined) where.push({ op: "range", field: "at", to: `${to}~` });
  if (actor_id !== undefined) where.push({ op: "eq", field: "actor_id", value: actor_id });
  if (action !== undefined) where.push({ op: "prefix", field: "action", value: action });
  if (subject_id !== undefined) where.push({ op: "eq", field: "subject_id", value: subject_id });
  return where;
}

/** A day's entries in chain order as they are stored, even where somebody has made something else of them. */
export async function storedEntries(
  documents: DocumentStore,
  tenantId: string,
  day: string,
  limit: number,
  cursor?: string,
): Promise<{ records: (AuditRecord | undefined)[]; cursor: string | undefined }> {
  const page = await documents.query("audit", {
    partition: partition(tenantId, day),
    where: [{ op: "eq", field: "type", value: "entry" }],
    orderBy: { field: "seq", direction: "asc" },
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return {
    records: page.items.map(({ doc }) => AuditRecord.safeParse(doc).data),
    cursor: page.cursor,
  };
}
