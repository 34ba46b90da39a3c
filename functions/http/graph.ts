/** What past investigations know of an entity. */
import { z } from "zod";

import { GraphQuery, GraphView } from "../../shared/schemas/graph.ts";
import { exploreGraph } from "../../shared/services/exploreGraph.ts";
import { endpoint } from "../kit/endpoint.ts";

export const graphEntity = endpoint({
  name: "graph-entity",
  method: "GET",
  route: "v1/graph/entity/{value}",
  permission: "graph:read",
  summary: "Read what is known about an entity, and what it is connected to.",
  params: z.object({ value: z.string().min(1).max(500) }),
  query: GraphQuery,
  reply: GraphView,
  async handle({ deps, principal, params, query }) {
    const body = await exploreGraph(deps, principal.tenant_id, params.value, query);
    return { status: 200, body };
  },
});
