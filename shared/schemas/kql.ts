/** Kusto: schemas of workspaces, analyses of queries, results. */
import { z } from "zod";

import { Json } from "./json.ts";

export const KqlType = z.enum([
  "bool",
  "datetime",
  "decimal",
  "dynamic",
  "guid",
  "int",
  "long",
  "real",
  "string",
  "timespan",
]);
export type KqlType = z.infer<typeof KqlType>;

export const KqlColumn = z.object({ name: z.string(), type: KqlType });
export type KqlColumn = z.infer<typeof KqlColumn>;

/** A function that a workspace keeps under a name: a query calls it as if it were built in. */
export const KqlFunction = z.object({
  name: z.string(),
  /** As KQL writes them, without the brackets: `days:int=7, T:(Ip:string)`. */
  parameters: z.string(),
  /** Absent when the workspace does not show it. */
  body: z.string().optional(),
  /** What it gives when there is no body to tell; it may give more columns than these. */
  columns: z.array(KqlColumn).optional(),
});
export type KqlFunction = z.infer<typeof KqlFunction>;

/** Where a schema keeps its functions: no text, because every text names a table. */
export const FUNCTIONS = Symbol("functions");

/** `{"Table": {"Column": "type"}}`, and the functions that are saved in the workspace. */
export type WorkspaceSchema = Record<string, Record<string, KqlType>> & {
  readonly [FUNCTIONS]?: readonly KqlFunction[];
};

/** Line and column count from 1; length in characters. */
export const KqlDiagnostic = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning", "information"]),
  message: z.string(),
  line: z.int(),
  column: z.int(),
  length: z.int(),
  suggestion: z.string().optional(),
});
export type KqlDiagnostic = z.infer<typeof KqlDiagnostic>;

export const PolicyFinding = z.object({
  rule: z.string(),
  message: z.string(),
  line: z.int(),
  column: z.int(),
});
export type PolicyFinding = z.infer<typeof PolicyFinding>;

export const KqlAnalysis = z.object({
  /** No diagnostic of severity error. Policy findings are separate. */
  ok: z.boolean(),
  diagnostics: z.array(KqlDiagnostic),
  policy: z.array(PolicyFinding),
  tables: z.array(z.string()),
  functions: z.array(z.string()),
  columns: z.array(z.string()),
  output: z.array(KqlColumn),
});
export type KqlAnalysis = z.infer<typeof KqlAnalysis>;

/** Absolute bounds of a query, both inclusive, ISO 8601 UTC. */
export const TimeRange = z.object({ from: z.iso.datetime(), to: z.iso.datetime() });
export type TimeRange = z.infer<typeof TimeRange>;

/**
 * Rows as values: datetime as ISO 8601 text with all its decimals, dynamic as JSON, long and real as number, an absent
 * value as null. A long beyond 2^53, also inside of a dynamic, is the text of its digits: numbers of JSON readers round it.
 */
export const QueryResult = z.object({
  columns: z.array(KqlColumn),
  rows: z.array(z.array(Json)),
  /** More rows matched than are here. */
  truncated: z.boolean(),
  /** Set when the service answered in part: the rows may be incomplete. */
  partial_error: z.string().optional(),
  duration_ms: z.number(),
});
export type QueryResult = z.infer<typeof QueryResult>;
