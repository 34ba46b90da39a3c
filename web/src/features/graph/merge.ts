/** Puts what was read around several entities into one picture, and chooses what of it is shown. */
import type { GraphEdge, GraphNode, GraphView } from "../../../../shared/schemas/graph.ts";
import { csvFile, inertCell } from "../../components/csv.ts";

/** More than this is a hairball: the rest comes on demand. */
export const SHOWN_AT_FIRST = 300;

export interface Picture {
  nodes: GraphNode[];
  /** Between entities that are shown. */
  edges: GraphEdge[];
  /** Entities beyond the bound. */
  hidden: number;
}

/** Each node and edge once; the first view's come first. */
export function merged(views: readonly GraphView[]): Omit<Picture, "hidden"> {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  for (const view of views) {
    for (const node of view.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
    for (const edge of view.edges) edges.set(edgeKey(edge), edge);
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

export const edgeKey = ({ relation, from, to }: GraphEdge): string =>
  JSON.stringify([relation, from, to]);

/** @param hiddenTypes types that the reader switched off; the root stays. */
export function shownOf(
  { nodes, edges }: Omit<Picture, "hidden">,
  rootId: string,
  hiddenTypes: ReadonlySet<string>,
  max: number,
): Picture {
  const wanted = nodes.filter(({ id, type }) => id === rootId || !hiddenTypes.has(type));
  const shown = wanted.slice(0, max);
  const ids = new Set(shown.map(({ id }) => id));
  return {
    nodes: shown,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    hidden: wanted.length - shown.length,
  };
}

/** The connections as a CSV file. */
export function graphCsv(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): string {
  const valueOf = new Map(nodes.map(({ id, value }) => [id, value]));
  const lines = [
    ["relation", "from", "to", "first_seen", "last_seen", "count", "sessions"],
    ...edges.map((edge) => [
      edge.relation,
      valueOf.get(edge.from) ?? edge.from,
      valueOf.get(edge.to) ?? edge.to,
      edge.first_seen,
      edge.last_seen,
      String(edge.count),
      edge.provenance.map(({ session_id }) => session_id).join(" "),
    ]),
  ];
  return csvFile(lines.map((line) => line.map(inertCell)));
}
