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

export const Relation = z.enum([
  "SIGNED_IN_FROM",
  "CONNECTED_TO",
  "RAN_ON",
  "COMMUNICATED_WITH",
  "ASSOCIATED_WITH",
]);
export type Relation = z.infer<typeof Relation>;

/** Where something is known from. */
export const Provenance = z.object({
  session_id: z.string(),
  incident_number: z.int().nullable(),
  evidence_id: z.string().nullable(),
  verdict: z.string(),
  at: Time,
});
export type Provenance = z.infer<typeof Provenance>;

/** Document `node` of partition (tenant_id, node_id), or of another of the entity's names: then `node_id` leads on. */
export const NodeRecord = z.object({
  id: z.literal("node"),
  type: z.literal("node"),
  tenant_id: z.string(),
  /** `type:value`, lower case. */
  node_id: z.string(),
  entity_type: GraphType,
  value: z.string(),
  aliases: z.array(z.string()),
  first_seen: Time,
  last_seen: Time,
  /** Newest first; bounded. */
  provenance: z.array(Provenance),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

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
  provenance: z.array(Provenance),
});
export type EdgeRecord = z.infer<typeof EdgeRecord>;

export const GraphQuery = z.strictObject({
  type: GraphType.optional(),
  depth: z.coerce.number().int().min(1).max(3).default(1),
  as_of: Time.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type GraphQuery = z.infer<typeof GraphQuery>;

const GraphNode = NodeRecord.pick({
  value: true,
  aliases: true,
  first_seen: true,
  last_seen: true,
}).extend({
  id: z.string(),
  type: GraphType,
  /** Share of its investigations that found an attack, 0 to 1. */
  risk: z.number(),
  /** Connected to so much that the connections say little: it is not followed. */
  is_hub: z.boolean(),
});
export type GraphNode = z.infer<typeof GraphNode>;

/** Reply of GET /api/v1/graph/entity/{value}. */
export const GraphView = z
  .object({
    node: GraphNode,
    nodes: z.array(GraphNode),
    edges: z.array(EdgeRecord.omit({ id: true, type: true, tenant_id: true, node_id: true })),
    incidents: z.array(z.int()),
    sessions: z.array(z.string()),
    truncated: z.boolean(),
  })
  .meta({ id: "GraphView" });
export type GraphView = z.infer<typeof GraphView>;
