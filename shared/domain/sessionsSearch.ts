/** Finds past sessions by words: what of a session is searched, and how well it answers a question. */
import type { SessionRecord } from "../schemas/sessions.ts";
import type { SearchDocument, SearchHit } from "../schemas/search.ts";

const TERMS_MAX = 1500;
const TEXTS_MAX = 60;
const TEXT_MAX = 400;
const SNIPPETS_MAX = 3;
/** Words of a question that are looked for. */
export const QUERY_TERMS_MAX = 12;

/** What an address, a host or a hash is worth beside a word. */
const ENTITY_WEIGHT = 3;
const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}._@:\\/-]*/gu;
const STOP = new Set(
  "a an and are as at be by did do for from had has have in is it no not of on or that the this to was were with".split(
    " ",
  ),
);

/** What of a finished session can be found: its question, sentences, claims and entities. */
export function searchDocument(session: SessionRecord): SearchDocument {
  const { report } = session;
  const claims = report?.claims.filter(({ check }) => check === "verified") ?? [];
  const texts = [
    session.query,
    ...(report?.summary.map(({ text }) => text) ?? []),
    ...claims.map(({ text }) => text),
  ];
  const entities = [...new Set(report?.entities.map(({ value }) => value.toLowerCase()))];
  const number = session.incident_number;
  const terms = termsOf([...texts, ...entities, ...(number === undefined ? [] : [`#${number}`])]);
  return {
    id: "terms",
    type: "terms",
    tenant_id: session.tenant_id,
    session_id: session.session_id,
    terms: terms.slice(0, TERMS_MAX),
    entities: entities.slice(0, 200),
    texts: [...new Set(texts)].slice(0, TEXTS_MAX).map((text) => text.slice(0, TEXT_MAX)),
    query: session.query,
    persona: session.persona,
    verdict: report?.verdict ?? "undetermined",
    confidence: report?.confidence ?? 0,
    ...(number !== undefined && { incident_number: number }),
    created_at: session.created_at,
  };
}

/** Words in their stems, lower case; addresses and names whole and in their parts. */
export function termsOf(texts: readonly string[]): string[] {
  const terms = new Set<string>();
  for (const text of texts) {
    for (const [token] of text.normalize("NFKC").toLowerCase().matchAll(TOKEN)) {
      const word = token.replace(/[._@:\\/-]+$/, "");
      if (STOP.has(word)) continue;
      terms.add(stem(word));
      const parts = word.split(/[._@:\\/-]+/);
      if (parts.length > 1) for (const part of parts) if (part.length > 1) terms.add(stem(part));
    }
  }
  return [...terms];
}

/** English endings that change no meaning here; what holds a digit or a dot stays whole. */
function stem(word: string): string {
  if (word.length < 5 || !/^\p{L}+$/u.test(word)) return word;
  const base = word.replace(/(?:ations?|ings?|ed|ies|es|s|ly)$/, "");
  return base.length >= 3 ? base : word;
}

/**
 * Best first: rare words count more than common ones, entities more than words; equals by age, newest first.
 * @param asked the question's terms; without any, all documents are given, newest first.
 */
export function ranked(
  documents: readonly SearchDocument[],
  asked: readonly string[],
): SearchHit[] {
  const spread = new Map(
    asked.map((term) => [term, documents.filter(({ terms }) => terms.includes(term)).length]),
  );
  return documents
    .map((document) => hitOf(document, asked, spread, documents.length))
    .filter(({ score }) => asked.length === 0 || score > 0)
    .toSorted((a, b) => b.score - a.score || (a.created_at < b.created_at ? 1 : -1));
}

function hitOf(
  document: SearchDocument,
  asked: readonly string[],
  spread: ReadonlyMap<string, number>,
  count: number,
): SearchHit {
  const found = asked.filter((term) => document.terms.includes(term));
  const entities = document.entities.filter((entity) =>
    found.some((term) => term === entity || termsOf([entity]).includes(term)),
  );
  const score = found.reduce((sum, term) => {
    const rarity = Math.log(1 + count / Math.max(1, spread.get(term) ?? 1));
    return sum + rarity * (document.entities.includes(term) ? ENTITY_WEIGHT : 1);
  }, 0);
  const { session_id, query, persona, verdict, confidence, incident_number, created_at } = document;
  return {
    session_id,
    query,
    persona,
    verdict,
    confidence,
    incident_number: incident_number ?? null,
    created_at,
    score: Math.round(score * 1000) / 1000,
    snippets: snippetsOf(document.texts, found),
    entities: entities.slice(0, 10),
  };
}

/** The sentences with the most of the words, and where those stand: offsets into the text, end exclusive. */
function snippetsOf(texts: readonly string[], found: readonly string[]): SearchHit["snippets"] {
  return texts
    .map((text) => ({ text, marks: marksIn(text, found) }))
    .filter(({ marks }) => marks.length > 0)
    .toSorted((a, b) => b.marks.length - a.marks.length)
    .slice(0, SNIPPETS_MAX);
}

function marksIn(text: string, found: readonly string[]): { start: number; end: number }[] {
  return Array.from(text.matchAll(TOKEN)).flatMap((match) => {
    const isFound = termsOf([match[0]]).some((term) => found.includes(term));
    return isFound ? [{ start: match.index, end: match.index + match[0].length }] : [];
  });
}
