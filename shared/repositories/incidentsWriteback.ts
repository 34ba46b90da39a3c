/** Write-backs in container `incidents`, in the partition of their incident. */
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { WritebackRecord } from "../schemas/incidentsWriteback.ts";
import { asDeepDocument, type JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { type IncidentAddress, patches } from "./incidents.ts";
import { commit } from "./outbox.ts";

type Committing = Pick<Deps, "clock" | "documents" | "log" | "queue">;

export interface StoredWriteback {
  record: WritebackRecord;
  etag: string;
}

const CONTAINER = "incidents";
/** Of one incident; older ones are left out of its timeline. */
const OF_INCIDENT_MAX = 200;

/** `undefined` when absent or another tenant's. @param id of the write-back. */
export async function read(
  documents: DocumentStore,
  { tenantId, key }: IncidentAddress,
  id: string,
): Promise<StoredWriteback | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId, key], documentId(id));
  return stored && { record: parsed(stored.doc), etag: stored.etag };
}

/** Puts it in place of the version with `etag`; creates it without one. Answers with what is stored then. */
export async function save(
  documents: DocumentStore,
  record: WritebackRecord,
  etag: string | undefined,
): Promise<StoredWriteback | "conflict"> {
  const { tenant_id: tenantId, incident_key: key, id } = record;
  const outcome = await documents.batch(CONTAINER, [tenantId, key], [writeOf(record, etag)]);
  if (outcome === "conflict") return "conflict";
  return (await read(documents, { tenantId, key }, id)) ?? "conflict";
}

/** Stores how it stands and what the incident shows then, with the messages, all or nothing. */
export async function saveWithIncident(
  deps: Committing,
  { record, etag }: StoredWriteback,
  incident: { etag: string; set: JsonObject },
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const key = [record.tenant_id, record.incident_key];
  const writes = [writeOf(record, etag), ...patches(incident.set, incident.etag)];
  return commit(deps, CONTAINER, key, writes, messages);
}

/** Those of an incident, newest first. */
export async function of(
  documents: DocumentStore,
  { tenantId, key }: IncidentAddress,
): Promise<WritebackRecord[]> {
  const { items } = await documents.query(CONTAINER, {
    partition: [tenantId, key],
    where: [{ op: "eq", field: "type", value: "writeback" }],
    orderBy: { field: "created_at", direction: "desc" },
    limit: OF_INCIDENT_MAX,
  });
  return items.map(({ doc }) => parsed(doc));
}

/** Those of all tenants on which nobody works any more although they are open, oldest first. */
export async function leftOpen(
  documents: DocumentStore,
  now: Date,
  limit: number,
): Promise<StoredWriteback[]> {
  const { items } = await documents.query(CONTAINER, {
    where: [
      { op: "eq", field: "type", value: "writeback" },
      { op: "eq", field: "state", value: "open" },
      { op: "range", field: "claimed_until", to: now.toISOString() },
    ],
    orderBy: { field: "created_at", direction: "asc" },
    limit,
  });
  return items.map(({ doc, etag }) => ({ record: parsed(doc), etag }));
}

const documentId = (id: string): string => `writeback:${id}`;

function writeOf(record: WritebackRecord, etag: string | undefined): Write {
  const doc = { ...asDeepDocument(record), id: documentId(record.id) };
  return etag === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag };
}

const parsed = (doc: JsonObject & { id: string }): WritebackRecord =>
  WritebackRecord.parse({ ...doc, id: doc.id.replace(/^writeback:/, "") });
