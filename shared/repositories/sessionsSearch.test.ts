/** Search reaches the oldest session, and reads a bounded part of the store whatever it holds. */
import { beforeAll, expect, test } from "vitest";

import type { DocumentStore } from "../ports/documentStore.ts";
import { asDocument } from "../schemas/json.ts";
import { type SearchDocument, SearchQuery } from "../schemas/search.ts";
import { testDeps } from "../testing/deps.ts";
import { TENANT } from "../testing/fixtures.ts";
import { findSessions, indexSession } from "./sessionsSearch.ts";

const SESSIONS = 1300;
const FIRST_MS = Date.UTC(2026, 0, 1);

let documents: DocumentStore;
beforeAll(async () => {
  ({ documents } = testDeps());
  for (let n = 0; n < SESSIONS; n += 1) {
    const doc = aDocument(n);
    const { tenant_id, session_id } = doc;
    const write = { kind: "create", doc: asDocument(doc) } as const;
    await documents.batch("sessions", [tenant_id, session_id], [write]);
    await indexSession(documents, tenant_id, session_id);
  }
});

/** Session 0 is the oldest; every tenth is a false positive, every hundredth speaks of a phish. */
function aDocument(n: number): SearchDocument {
  const entity = `host-${n}.contoso.example`;
  const words = n % 100 === 0 ? ["phish", "password"] : ["password"];
  return {
    id: "terms",
    type: "unindexed",
    tenant_id: TENANT,
    session_id: `ses_${n}`,
    terms: [entity, ...words],
    entities: [entity],
    texts: [`A ${words.join(" ")} on ${entity}.`],
    query: "What happened?",
    persona: n % 2 === 0 ? "soc_analyst" : "ciso",
    verdict: n % 10 === 0 ? "false_positive" : "true_positive",
    confidence: 0.8,
    created_at: new Date(FIRST_MS + n * 60_000).toISOString(),
  };
}

const search = async (given: Partial<SearchQuery>) =>
  findSessions(documents, TENANT, SearchQuery.parse(given));
const ids = async (given: Partial<SearchQuery>) =>
  (await search(given)).items.map(({ session_id }) => session_id);

// The case that looks like today's was a year ago.
test("the oldest session is found by its entity, and before newer ones that only share a word", async () => {
  expect(await ids({ q: "host-0.contoso.example" })).toEqual(["ses_0"]);
  expect((await ids({ q: "password host-0.contoso.example" }))[0]).toBe("ses_0");
  expect((await ids({ q: "phish password", limit: 13 })).toSorted()).toEqual(
    Array.from({ length: 13 }, (_, i) => `ses_${i * 100}`).toSorted(),
  );
});

test("filters reach the oldest, too", async () => {
  const to = new Date(FIRST_MS + 5 * 60_000).toISOString();
  const oldest = ["ses_5", "ses_4", "ses_3", "ses_2", "ses_1", "ses_0"];
  expect(await ids({ q: "password", to })).toEqual(oldest);
  expect(await ids({ to })).toEqual(oldest);
  expect(await ids({ q: "phish", verdict: "true_positive" })).toEqual([]);
  expect(await ids({ q: "phish", persona: "ciso" })).toEqual([]);
  expect(await ids({ q: "password", to, verdict: "false_positive" })).toEqual(["ses_0"]);
});

// A word that every session has must cost no more with every session.
test("a question reads postings of its words and few documents", async () => {
  let reads = 0;
  const queries: { parts: number; limit: number }[] = [];
  const store: DocumentStore = {
    read: (...given) => {
      reads += 1;
      return documents.read(...given);
    },
    query: (container, query) => {
      queries.push({ parts: query.partition?.length ?? 0, limit: query.limit });
      return documents.query(container, query);
    },
    batch: (...given) => documents.batch(...given),
    count: (...given) => documents.count(...given),
    close: () => documents.close(),
  };
  const q = "password phish host-7.contoso.example";
  const { items, truncated } = await findSessions(store, TENANT, SearchQuery.parse({ q }));
  expect(items[0]?.session_id).toBe("ses_7");
  expect(truncated).toBe(false);
  // One for what has no postings yet, and two pages at most for each of the three words, in their own partitions.
  expect(queries.filter(({ parts }) => parts !== 2)).toEqual([{ parts: 1, limit: 200 }]);
  expect(queries.length).toBeLessThanOrEqual(1 + 3 * 2);
  expect(reads).toBeLessThanOrEqual(50);
});
