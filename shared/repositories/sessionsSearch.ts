/**
 * Finds past sessions. Each has a search document in its own partition, written with its report, and afterwards a posting
 * for each of its terms in the term's partition: a question reads a bounded part of the partitions of its terms, and the
 * few documents that have no postings yet.
 */
import { askedIn, byScore, hitOf, rarity, scoreOf, weightOf } from "../domain/sessionsSearch.ts";
import type { DocumentStore, Filter } from "../ports/documentStore.ts";
import {
  Posting,
  SearchDocument,
  type SearchHit,
  type SearchQuery,
  type SearchResult,
} from "../schemas/search.ts";

/** So many of the newest sessions with a term are ranked. */
const POSTINGS_MAX = 2000;
const PAGE = 1000;
/** Documents without postings that are looked through; a worker indexes them within seconds. */
const UNINDEXED_MAX = 200;
/** Documents that are read for their sentences, at least. */
const READ_MIN = 50;
const WRITES_AT_ONCE = 20;
/** Ids of postings count down from here, so that the order of ids has the newest first. */
const LATEST_MS = 9_999_999_999_999;

/** Best first; a question without any word that is searched for (only articles, say) finds nothing. */
export async function findSessions(
  documents: DocumentStore,
  tenantId: string,
  query: SearchQuery,
): Promise<SearchResult> {
  const { limit } = query;
  if (query.q === "") {
    const items = await newest(documents, tenantId, query);
    return { items, limit, truncated: false };
  }
  const unindexed = await searchDocuments(documents, tenantId, query, "unindexed", UNINDEXED_MAX);
  const lists = await Promise.all(
    askedIn(query.q).map(async ({ term, parts }) => {
      const whole = await postingsOf(documents, tenantId, term, query);
      const isFound =
        whole.postings.length > 0 || unindexed.some(({ terms }) => terms.includes(term));
      if (isFound || parts.length === 0) return [whole];
      return Promise.all(parts.map((part) => postingsOf(documents, tenantId, part, query)));
    }),
  );
  const found = lists.flat();
  const all = await documents.count("sessions", {
    partition: [tenantId],
    where: [{ op: "in", field: "type", values: ["terms", "unindexed"] }],
  });
  const worth = new Map(found.map(({ term, having }) => [term, rarity(having, all)]));
  const read = await Promise.all(
    candidates(found, worth)
      .slice(0, Math.max(READ_MIN, limit * 2))
      .map((id) => readDocument(documents, tenantId, id)),
  );
  const indexed = read.filter((document) => document !== undefined);
  const items = [
    ...new Map([...unindexed, ...indexed].map((one) => [one.session_id, one])).values(),
  ]
    .map((document) => {
      const { created_at } = document;
      return { document, created_at, score: scoreOf(document, worth) };
    })
    .filter(({ score }) => score > 0)
    .toSorted(byScore)
    .slice(0, limit)
    .map(({ document }) => hitOf(document, worth));
  return {
    items,
    limit,
    truncated: found.some(({ having, postings }) => having > postings.length),
  };
}

interface Postings {
  term: string;
  /** The newest. */
  postings: Posting[];
  /** In how many sessions the term is. */
  having: number;
}

async function postingsOf(
  documents: DocumentStore,
  tenantId: string,
  term: string,
  query: SearchQuery,
): Promise<Postings> {
  const partition = [tenantId, term];
  const where = [{ op: "eq", field: "type", value: "posting" } as const, ...filtersOf(query)];
  const postings: Posting[] = [];
  let cursor: string | undefined;
  do {
    const page = await documents.query("terms", {
      partition,
      where,
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    postings.push(...page.items.map(({ doc }) => Posting.parse(doc)));
    ({ cursor } = page);
  } while (cursor !== undefined && postings.length < POSTINGS_MAX);
  const isAll = cursor === undefined;
  const having = isAll ? postings.length : await documents.count("terms", { partition, where });
  return { term, postings, having };
}

/** Ids of sessions with at least one term, best first by what the postings tell. */
function candidates(found: readonly Postings[], worth: ReadonlyMap<string, number>): string[] {
  const scores = new Map<string, { terms: number; sum: number; created_at: string }>();
  for (const { term, postings } of found) {
    for (const { session_id, weight, created_at } of postings) {
      const before = scores.get(session_id) ?? { terms: 0, sum: 0, created_at };
      const sum = before.sum + weight * (worth.get(term) ?? 0);
      scores.set(session_id, { terms: before.terms + 1, sum, created_at });
    }
  }
  return [...scores]
    .map(([id, { terms, sum, created_at }]) => ({ id, score: sum * terms, created_at }))
    .toSorted(byScore)
    .map(({ id }) => id);
}

async function newest(
  documents: DocumentStore,
  tenantId: string,
  query: SearchQuery,
): Promise<SearchHit[]> {
  const types = ["terms", "unindexed"] as const;
  const found = await Promise.all(
    types.map((type) => searchDocuments(documents, tenantId, query, type, query.limit)),
  );
  return found
    .flat()
    .map((document) => hitOf(document, new Map()))
    .toSorted(byScore)
    .slice(0, query.limit);
}

/** Newest first. */
async function searchDocuments(
  documents: DocumentStore,
  tenantId: string,
  query: SearchQuery,
  type: SearchDocument["type"],
  limit: number,
): Promise<SearchDocument[]> {
  const page = await documents.query("sessions", {
    partition: [tenantId],
    where: [{ op: "eq", field: "type", value: type }, ...filtersOf(query)],
    orderBy: { field: "created_at", direction: "desc" },
    limit,
  });
  return page.items.map(({ doc }) => SearchDocument.parse(doc));
}

function filtersOf({ from, to, verdict, persona }: SearchQuery): Filter[] {
  const where: Filter[] = [];
  if (verdict !== undefined) where.push({ op: "eq", field: "verdict", value: verdict });
  if (persona !== undefined) where.push({ op: "eq", field: "persona", value: persona });
  const since = from === undefined ? {} : { from };
  const until = to === undefined ? {} : { to };
  if (from !== undefined || to !== undefined) {
    where.push({ op: "range", field: "created_at", ...since, ...until });
  }
  return where;
}

/** `undefined` when the session is gone. */
async function readDocument(
  documents: DocumentStore,
  tenantId: string,
  sessionId: string,
): Promise<SearchDocument | undefined> {
  const stored = await documents.read("sessions", [tenantId, sessionId], "terms");
  return stored === undefined ? undefined : SearchDocument.parse(stored.doc);
}

/** Writes the postings of a session that has none yet; a repeat changes nothing, one that was cut short is completed. */
export async function indexSession(
  documents: DocumentStore,
  tenantId: string,
  sessionId: string,
): Promise<void> {
  const document = await readDocument(documents, tenantId, sessionId);
  if (document?.type !== "unindexed") return;
  const { persona, verdict, created_at, terms } = document;
  const id = postingId(document);
  await inBatches(terms, async (term) => {
    const posting: Posting = {
      id,
      type: "posting",
      tenant_id: tenantId,
      term,
      session_id: sessionId,
      persona,
      verdict,
      created_at,
      weight: weightOf(document, term),
    };
    // A conflict: it is there already.
    await documents.batch("terms", [tenantId, term], [{ kind: "create", doc: { ...posting } }]);
  });
  const done = { kind: "patch", id: "terms", set: { type: "terms" } } as const;
  await documents.batch("sessions", [tenantId, sessionId], [done]);
}

/** Takes the session's postings away. Its search document stays, without postings; it goes with the session. */
export async function unindexSession(
  documents: DocumentStore,
  tenantId: string,
  sessionId: string,
): Promise<void> {
  const document = await readDocument(documents, tenantId, sessionId);
  if (document === undefined) return;
  const id = postingId(document);
  // A conflict: it is gone already.
  await inBatches(document.terms, (term) =>
    documents.batch("terms", [tenantId, term], [{ kind: "delete", id }]),
  );
}

const postingId = ({ created_at, session_id }: SearchDocument): string =>
  `${String(LATEST_MS - Date.parse(created_at)).padStart(13, "0")}:${session_id}`;

async function inBatches(
  terms: readonly string[],
  write: (term: string) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < terms.length; at += WRITES_AT_ONCE) {
    await Promise.all(terms.slice(at, at + WRITES_AT_ONCE).map(write));
  }
}
