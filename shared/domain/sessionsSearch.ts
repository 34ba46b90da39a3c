/** Finds past sessions by words: what of a session is searched, and how well it answers a question. */
import { createHash } from "node:crypto";

import type { SessionRecord } from "../schemas/sessions.ts";
import type { SearchDocument, SearchHit } from "../schemas/search.ts";
import { refanged } from "./graphNames.ts";

/** Each is a document of its own in the index. */
const TERMS_MAX = 600;
const TERM_MAX = 150;
const TEXTS_MAX = 60;
const TEXT_MAX = 400;
const SNIPPETS_MAX = 3;
/** Words of a question that are looked for. */
const QUERY_TERMS_MAX = 12;

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
  const entities = [...new Set(report?.entities.map(({ value }) => value.trim().toLowerCase()))];
  const number = session.incident_number;
  const named = [...entities.map(boundedTerm), ...(number === undefined ? [] : [String(number)])];
  const terms = [...new Set([...named, ...termsOf([...entities, ...texts])])];
  return {
    id: "terms",
    type: "unindexed",
    tenant_id: session.tenant_id,
    session_id: session.session_id,
    terms: terms.filter((term) => term !== "").slice(0, TERMS_MAX),
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
function termsOf(texts: readonly string[]): string[] {
  const terms = new Set<string>();
  for (const text of texts) {
    for (const { term, parts } of tokensOf(text)) {
      terms.add(term);
      for (const part of parts) terms.add(part);
    }
  }
  return [...terms];
}

function* tokensOf(text: string): Generator<Asked> {
  for (const [token] of text.normalize("NFKC").toLowerCase().matchAll(TOKEN)) {
    const word = token.replace(/[._@:\\/-]+$/, "");
    if (STOP.has(word)) continue;
    const parts = word.split(/[._@:\\/-]+/).filter(isTelling);
    yield { term: stem(word), parts: parts.length > 1 ? parts.map(stem) : [] };
  }
}

/** The numbers of an address or a time say nothing by themselves. */
const isTelling = (part: string): boolean => part.length > 1 && !/^\d+$/.test(part);

/** Longer ones are named by their beginning and a hash: a partition key has a limit. */
function boundedTerm(term: string): string {
  if (term.length <= TERM_MAX) return term;
  return `${term.slice(0, TERM_MAX)}~${createHash("sha256").update(term).digest("hex").slice(0, 32)}`;
}

/** English endings that change no meaning here; what holds a digit or a dot stays whole. */
function stem(word: string): string {
  if (word.length < 5 || !/^\p{L}+$/u.test(word)) return boundedTerm(word);
  const base = word.replace(/(?:ations?|ings?|ed|ies|es|s|ly)$/, "");
  return base.length >= 3 ? base : word;
}

/** A word of a question, and what to look for when no session has it whole: the parts of an address or a name. */
export interface Asked {
  term: string;
  parts: readonly string[];
}

/** At most 12 words, each once. */
export function askedIn(question: string): Asked[] {
  const asked = new Map<string, Asked>();
  for (const token of tokensOf(refanged(question))) {
    asked.set(token.term, token);
  }
  return [...asked.values()].slice(0, QUERY_TERMS_MAX);
}

/** What a term is worth in a session: an address, a host or a hash more than a word. */
export const weightOf = ({ entities }: Pick<SearchDocument, "entities">, term: string): number =>
  entities.some((entity) => boundedTerm(entity) === term) ? ENTITY_WEIGHT : 1;

/** What a rare term is worth beside one that many sessions have. @param having sessions with the term, of `all`. */
export const rarity = (having: number, all: number): number =>
  Math.log(1 + Math.max(all, having) / Math.max(1, having));

/** What each term that was asked for is worth, by its rarity. */
type Worth = ReadonlyMap<string, number>;

const foundIn = ({ terms }: SearchDocument, worth: Worth): string[] =>
  [...worth.keys()].filter((term) => terms.includes(term));

/** What the document has of the terms makes its score. */
export function scoreOf(document: SearchDocument, worth: Worth): number {
  if (worth.size === 0) return 0;
  const found = foundIn(document, worth);
  const sum = found.reduce(
    (before, term) => before + (worth.get(term) ?? 0) * weightOf(document, term),
    0,
  );
  // Who has all words comes before who has one of them often.
  return Math.round(((sum * found.length) / worth.size) * 1000) / 1000;
}

/** The document as it is shown: only for those that are, because finding the words in its sentences takes the time. */
export function hitOf(document: SearchDocument, worth: Worth): SearchHit {
  const found = new Set(foundIn(document, worth));
  const entities = document.entities.filter(
    (entity) => found.has(boundedTerm(entity)) || hasAny([entity], found),
  );
  const { session_id, query, persona, verdict, confidence, incident_number, created_at } = document;
  return {
    session_id,
    query,
    persona,
    verdict,
    confidence,
    incident_number: incident_number ?? null,
    created_at,
    score: scoreOf(document, worth),
    snippets: snippetsOf(document.texts, found),
    entities: entities.slice(0, 10),
  };
}

/** Best first; equals by age, newest first. */
export const byScore = (
  a: Pick<SearchHit, "score" | "created_at">,
  b: Pick<SearchHit, "score" | "created_at">,
): number => b.score - a.score || (a.created_at < b.created_at ? 1 : -1);

/** The sentences with the most of the words, and where those stand: offsets into the text, end exclusive. */
function snippetsOf(texts: readonly string[], found: ReadonlySet<string>): SearchHit["snippets"] {
  if (found.size === 0) return [];
  return texts
    .map((text) => ({ text, marks: marksIn(text, found) }))
    .filter(({ marks }) => marks.length > 0)
    .toSorted((a, b) => b.marks.length - a.marks.length)
    .slice(0, SNIPPETS_MAX);
}

function marksIn(text: string, found: ReadonlySet<string>): { start: number; end: number }[] {
  return Array.from(text.matchAll(TOKEN)).flatMap((match) =>
    hasAny([match[0]], found) ? [{ start: match.index, end: match.index + match[0].length }] : [],
  );
}

const hasAny = (texts: readonly string[], found: ReadonlySet<string>): boolean =>
  termsOf(texts).some((term) => found.has(term));
