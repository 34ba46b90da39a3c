/** What an incident's alerts and entities are: document `enrichment` of its partition; a large one lies in the blob store. */
import { z } from "zod";

import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import type { PartitionKey, Write } from "../ports/documentStore.ts";
import { EnrichmentRecord } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { patches } from "./incidents.ts";
import { commit } from "./outbox.ts";

type Committing = Pick<Deps, "blobs" | "clock" | "documents" | "log" | "queue">;
export type Bodies = Pick<Deps, "blobs" | "documents">;

const CONTAINER = "incidents";
const ID = "enrichment";
/** A document stays under 200 kB: what is more lies in the blob store. */
const INLINE_BYTES_MAX = 190_000;

const Body = EnrichmentRecord.pick({
  alerts: true,
  entities: true,
  missing_alert_ids: true,
  history: true,
});
/** The document without its body, and where that lies. */
const Head = EnrichmentRecord.omit({
  alerts: true,
  entities: true,
  missing_alert_ids: true,
  history: true,
}).extend({ body_blob: z.string() });
const StoredEnrichment = z.union([Head, EnrichmentRecord]);

/**
 * `undefined` until the incident was enriched.
 * @throws AppError `store-unavailable` when the body cannot be had: no part is taken for the whole.
 */
export async function readEnrichment(
  { blobs, documents }: Bodies,
  tenantId: string,
  key: string,
): Promise<{ record: EnrichmentRecord; etag: string } | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId, key], ID);
  if (stored === undefined) return undefined;
  const doc = StoredEnrichment.parse(stored.doc);
  if (!("body_blob" in doc)) return { record: doc, etag: stored.etag };
  const { body_blob, ...head } = doc;
  const bytes = await blobs.get(tenantId, body_blob);
  if (bytes === undefined)
    throw new AppError("store-unavailable", "The incident's alerts and entities cannot be read.");
  const body = Body.parse(JSON.parse(Buffer.from(bytes).toString()));
  return { record: { ...head, ...body }, etag: stored.etag };
}

/** The version of the enrichment that is stored; `undefined` until the incident was enriched. */
export async function readEnrichmentVersion(
  { documents }: Pick<Deps, "documents">,
  tenantId: string,
  key: string,
): Promise<string | undefined> {
  return (await documents.read(CONTAINER, [tenantId, key], ID))?.etag;
}

/**
 * Stores a result in place of the one with `etag` and sets fields of the incident, both or neither. A large body is put
 * first: content that nobody refers to does no harm, a reference without content would.
 */
export async function saveEnrichment(
  deps: Committing,
  record: EnrichmentRecord,
  etag: string | undefined,
  incident: { etag: string; set: JsonObject },
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const key: PartitionKey = [record.tenant_id, record.incident_key];
  const doc = await documentOf(deps, record);
  const write: Write =
    etag === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag };
  return commit(deps, CONTAINER, key, [write, ...patches(incident.set, incident.etag)], messages);
}

async function documentOf({ blobs }: Bodies, record: EnrichmentRecord) {
  const { alerts, entities, missing_alert_ids, history, ...head } = record;
  const bytes = Buffer.from(JSON.stringify({ alerts, entities, missing_alert_ids, history }));
  if (bytes.byteLength <= INLINE_BYTES_MAX) return record;
  return { ...head, body_blob: await blobs.put(record.tenant_id, bytes, "application/json") };
}
