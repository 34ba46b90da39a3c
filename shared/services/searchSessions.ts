/** Searches past sessions of a tenant. */
import type { Deps } from "../ports/deps.ts";
import { findSessions } from "../repositories/sessionsSearch.ts";
import type { SearchQuery, SearchResult } from "../schemas/search.ts";

/** Best first. A question without any word that is searched for (only articles, say) finds nothing. */
export const searchSessions = (
  { documents }: Pick<Deps, "documents">,
  tenantId: string,
  query: SearchQuery,
): Promise<SearchResult> => findSessions(documents, tenantId, query);
