/** Incidents in container `incidents`, partition (tenant_id, incident_key): the record, its enrichment, its outbox rows. */
import { IncidentVersion, KnownIncident, SettlingIncident } from "../domain/incidents.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Query, Stored, Write } from "../ports/documentStore.ts";
import { IncidentRecord } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { commit } from "./outbox.ts";
import { queryAll } from "./pages.ts";

type Committing = Pick<Deps, "clock" | "documents" | "log" | "queue">;

export interface StoredIncident {
  record: IncidentRecord;
  etag: string;
}

/** What one incident's documents are addressed by. */
export interface IncidentAddress {
  tenantId: string;
  key: string;
}

const CONTAINER = "incidents";
const PATCH_FIELDS_MAX = 10;
/** Makes a store follow the index of numbers; without an order it may walk the whole tenant. */
const BY_NUMBER = { field: "number", direction: "asc" } as const;
const IS_INCIDENT: Filter = { op: "eq", field: "type", value: "incident" };

/** `undefined` when absent or another tenant's. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  key: string,
): Promise<StoredIncident | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId, key], "incident");
  return stored && parsed(stored);
}

/** The incident as a sync compares it: only what decides is checked, the rest is taken as it stands. */
export async function readKnown(
  documents: DocumentStore,
  tenantId: string,
  key: string,
): Promise<{ known: KnownIncident; doc: JsonObject; etag: string } | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId, key], "incident");
  if (stored === undefined) return undefined;
  return { known: KnownIncident.parse(stored.doc), doc: stored.doc, etag: stored.etag };
}

/**
 * What the store holds of these numbers, by incident key: enough to see that nothing changed.
 * Asks by number because that is indexed; other workspaces' incidents of the same numbers come along.
 */
export async function readVersions(
  documents: DocumentStore,
  tenantId: string,
  numbers: readonly number[],
): Promise<Map<string, IncidentVersion>> {
  const versions = new Map<string, IncidentVersion>();
  const query: Query = {
    partition: [tenantId],
    where: [IS_INCIDENT, { op: "in", field: "number", values: numbers }],
    orderBy: BY_NUMBER,
    limit: 1000,
    select: Object.keys(IncidentVersion.shape),
  };
  for await (const { doc } of queryAll(documents, CONTAINER, query)) {
    const version = IncidentVersion.parse(doc);
    versions.set(version.incident_key, version);
  }
  return versions;
}

/** All incidents of the tenant with this number, at most one per workspace. */
export async function withNumber(
  documents: DocumentStore,
  tenantId: string,
  number: number,
): Promise<StoredIncident[]> {
  const { items } = await documents.query(CONTAINER, {
    partition: [tenantId],
    where: [IS_INCIDENT, { op: "eq", field: "number", value: number }],
    orderBy: BY_NUMBER,
    limit: 100,
  });
  return items.map(parsed);
}

/** One page of the tenant's incidents. */
export async function list(
  documents: DocumentStore,
  tenantId: string,
  query: Omit<Query, "partition">,
): Promise<{ items: StoredIncident[]; cursor: string | undefined }> {
  const { items, cursor } = await page(documents, tenantId, query);
  return { items: items.map(parsed), cursor };
}

/** The same, as it is stored. */
export async function page(
  documents: DocumentStore,
  tenantId: string,
  query: Omit<Query, "partition">,
): Promise<{ items: Stored[]; cursor: string | undefined }> {
  const where = [IS_INCIDENT, ...(query.where ?? [])];
  const { items, cursor } = await documents.query(CONTAINER, {
    ...query,
    partition: [tenantId],
    where,
  });
  return { items, cursor };
}

export async function count(
  documents: DocumentStore,
  tenantId: string,
  where: readonly Filter[],
): Promise<number> {
  return documents.count(CONTAINER, { partition: [tenantId], where: [IS_INCIDENT, ...where] });
}

/** How many incidents of its present workspace the provider has brought. */
export const countOfWorkspace = (
  documents: DocumentStore,
  { tenant_id, id, workspace_id }: Pick<SiemProvider, "tenant_id" | "id" | "workspace_id">,
): Promise<number> =>
  count(documents, tenant_id, [
    { op: "eq", field: "provider_id", value: id },
    { op: "prefix", field: "incident_key", value: `${workspace_id}:` },
  ]);

/** The provider's open incidents that were created since, and whose counts last changed within the bounds. */
export async function changedCounts(
  documents: DocumentStore,
  provider: { tenant_id: string; id: string },
  { from, to, createdSince }: { from: string; to: string; createdSince: string },
): Promise<SettlingIncident[]> {
  const query: Query = {
    partition: [provider.tenant_id],
    where: [
      IS_INCIDENT,
      { op: "range", field: "created_at", from: createdSince },
      { op: "eq", field: "provider_id", value: provider.id },
      { op: "in", field: "status", values: ["new", "active"] },
      { op: "range", field: "sync.counts_changed_at", from, to },
    ],
    orderBy: { field: "created_at", direction: "asc" },
    limit: 1000,
    select: Object.keys(SettlingIncident.shape),
  };
  const changed: SettlingIncident[] = [];
  for await (const { doc } of queryAll(documents, CONTAINER, query))
    changed.push(SettlingIncident.parse(doc));
  return changed;
}

/** `conflict` when the incident is already there. */
export async function create(
  deps: Committing,
  record: IncidentRecord,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const key = [record.tenant_id, record.incident_key];
  return commit(deps, CONTAINER, key, [{ kind: "create", doc: record }], messages);
}

/** Sets fields of the incident. `conflict` when it is no longer the version with this etag. */
export async function patch(
  deps: Committing,
  { tenantId, key }: IncidentAddress,
  etag: string,
  set: JsonObject,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  return commit(deps, CONTAINER, [tenantId, key], patches(set, etag), messages);
}

/** A patch sets at most ten fields; the first of several guards the version, the batch makes them one. */
export function patches(set: JsonObject, etag: string): Write[] {
  const fields = Object.entries(set);
  const writes: Write[] = [];
  for (let i = 0; i < fields.length; i += PATCH_FIELDS_MAX) {
    const part = Object.fromEntries(fields.slice(i, i + PATCH_FIELDS_MAX));
    writes.push({ kind: "patch", id: "incident", set: part, ...(i === 0 && { etag }) });
  }
  return writes;
}

const parsed = (stored: Stored): StoredIncident => ({
  record: IncidentRecord.parse(stored.doc),
  etag: stored.etag,
});
