/** Takes out of the knowledge graph what one session had put in; names that were joined stay joined. */
import { AppError } from "../domain/errors.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { type EdgeRecord, NodeRecord, type Provenance } from "../schemas/graph.ts";
import { edgesOf, sightingId, sightingsOf } from "./graph.ts";

const TRIES = 10;
/** Edges of a name that are looked through, newest first. */
const EDGES_MAX = 1000;

/**
 * Forgets one session at one name: its sighting, its part in edges, and the name itself when nothing else knows it. A
 * repeat changes nothing.
 * @throws AppError `conflict` when the name keeps changing.
 */
export async function forgetEntity(
  documents: DocumentStore,
  [tenantId, nodeId]: readonly [string, string],
  session: Pick<Provenance, "session_id" | "at">,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const writes = await forgettingWrites(documents, [tenantId, nodeId], session);
    const outcomes = [];
    // The name comes last: after a crash before it the repeat finds the rest to do.
    for (const write of writes) {
      outcomes.push(await documents.batch("graph", [tenantId, nodeId], [write]));
    }
    if (!outcomes.includes("conflict")) return;
  }
  throw new AppError("conflict", "The entity keeps changing; try again.");
}

async function forgettingWrites(
  documents: DocumentStore,
  [tenantId, nodeId]: readonly [string, string],
  session: Pick<Provenance, "session_id" | "at">,
): Promise<Write[]> {
  const key = [tenantId, nodeId];
  const seen = sightingId(session);
  const [sighting, node, edges, newest, oldest] = await Promise.all([
    documents.read("graph", key, seen),
    documents.read("graph", key, "node"),
    edgesOf(documents, tenantId, nodeId, { limit: EDGES_MAX }),
    sightingsOf(documents, tenantId, nodeId, { limit: 2 }),
    sightingsOf(documents, tenantId, nodeId, { limit: 2, direction: "asc" }),
  ]);
  const known = edges.filter(({ provenance }) =>
    provenance.some(({ session_id }) => session_id === session.session_id),
  );
  const changed = await Promise.all(
    known.map(async (edge) => {
      const stored = await documents.read("graph", key, edge.id);
      return stored === undefined ? undefined : withoutSession(edge, stored.etag, session);
    }),
  );
  const writes = changed.filter((write) => write !== undefined);
  if (sighting !== undefined) writes.push({ kind: "delete", id: seen, etag: sighting.etag });
  if (node === undefined) return writes;
  const [last] = newest.filter(({ id }) => id !== seen);
  const [first] = oldest.filter(({ id }) => id !== seen);
  if (last === undefined || first === undefined) {
    return [...writes, { kind: "delete", id: "node", etag: node.etag }];
  }
  const doc = { ...NodeRecord.parse(node.doc), first_seen: first.at, last_seen: last.at };
  return [...writes, { kind: "replace", doc, etag: node.etag }];
}

/** An edge that no other session saw goes. */
function withoutSession(
  edge: EdgeRecord,
  etag: string,
  { session_id: gone }: Pick<Provenance, "session_id">,
): Write {
  const provenance = edge.provenance.filter(({ session_id }) => session_id !== gone);
  const [newest] = provenance;
  const oldest = provenance.at(-1);
  if (newest === undefined || oldest === undefined) return { kind: "delete", id: edge.id, etag };
  const seen = { first_seen: oldest.at, last_seen: newest.at };
  const doc = { ...edge, ...seen, count: Math.max(1, edge.count - 1), provenance };
  return { kind: "replace", doc, etag };
}
