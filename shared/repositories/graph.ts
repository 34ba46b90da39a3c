/** The knowledge graph: one partition for each name of an entity, with its node, sightings and ends of edges. */
import { AppError } from "../domain/errors.ts";
import { remembered } from "../domain/graph.ts";
import type { DocumentStore, Filter, Write } from "../ports/documentStore.ts";
import { EdgeRecord, NodeRecord, type Provenance, SightingRecord } from "../schemas/graph.ts";

const TRIES = 20;
/** Ids of sightings count down from here, so that the order of ids has the newest first. */
const LATEST_MS = 9_999_999_999_999;

/** The edges of a name, newest first; with `asOf` those that were known then. */
export async function edgesOf(
  documents: DocumentStore,
  tenantId: string,
  nodeId: string,
  { asOf, limit }: { asOf?: string | undefined; limit: number },
): Promise<EdgeRecord[]> {
  const where: Filter[] = [{ op: "eq", field: "type", value: "edge" }];
  if (asOf !== undefined) where.push({ op: "range", field: "first_seen", to: asOf });
  const page = await documents.query("graph", {
    partition: [tenantId, nodeId],
    where,
    orderBy: { field: "last_seen", direction: "desc" },
    limit,
  });
  return page.items.map(({ doc }) => EdgeRecord.parse(doc));
}

/** The investigations that named it, newest first unless `direction` says otherwise; with `asOf` those that had ended then. */
export async function sightingsOf(
  documents: DocumentStore,
  tenantId: string,
  nodeId: string,
  {
    asOf,
    limit,
    direction = "desc",
  }: { asOf?: string | undefined; limit: number; direction?: "asc" | "desc" },
): Promise<SightingRecord[]> {
  const where: Filter[] = [{ op: "eq", field: "type", value: "sighting" }];
  if (asOf !== undefined) where.push({ op: "range", field: "at", to: asOf });
  const page = await documents.query("graph", {
    partition: [tenantId, nodeId],
    where,
    orderBy: { field: "at", direction },
    limit,
  });
  return page.items.map(({ doc }) => SightingRecord.parse(doc));
}

/**
 * Notes that an investigation named the entity; a repeat changes nothing. Others may write at the same time.
 * @throws AppError `conflict` when they keep doing so.
 */
export async function rememberEntity(
  documents: DocumentStore,
  node: Omit<NodeRecord, "id" | "type" | "first_seen" | "last_seen">,
  provenance: Provenance,
): Promise<void> {
  const { tenant_id, node_id } = node;
  const key = [tenant_id, node_id];
  const id = sightingId(provenance);
  const sighting: SightingRecord = { id, type: "sighting", tenant_id, node_id, ...provenance };
  const seen = { first_seen: provenance.at, last_seen: provenance.at };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if ((await documents.read("graph", key, id)) !== undefined) return;
    const stored = await documents.read("graph", key, "node");
    const known = stored === undefined ? undefined : NodeRecord.parse(stored.doc);
    const doc = { ...node, id: "node", type: "node", ...widened(known ?? seen, seen) };
    const write: Write =
      stored === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: stored.etag };
    const writes: Write[] = [write, { kind: "create", doc: sighting }];
    if ((await documents.batch("graph", key, writes)) === "done") return;
  }
  throw new AppError("conflict", "The entity keeps changing.");
}

/**
 * Adds what one investigation knows of an edge to one of its ends; a repeat changes nothing.
 * @throws AppError `conflict` when it keeps changing.
 */
export async function rememberEdge(
  documents: DocumentStore,
  edge: Pick<EdgeRecord, "id" | "tenant_id" | "node_id" | "relation" | "from" | "to">,
  provenance: Provenance,
): Promise<void> {
  const key = [edge.tenant_id, edge.node_id];
  const seen = { first_seen: provenance.at, last_seen: provenance.at };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await documents.read("graph", key, edge.id);
    const known = stored === undefined ? undefined : EdgeRecord.parse(stored.doc);
    if (known?.provenance.some(({ session_id }) => session_id === provenance.session_id)) return;
    const doc = {
      ...edge,
      type: "edge",
      ...widened(known ?? seen, seen),
      count: (known?.count ?? 0) + 1,
      provenance: remembered(known?.provenance ?? [], [provenance]),
    };
    const write: Write =
      stored === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: stored.etag };
    if ((await documents.batch("graph", key, [write])) === "done") return;
  }
  throw new AppError("conflict", "The edge keeps changing.");
}

type Seen = Pick<NodeRecord, "first_seen" | "last_seen">;

const widened = (a: Seen, b: Seen): Seen => ({
  first_seen: a.first_seen < b.first_seen ? a.first_seen : b.first_seen,
  last_seen: a.last_seen > b.last_seen ? a.last_seen : b.last_seen,
});

/** Where the sighting of one session lies in each name's partition. */
export const sightingId = ({ at, session_id }: Pick<Provenance, "at" | "session_id">): string =>
  `seen:${String(LATEST_MS - Date.parse(at)).padStart(13, "0")}:${session_id}`;
