/** Answers what past investigations know of an entity, and what hangs together with it. */
import { notFound } from "../domain/errors.ts";
import { edgeId, HUB_EDGES, nodeId } from "../domain/graph.ts";
import type { Deps } from "../ports/deps.ts";
import { edgesOf, readNode } from "../repositories/graph.ts";
import {
  type EdgeRecord,
  type GraphNode,
  type GraphQuery,
  GraphType,
  type GraphView,
  type NodeRecord,
} from "../schemas/graph.ts";

type Needs = Pick<Deps, "documents">;

/** @throws AppError `not-found` when no investigation named the entity, or none until `as_of`. */
export async function exploreGraph(
  { documents }: Needs,
  tenantId: string,
  value: string,
  { type, depth, as_of, limit }: GraphQuery,
): Promise<GraphView> {
  const isSeen = ({ first_seen }: NodeRecord | EdgeRecord): boolean =>
    as_of === undefined || first_seen <= as_of;
  const root = await rootOf(documents, tenantId, value, type);
  if (root === undefined || !isSeen(root)) throw notFound("entity");
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, EdgeRecord>();
  let truncated = false;
  let frontier: NodeRecord[] = [root];
  for (let hop = 0; hop <= depth && frontier.length > 0; hop += 1) {
    const next: NodeRecord[] = [];
    for (const record of frontier) {
      const own = (await edgesOf(documents, tenantId, record.node_id)).filter(isSeen);
      const is_hub = own.length > HUB_EDGES;
      nodes.set(record.node_id, shown(record, is_hub));
      if (hop === depth || (is_hub && record !== root)) continue;
      for (const edge of own) {
        const other = edge.from === record.node_id ? edge.to : edge.from;
        if (nodes.size + next.length >= limit && !nodes.has(other)) {
          truncated = true;
          continue;
        }
        edges.set(edgeId({ ...edge, evidence_id: null }), edge);
        if (nodes.has(other)) continue;
        await addOnce(next, other, () => readNode(documents, tenantId, other));
      }
    }
    frontier = next;
  }
  const node = nodes.get(root.node_id) ?? shown(root, false);
  const hanging = [...edges.values()].map(edgeView);
  return { node, nodes: [...nodes.values()], edges: hanging, ...knownFrom(root, as_of), truncated };
}

async function addOnce(
  list: NodeRecord[],
  id: string,
  read: () => Promise<NodeRecord | undefined>,
): Promise<void> {
  if (list.some(({ node_id }) => node_id === id)) return;
  const record = await read();
  if (record !== undefined) list.push(record);
}

/** Without a type the first that is known, in the order of the types. */
async function rootOf(
  documents: Needs["documents"],
  tenantId: string,
  value: string,
  type: GraphType | undefined,
): Promise<NodeRecord | undefined> {
  const types = type === undefined ? GraphType.options : [type];
  const found = await Promise.all(
    types.map((one) => readNode(documents, tenantId, nodeId(one, value))),
  );
  return found.find((one) => one !== undefined);
}

/** The incidents and sessions that the entity is known from, until then. */
function knownFrom(
  { provenance }: NodeRecord,
  as_of: string | undefined,
): Pick<GraphView, "incidents" | "sessions"> {
  const known = provenance.filter(({ at }) => as_of === undefined || at <= as_of);
  return {
    incidents: [...new Set(known.flatMap(({ incident_number }) => incident_number ?? []))],
    sessions: known.map(({ session_id }) => session_id),
  };
}

const edgeView = ({
  relation,
  from,
  to,
  first_seen,
  last_seen,
  count,
  provenance,
}: EdgeRecord): GraphView["edges"][number] => ({
  relation,
  from,
  to,
  first_seen,
  last_seen,
  count,
  provenance,
});

function shown(record: NodeRecord, is_hub: boolean): GraphNode {
  const { node_id, entity_type, value, aliases, first_seen, last_seen, provenance } = record;
  const attacks = provenance.filter(({ verdict }) => verdict === "true_positive").length;
  const risk = provenance.length === 0 ? 0 : attacks / provenance.length;
  return { id: node_id, type: entity_type, value, aliases, first_seen, last_seen, risk, is_hub };
}
