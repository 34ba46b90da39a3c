/** Queries that people write: analysing them, and running them on a workspace. */
import { z } from "zod";

import { Json } from "./json.ts";
import { KqlColumn } from "./kql.ts";

/** Longest text in characters; the analyser takes no longer one. */
const QUERY_LENGTH_MAX = 100_000;

const Kql = z.string().trim().min(1).max(QUERY_LENGTH_MAX);
/** `sentinel` or nothing for the default provider, an id, or a name. */
const ProviderName = z.string().min(1).max(100);

export const AnalyzeQueryBody = z.strictObject({
  query: Kql,
  provider: ProviderName.optional(),
});
export type AnalyzeQueryBody = z.infer<typeof AnalyzeQueryBody>;

const MOMENT = z.iso.datetime({ offset: true });
/** `from/to` as ISO 8601 writes an interval of two moments, each with a zone. */
const Interval = z.string().refine((text) => {
  const moments = text.split("/");
  return moments.length === 2 && moments.every((each) => MOMENT.safeParse(each).success);
});
const Timespan = z.union([z.iso.duration(), Interval], {
  error:
    "An ISO 8601 duration such as P7D, or two times with a zone such as 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z.",
});

export const KqlSchemaQuery = z.strictObject({ provider: ProviderName.optional() });

/** What queries may name on a workspace. */
export const KqlSchemaReply = z.object({
  tables: z.array(z.object({ name: z.string(), columns: z.array(KqlColumn) })),
  /** The signature as a call is written, e.g. `_GetWatchlist(watchlistAlias:string)`. */
  functions: z.array(z.object({ name: z.string(), signature: z.string() })),
});
export type KqlSchemaReply = z.infer<typeof KqlSchemaReply>;

export const HuntingQueryBody = z.strictObject({
  query: Kql,
  /**
   * How far the query may look back: ISO 8601 duration; or an interval `from/to`. At most 90 days. The service applies
   * it besides the query's own bounds.
   */
  timespan: Timespan,
  provider: ProviderName.optional(),
});
export type HuntingQueryBody = z.infer<typeof HuntingQueryBody>;

/** At most 5,000 rows; a long beyond 2^53 is the text of its digits, in its column of type long as in a dynamic. */
export const HuntingReply = z.object({
  columns: z.array(KqlColumn),
  rows: z.array(z.array(Json)),
  /** More rows matched than are here. */
  truncated: z.boolean(),
  statistics: z.object({
    row_count: z.int().nonnegative(),
    duration_ms: z.number(),
    /** Set when the service answered in part. */
    partial_error: z.string().optional(),
  }),
});
export type HuntingReply = z.infer<typeof HuntingReply>;

/** What stays of a query that somebody ran: document `hnt_…` in container `tenants`, partition (tenant_id). */
export const HuntingRecord = z.object({
  id: z.string(),
  tenant_id: z.string(),
  type: z.literal("hunting_query"),
  provider_id: z.string(),
  query: z.string(),
  timespan: z.string(),
  created_by: z.string(),
  created_at: z.iso.datetime(),
});
export type HuntingRecord = z.infer<typeof HuntingRecord>;
