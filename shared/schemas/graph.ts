/** What past investigations know of entities, and how those hang together. */
import { z } from "zod";

const Time = z.iso.datetime();

export const GraphType = z.enum([
  "ip",
  "user",
  "host",
  "domain",
  "hash",
  "email",
  "url",
  "process",
]);
export type GraphType = z.infer<typeof GraphType>;

/** `INVESTIGATED_IN` leads from an entity to a session, all others from entity to entity. */
export const Relation = z.enum([
  "SIGNED_IN_FROM",
  "CONNECTED_TO",
  "RESOLVED_TO",
  "RAN_ON",
  "DOWNLOADED_FROM",
  "COMMUNICATED_WITH",
  "ASSOCIATED_WITH",
  "INVESTIGATED_IN",
]);
export type Relation = z.infer<typeof Relation>;

/** Where something is known from. */
export const Provenance = z.object({
  session_id: z.string(),
  incident_number: z.int().nullable(),
  evidence_id: z.string().nullable(),
  verdict: z.string(),
  /** When the investigation ended: since then it is known. */
  at: Time,
  /** When it happened, by the report's timeline; null when the timeline does not say. */
  observed_at: Time.nullable().default(null),
});
export type Provenance = z.infer<typeof Provenance>;

/** Document `node` of partition (tenant_id, node_id): an entity under one of its names. */
export const NodeRecord = z.object({
  id: z.literal("node"),
  type: z.literal("node"),
  tenant_id: z.string(),
  /** `type:value`, normalized. */
  node_id: z.string(),
  entity_type: GraphType,
  value: z.string(),
  /** Of the investigations that named it. */
  first_seen: Time,
  last_seen: Time,
});
export type NodeRecord = z.infer<typeof NodeRecord>;

/** Document `seen:…` of a node's partition: one investigation named it. Ids sort the newest first. */
export const SightingRecord = Provenance.extend({
  id: z.string(),
  type: z.literal("sighting"),
  tenant_id: z.string(),
  node_id: z.string(),
});
export type SightingRecord = z.infer<typeof SightingRecord>;

/** Document `edge:…` at both of its ends. */
export const EdgeRecord = z.object({
  id: z.string(),
  type: z.literal("edge"),
  tenant_id: z.string(),
  /** The end that this copy lies at. */
  node_id: z.string(),
  relation: Relation,
  from: z.string(),
  to: z.string(),
  first_seen: Time,
  last_seen: Time,
  /** Investigations that saw it. */
  count: z.int(),
  /** Newest first; of more than are kept, the oldest and the newest. */
  provenance: z.array(Provenance),
});
export type EdgeRecord = z.infer<typeof EdgeRecord>;

/** Document `alias` of a name's partition: the name belongs to the entity that is called `leads_to`. */
export const AliasRecord = z.object({
  id: z.literal("alias"),
  type: z.literal("alias"),
  tenant_id: z.string(),
  node_id: z.string(),
  leads_to: z.string(),
  at: Time,
});
export type AliasRecord = z.infer<typeof AliasRecord>;

/** Document `member:…` of the partition that an alias leads to: the way back. */
export const MemberRecord = z.object({
  id: z.string(),
  type: z.literal("member"),
  tenant_id: z.string(),
  node_id: z.string(),
  /** As people write the name of this partition. */
  value: z.string(),
  member_id: z.string(),
  member_value: z.string(),
  at: Time,
});
export type MemberRecord = z.infer<typeof MemberRecord>;

export const GraphQuery = z.strictObject({
  type: GraphType.optional(),
  /** Hops from the entity. */
  depth: z.coerce.number().int().min(1).max(3).default(1),
  /** The graph as it was known then. */
  as_of: Time.optional(),
  /** Nodes at most. */
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type GraphQuery = z.infer<typeof GraphQuery>;

const GraphNode = z.object({
  id: z.string(),
  type: GraphType,
  value: z.string(),
  /** Other names of the same thing: UPN, SID, object id. */
  aliases: z.array(z.string()),
  /** When an investigation first and last named it. */
  first_seen: Time,
  last_seen: Time,
  /** Share of its newest investigations that found an attack, 0 to 1; damped for a hub. */
  risk: z.number(),
  /** Connected to so much that the connections say little: it is not followed. */
  is_hub: z.boolean(),
  /** Hops from the entity that was asked for. */
  hops: z.int(),
});
export type GraphNode = z.infer<typeof GraphNode>;

const GraphEdge = EdgeRecord.omit({ id: true, type: true, tenant_id: true, node_id: true });
export type GraphEdge = z.infer<typeof GraphEdge>;

/** Reply of GET /api/v1/graph/entity/{value}. */
export const GraphView = z
  .object({
    node: GraphNode,
    nodes: z.array(GraphNode),
    /** `from` and `to` are ids of nodes; an `INVESTIGATED_IN` edge leads to `session:{id}`. */
    edges: z.array(GraphEdge),
    /** Numbers of incidents that it is known from, newest first. */
    incidents: z.array(z.int()),
    /** Ids of sessions that it is known from, newest first. */
    sessions: z.array(z.string()),
    /** Whether there is more than is shown. */
    truncated: z.boolean(),
  })
  .meta({ id: "GraphView" });
export type GraphView = z.infer<typeof GraphView>;
