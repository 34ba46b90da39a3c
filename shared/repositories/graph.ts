/** The knowledge graph: one partition for each entity, holding its node and its ends of edges. */
import { remembered } from "../domain/graph.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { EdgeRecord, NodeRecord } from "../schemas/graph.ts";

const TRIES = 10;
const EDGES_MAX = 200;

export async function readNode(
  documents: DocumentStore,
  tenantId: string,
  nodeId: string,
): Promise<NodeRecord | undefined> {
  const stored = await documents.read("graph", [tenantId, nodeId], "node");
  return stored === undefined ? undefined : NodeRecord.parse(stored.doc);
}

/** Those of the node, newest first. */
export async function edgesOf(
  documents: DocumentStore,
  tenantId: string,
  nodeId: string,
): Promise<EdgeRecord[]> {
  const page = await documents.query("graph", {
    partition: [tenantId, nodeId],
    where: [{ op: "eq", field: "type", value: "edge" }],
    orderBy: { field: "last_seen", direction: "desc" },
    limit: EDGES_MAX,
  });
  return page.items.map(({ doc }) => EdgeRecord.parse(doc));
}

/** Adds what one session knows; what it had added before stays as it is. Others may write at the same time. */
export async function remember(
  documents: DocumentStore,
  record: NodeRecord | EdgeRecord,
): Promise<void> {
  const key = [record.tenant_id, record.node_id];
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await documents.read("graph", key, record.id);
    const known = stored === undefined ? undefined : parsed(record, stored.doc);
    const [more] = record.provenance;
    if (known !== undefined && (more === undefined || knows(known, more.session_id))) return;
    const next = known === undefined || more === undefined ? record : joined(known, record, more);
    const doc = { ...next };
    const write: Write =
      stored === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: stored.etag };
    if ((await documents.batch("graph", key, [write])) === "done") return;
  }
}

const parsed = (record: NodeRecord | EdgeRecord, doc: object): NodeRecord | EdgeRecord =>
  record.type === "node" ? NodeRecord.parse(doc) : EdgeRecord.parse(doc);

const knows = ({ provenance }: NodeRecord | EdgeRecord, sessionId: string): boolean =>
  provenance.some(({ session_id }) => session_id === sessionId);

function joined<Record extends NodeRecord | EdgeRecord>(
  known: Record,
  record: Record,
  more: NodeRecord["provenance"][number],
): Record {
  const first_seen = known.first_seen < record.first_seen ? known.first_seen : record.first_seen;
  const last_seen = known.last_seen > record.last_seen ? known.last_seen : record.last_seen;
  const provenance = remembered(known.provenance, more);
  const counted = "count" in known ? { count: known.count + 1 } : {};
  return { ...known, ...counted, first_seen, last_seen, provenance };
}
