/** Analysing and running queries that a person wrote. */
import { keepPreviousData, queryOptions, useMutation } from "@tanstack/react-query";

import type { Json } from "../../../../shared/schemas/json.ts";
import type { KqlAnalysis, KqlColumn } from "../../../../shared/schemas/kql.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

/** Reply of POST /api/v1/hunting/query. */
export interface HuntResult {
  columns: KqlColumn[];
  rows: Json[][];
  /** More rows matched than are here. */
  truncated: boolean;
  statistics: { duration_ms: number; partial_error?: string | undefined };
}

export interface Hunt {
  query: string;
  /** How far back the query looks: ISO 8601 duration, or an interval `from/to`. */
  timespan: string;
  /** An id; absent for the default provider. */
  provider?: string | undefined;
}

/** Queries may run for minutes; the server has its own limit. */
const RUN_TIMEOUT_MS = 200_000;

/** The analysis of a text never changes while the workspace's schema does not. */
export const analysisOptions = (api: ApiClient, query: string, provider: string | undefined) =>
  queryOptions({
    queryKey: ["kql", "analysis", query, provider ?? ""],
    queryFn: ({ signal }) =>
      api.read<KqlAnalysis>("/api/v1/kql/analyze", {
        method: "POST",
        body: { query, provider },
        signal,
      }),
    enabled: query.trim() !== "",
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
    retry: false,
  });

export function useRunHunt() {
  const api = useApi();
  return useMutation({
    mutationFn: (hunt: Hunt) =>
      api.read<HuntResult>("/api/v1/hunting/query", {
        method: "POST",
        body: hunt,
        timeoutMs: RUN_TIMEOUT_MS,
      }),
  });
}
