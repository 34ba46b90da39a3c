/**
 * The analyser on the 197 public question pairs and the 92 triage questions, each in the worker that serves the API; beside
 * it the parser alone, without names and types. Without the data there are no figures: they are 0 queries.
 */
import { existsSync } from "node:fs";

import { analyse } from "../../shared/kql/analyse.ts";
import { createKqlAnalyser } from "../../shared/kql/analyser.ts";
import { kusto } from "../../shared/kql/kusto.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import {
  DATA,
  misspelt,
  pairQueries,
  pairSchema,
  triageQueries,
} from "../conformance/kqlQuestions.ts";
import { report } from "./child.ts";

const hasData = existsSync(DATA);
/** One object: a schema is sent to the worker once. */
const schema: WorkspaceSchema = hasData ? pairSchema() : BUILT_IN_SCHEMA;
const pairs = hasData ? pairQueries().map((query) => ({ query, schema })) : [];
const triage = hasData ? triageQueries().map((query) => ({ query, schema: BUILT_IN_SCHEMA })) : [];

/** Below the given share of the sorted times, in milliseconds; 0 when there are none. */
const percentile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? 0;

const analyser = createKqlAnalyser({ timeLimitMs: 60_000 });
const all = [...pairs, ...triage];
const times: number[] = [];
const parsing: number[] = [];
// Once to warm up: the worker stays, and so does what it compiled of itself.
for (const isMeasured of [false, true])
  for (const one of all) {
    const startedAt = performance.now();
    await analyser.analyse(one.query, one.schema);
    const middle = performance.now();
    kusto().language.KustoCode.Parse(one.query);
    if (!isMeasured) continue;
    times.push(middle - startedAt);
    parsing.push(performance.now() - middle);
  }
await analyser.close();

let renamed = 0;
let caught = 0;
for (const { query, schema: names } of all) {
  if (!analyse(query, names).ok) continue;
  for (const text of misspelt(query, names)) {
    renamed += 1;
    if (!analyse(text, names).ok) caught += 1;
  }
}
report({
  queries: all.length,
  renamed,
  caught,
  p50_ms: Number(percentile(times, 0.5).toFixed(1)),
  p99_ms: Number(percentile(times, 0.99).toFixed(1)),
  parse_p50_ms: Number(percentile(parsing, 0.5).toFixed(1)),
  p50_over_parse: percentile(times, 0.5) / Math.max(0.001, percentile(parsing, 0.5)),
});
