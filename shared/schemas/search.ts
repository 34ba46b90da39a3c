/** Searching past sessions. */
import { z } from "zod";

import { Persona, Verdict } from "./sessions.ts";

/** What of a session can be found: document `terms` of its partition, written in the batch of its report. */
export const SearchDocument = z.object({
  id: z.literal("terms"),
  type: z.literal("terms"),
  tenant_id: z.string(),
  session_id: z.string(),
  /** Stems, lower case. */
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
  .object({ items: z.array(SearchHit), limit: z.int() })
  .meta({ id: "SearchResult" });
