/** Searches past sessions of a tenant. */
import { QUERY_TERMS_MAX, ranked, termsOf } from "../domain/sessionsSearch.ts";
import type { Deps } from "../ports/deps.ts";
import { searchCandidates } from "../repositories/sessionsSearch.ts";
import type { SearchHit, SearchQuery } from "../schemas/search.ts";

/** Best first. A question without any word that is searched for (only articles, say) finds nothing. */
export async function searchSessions(
  { documents }: Pick<Deps, "documents">,
  tenantId: string,
  query: SearchQuery,
): Promise<SearchHit[]> {
  const terms = termsOf([query.q]).slice(0, QUERY_TERMS_MAX);
  if (query.q !== "" && terms.length === 0) return [];
  const found = await searchCandidates(documents, tenantId, terms, query);
  return ranked(found, terms).slice(0, query.limit);
}
