/** Reads the knowledge graph around an entity, and around those of its neighbours that were expanded. */
import { queryOptions } from "@tanstack/react-query";

import type { GraphView } from "../../../../shared/schemas/graph.ts";
import type { ApiClient } from "../../api/client.ts";

export interface Around {
  value: string;
  type: string | undefined;
  depth: string;
  /** A day, UTC: the graph as it was known at its end. */
  asOf: string | undefined;
}

export const graphOptions = (api: ApiClient, { value, type, depth, asOf }: Around) => {
  const query = new URLSearchParams({ depth, limit: "100" });
  if (type !== undefined) query.set("type", type);
  if (asOf !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(asOf)) {
    query.set("as_of", `${asOf}T23:59:59.999Z`);
  }
  const path = `/api/v1/graph/entity/${encodeURIComponent(value)}?${query}`;
  return queryOptions({
    queryKey: ["graph", path],
    queryFn: ({ signal }) => api.read<GraphView>(path, { signal }),
    enabled: value !== "",
    staleTime: 30_000,
  });
};
