/** The search documents of past sessions: each in its session's partition, found across the tenant's. */
import type { DocumentStore, Filter } from "../ports/documentStore.ts";
import { SearchDocument, type SearchQuery } from "../schemas/search.ts";

/** So many of the newest that fit are ranked. */
const CANDIDATES_MAX = 500;

/** Those with at least one of the terms, newest first; without terms, all. */
export async function searchCandidates(
  documents: DocumentStore,
  tenantId: string,
  terms: readonly string[],
  { from, to, verdict, persona }: SearchQuery,
): Promise<SearchDocument[]> {
  const where: Filter[] = [{ op: "eq", field: "type", value: "terms" }];
  if (verdict !== undefined) where.push({ op: "eq", field: "verdict", value: verdict });
  if (persona !== undefined) where.push({ op: "eq", field: "persona", value: persona });
  const since = from === undefined ? {} : { from };
  const until = to === undefined ? {} : { to };
  if (from !== undefined || to !== undefined) {
    where.push({ op: "range", field: "created_at", ...since, ...until });
  }
  if (terms.length > 0) {
    const filters = terms.map((value): Filter => ({ op: "contains", field: "terms", value }));
    where.push({ op: "or", filters });
  }
  const page = await documents.query("sessions", {
    partition: [tenantId],
    where,
    orderBy: { field: "created_at", direction: "desc" },
    limit: CANDIDATES_MAX,
  });
  return page.items.map(({ doc }) => SearchDocument.parse(doc));
}
