/** Searching past investigations. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { SearchHit } from "../../../../shared/schemas/search.ts";
import type { ApiClient } from "../../api/client.ts";
import type { SearchSearch } from "../../app/pageSearch.ts";

interface SearchReply {
  items: SearchHit[];
  limit: number;
  truncated: boolean;
}

/** Days are whole ones, in UTC. */
export const searchOptions = (api: ApiClient, { q, verdict, persona, from, to }: SearchSearch) => {
  const query = new URLSearchParams({ limit: "50" });
  if (q !== undefined) query.set("q", q);
  if (verdict !== undefined) query.set("verdict", verdict);
  if (persona !== undefined) query.set("persona", persona);
  if (isDay(from)) query.set("from", `${from}T00:00:00.000Z`);
  if (isDay(to)) query.set("to", `${to}T23:59:59.999Z`);
  return queryOptions({
    queryKey: ["search", query.toString()],
    queryFn: ({ signal }) => api.read<SearchReply>(`/api/v1/search?${query}`, { signal }),
    placeholderData: keepPreviousData,
  });
};

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
