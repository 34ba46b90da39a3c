/** Answers what past investigations know of an entity, and what hangs together with it. */
import { notFound } from "../domain/errors.ts";
import { edgeId, HUB_EDGES, riskOf } from "../domain/graph.ts";
import { nodeId } from "../domain/graphNames.ts";
import { asKnown, eachOnce, sessionEdge, together } from "../domain/graphViews.ts";
import type { Deps } from "../ports/deps.ts";
import { edgesOf, sightingsOf } from "../repositories/graph.ts";
import { readEntity, type StoredEntity } from "../repositories/graphNames.ts";
import {
  type EdgeRecord,
  type GraphEdge,
  type GraphNode,
  type GraphQuery,
  GraphType,
  type GraphView,
  type SightingRecord,
} from "../schemas/graph.ts";

type Needs = Pick<Deps, "documents">;

/** Edges of the entity itself that are read, newest first; of the others, as many as tell a hub. */
const EDGES_MAX = 200;
const SIGHTINGS_MAX = 50;
/** Investigations that are shown beside an entity that is not the one asked for. */
const SESSIONS_SHOWN = 5;
/** Entities that are read at the same time. */
const AT_ONCE = 10;

/** One entity with what lies in its partitions. */
interface Known {
  entity: StoredEntity;
  node: GraphNode;
  edges: EdgeRecord[];
  sightings: SightingRecord[];
  /** More edges than were read. */
  isMore: boolean;
}

/**
 * Reads at most `limit` entities: for each a query for its names, and for each name one for its edges and one for its
 * sightings, all in one partition.
 * @throws AppError `not-found` when no investigation named the entity, or none until `as_of`.
 */
export async function exploreGraph(
  { documents }: Needs,
  tenantId: string,
  value: string,
  query: GraphQuery,
): Promise<GraphView> {
  const graph = new Exploration(documents, tenantId, query);
  const root = await graph.rootOf(value);
  if (root === undefined) throw notFound("entity");
  await graph.spread(root);
  const { sightings, node } = root;
  return {
    node,
    nodes: [...graph.known.values()].map((one) => one.node),
    edges: graph.edges(),
    incidents: [...new Set(sightings.flatMap(({ incident_number }) => incident_number ?? []))],
    sessions: [...new Set(sightings.map(({ session_id }) => session_id))],
    truncated: graph.truncated,
  };
}

/** One answer in the making. */
class Exploration {
  /** By the id of the root name. */
  readonly known = new Map<string, Known>();
  truncated = false;
  readonly #documents: Needs["documents"];
  readonly #tenantId: string;
  readonly #query: GraphQuery;
  /** Every name that was met, to its entity's root. */
  readonly #roots = new Map<string, string>();

  constructor(documents: Needs["documents"], tenantId: string, query: GraphQuery) {
    this.#documents = documents;
    this.#tenantId = tenantId;
    this.#query = query;
  }

  /** Without a type the first that is known, in the order of the types. */
  async rootOf(value: string): Promise<Known | undefined> {
    const { type } = this.#query;
    const types = type === undefined ? GraphType.options : [type];
    const found = await Promise.all(
      types.map((one) => this.#read(nodeId(one, value), 0, EDGES_MAX)),
    );
    const root = found.find((one) => one !== undefined);
    if (root !== undefined) this.#keep(root);
    return root;
  }

  /** Hop by hop, hubs left where they are. */
  async spread(root: Known): Promise<void> {
    let frontier = [root];
    for (let hop = 1; hop <= this.#query.depth && frontier.length > 0; hop += 1) {
      const next: Known[] = [];
      const names = frontier
        .filter(({ node }) => !node.is_hub || node.hops === 0)
        .flatMap(({ edges, entity }) => edges.map((edge) => otherEnd(edge, entity)));
      this.truncated ||= frontier.some(({ isMore, node }) => isMore && node.hops === 0);
      const unmet = [...new Set(names)].filter((name) => !this.#roots.has(name));
      for (let at = 0; at < unmet.length; at += AT_ONCE) {
        if (this.known.size >= this.#query.limit) {
          this.truncated = true;
          break;
        }
        const batch = unmet.slice(at, at + AT_ONCE);
        const read = await Promise.all(batch.map((name) => this.#read(name, hop, HUB_EDGES + 1)));
        for (const one of read) {
          if (one === undefined || this.known.has(one.entity.root)) continue;
          if (this.known.size >= this.#query.limit) {
            this.truncated = true;
            break;
          }
          this.#keep(one);
          next.push(one);
        }
      }
      frontier = next;
    }
  }

  /** Those between entities that are shown, and those to sessions, by the entities' roots. */
  edges(): GraphEdge[] {
    const found = new Map<string, GraphEdge>();
    for (const { edges } of this.known.values()) {
      for (const edge of edges) {
        const [from, to] = [this.#roots.get(edge.from), this.#roots.get(edge.to)];
        if (from === undefined || to === undefined || from === to) continue;
        const one = { ...asKnown(edge, this.#query.as_of), from, to };
        const before = found.get(edgeId(one));
        found.set(edgeId(one), before === undefined ? one : together(before, one));
      }
    }
    return [...found.values(), ...this.#sessionEdges()];
  }

  #sessionEdges(): GraphEdge[] {
    return [...this.known.values()].flatMap(({ node, sightings }) =>
      sightings
        .slice(0, node.hops === 0 ? SIGHTINGS_MAX : SESSIONS_SHOWN)
        .map((sighting) => sessionEdge(node.id, sighting)),
    );
  }

  /** `undefined` when no investigation had named it. */
  async #read(name: string, hops: number, edgesMax: number): Promise<Known | undefined> {
    const { as_of: asOf } = this.#query;
    const entity = await readEntity(this.#documents, this.#tenantId, name, asOf);
    if (entity.nodes.length === 0) return undefined;
    const parts = await Promise.all(
      entity.ids.map(async (id) => {
        const [documents, tenantId] = [this.#documents, this.#tenantId];
        return {
          edges: await edgesOf(documents, tenantId, id, { asOf, limit: edgesMax + 1 }),
          sightings: await sightingsOf(documents, tenantId, id, { asOf, limit: SIGHTINGS_MAX }),
        };
      }),
    );
    const edges = parts
      .flatMap((part) => part.edges)
      .toSorted((a, b) => (a.last_seen < b.last_seen ? 1 : -1));
    const sightings = eachOnce(parts.flatMap((part) => part.sightings)).slice(0, SIGHTINGS_MAX);
    const node = shown(entity, { edges: edges.length, sightings, hops });
    return {
      entity,
      node,
      sightings,
      edges: edges.slice(0, edgesMax),
      isMore: edges.length > edgesMax,
    };
  }

  #keep(one: Known): void {
    this.known.set(one.entity.root, one);
    for (const id of one.entity.ids) this.#roots.set(id, one.entity.root);
  }
}

const otherEnd = (edge: EdgeRecord, { ids }: StoredEntity): string =>
  ids.includes(edge.from) ? edge.to : edge.from;

function shown(
  { root, ids, values, nodes }: StoredEntity,
  of: { edges: number; sightings: readonly SightingRecord[]; hops: number },
): GraphNode {
  const own = nodes.find(({ node_id }) => node_id === root) ?? nodes[0];
  const first = nodes.map(({ first_seen }) => first_seen).toSorted()[0] ?? "";
  const verdicts = of.sightings.map(({ verdict }) => verdict);
  const value = values.get(root) ?? own?.value ?? root;
  const aliases = ids.slice(1).map((id) => values.get(id) ?? id);
  const others = new Map(aliases.map((name) => [name.toLowerCase(), name]));
  others.delete(value.toLowerCase());
  return {
    id: root,
    type: own?.entity_type ?? "host",
    value,
    aliases: [...others.values()],
    first_seen: first,
    last_seen: of.sightings[0]?.at ?? first,
    risk: riskOf(verdicts, of.edges),
    is_hub: of.edges > HUB_EDGES,
    hops: of.hops,
  };
}
