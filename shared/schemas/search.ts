/** Searching past sessions. */
import { z } from "zod";

import { Persona, Verdict } from "./sessions.ts";

/**
 * What of a session can be found: document `terms` of its partition, written in the batch of its report. `unindexed`
 * until each of its terms has a posting.
 */
export const SearchDocument = z.object({
  id: z.literal("terms"),
  type: z.enum(["unindexed", "terms"]),
  tenant_id: z.string(),
  session_id: z.string(),
  /** Stems, lower case; those of entities first. */
  terms: z.array(z.string()),
  /** Values, lower case. */
  entities: z.array(z.string()),
  /** Sentences that snippets are taken from. */
  texts: z.array(z.string()),
  query: z.string(),
  persona: Persona,
  verdict: Verdict,
  confidence: z.number(),
  incident_number: z.int().optional(),
  created_at: z.iso.datetime(),
});
export type SearchDocument = z.infer<typeof SearchDocument>;

/** One term of one session: container `terms`, partition (tenant_id, term). Ids sort the newest session first. */
export const Posting = z.object({
  id: z.string(),
  type: z.literal("posting"),
  tenant_id: z.string(),
  term: z.string(),
  session_id: z.string(),
  persona: Persona,
  verdict: Verdict,
  created_at: z.iso.datetime(),
  /** What the term is worth in this session beside a word. */
  weight: z.number(),
});
export type Posting = z.infer<typeof Posting>;

export const SearchQuery = z.strictObject({
  /** Words, addresses, names; without any, the newest sessions. */
  q: z.string().trim().max(500).default(""),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  verdict: Verdict.optional(),
  persona: Persona.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const SearchHit = z.object({
  session_id: z.string(),
  query: z.string(),
  persona: Persona,
  verdict: Verdict,
  confidence: z.number(),
  incident_number: z.int().nullable(),
  created_at: z.iso.datetime(),
  /** Comparable within one answer only. */
  score: z.number().nonnegative(),
  /** Sentences with the words that were found; offsets count UTF-16 units, the end is exclusive. */
  snippets: z.array(
    z.object({
      text: z.string(),
      marks: z.array(z.object({ start: z.int(), end: z.int() })),
    }),
  ),
  /** Those of the session's entities that the question names. */
  entities: z.array(z.string()),
});
export type SearchHit = z.infer<typeof SearchHit>;

/** Reply of GET /api/v1/search, best first. */
export const SearchResult = z
  .object({
    items: z.array(SearchHit),
    limit: z.int(),
    /** Whether a word of the question is in so many sessions that only the newest of them were ranked. */
    truncated: z.boolean(),
  })
  .meta({ id: "SearchResult" });
export type SearchResult = z.infer<typeof SearchResult>;
