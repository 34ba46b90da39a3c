/** Searching past sessions. */
import { SearchQuery, SearchResult } from "../../shared/schemas/search.ts";
import { searchSessions } from "../../shared/services/searchSessions.ts";
import { endpoint } from "../kit/endpoint.ts";

export const searchGet = endpoint({
  name: "search",
  method: "GET",
  route: "v1/search",
  permission: "search:read",
  summary: "Search past sessions by words, entities, verdict, persona and time; best first.",
  query: SearchQuery,
  reply: SearchResult,
  async handle({ deps, principal, query }) {
    return { status: 200, body: await searchSessions(deps, principal.tenant_id, query) };
  },
});
