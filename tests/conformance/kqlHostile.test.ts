/** The fence, measured: hostile texts that pass, clean questions that do not, and wrong columns that slip through. */
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";

import { analyse } from "../../shared/kql/analyse.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import { HOSTILE } from "./kqlHostile.ts";
import { BOUNDED, DENIED, UNBOUNDED } from "./kqlHostileBounds.ts";
import { DATA, misspelt, pairQueries, pairSchema, triageQueries } from "./kqlQuestions.ts";

const SCHEMA: WorkspaceSchema = {
  T: { TimeGenerated: "datetime", a: "long", s: "string", d: "dynamic" },
  U: { TimeGenerated: "datetime", a: "long" },
};

const FIX =
  /\b(Write|Remove|End|Put|Name|Only|Use|Add|Split|Ask|needs|cannot be checked|may not be read)\b/;

test("no hostile text passes the policy, and each refusal names its rule, place and way out", () => {
  const judged = HOSTILE.map((query) => ({ query, found: analyse(query, SCHEMA).policy }));
  const passed = judged.filter(({ found }) => found.length === 0).map(({ query }) => query);
  console.log(`hostile texts: ${HOSTILE.length} judged, ${passed.length} passed`);
  expect(HOSTILE.length).toBeGreaterThanOrEqual(300);
  expect(passed).toEqual([]);
  for (const one of judged.flatMap(({ found }) => found)) {
    expect(one.rule).toMatch(/^[a-z-]+$/);
    expect(one.message).toMatch(FIX);
    expect(Math.min(one.line, one.column)).toBeGreaterThanOrEqual(1);
  }
}, 120_000);

const boundRules = (query: string): string[] =>
  analyse(query, SCHEMA, { needsTimeBound: true }).policy.map(({ rule }) => rule);

// A bound that is always true, or that stands on another column, lets a query read the whole workspace.
test("a demanded time bound cannot be faked, and real ones pass", () => {
  console.log(`faked time bounds: ${UNBOUNDED.length} judged, ${BOUNDED.length} real ones`);
  expect(UNBOUNDED.filter((query) => !boundRules(query).includes("time-bound"))).toEqual([]);
  expect(BOUNDED.filter((query) => boundRules(query).length > 0)).toEqual([]);
}, 60_000);

// The workspace may know a table that the schema at hand lacks: a fuzzy union would read it.
test.each([[SCHEMA], [{ T: SCHEMA["T"] ?? {} }]])("a denied table is refused %#", (schema) => {
  const isKnown = Object.hasOwn(schema, "U");
  const texts = isKnown ? DENIED : DENIED.filter((query) => query.includes("isfuzzy"));
  for (const policy of [{ deniedTables: ["U"] }, { allowedTables: ["T"] }])
    expect(
      texts.filter((query) =>
        analyse(query, schema, policy).policy.every(({ rule }) => rule !== "table-denied"),
      ),
    ).toEqual([]);
});

interface Question {
  readonly query: string;
  readonly schema: WorkspaceSchema;
}

function questions(): Question[] {
  const pairs = pairSchema();
  return [
    ...pairQueries().map((query) => ({ query, schema: pairs })),
    ...triageQueries().map((query) => ({ query, schema: BUILT_IN_SCHEMA })),
  ];
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))] ?? 0;

describe.skipIf(!existsSync(DATA))("real questions", () => {
  const times: number[] = [];
  let clean: (Question & { policy: readonly unknown[] })[] = [];
  beforeAll(() => {
    clean = questions().flatMap((question) => {
      const start = performance.now();
      const { ok, policy } = analyse(question.query, question.schema);
      times.push(performance.now() - start);
      return ok ? [{ ...question, policy }] : [];
    });
  }, 180_000);

  // A policy that stops analysts at work gets switched off.
  test("the clean ones pass, and how long each takes is printed", () => {
    const refused = clean.filter(({ policy }) => policy.length > 0);
    const sorted = times.toSorted((a, b) => a - b);
    console.log(
      `clean questions: ${clean.length}, ${clean.length - refused.length} pass the policy; analysis p50 ` +
        `${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`,
    );
    expect(clean.length).toBeGreaterThanOrEqual(279);
    expect(clean.length - refused.length).toBeGreaterThanOrEqual(275);
  });

  // A model that invents a column must hear of it before the query runs, not get an empty table. One column of each
  // question, another one from question to question; the bench misspells all of them.
  test("a misspelt column of every question is caught", () => {
    const texts = clean.flatMap(({ query, schema }, index) => {
      const all = misspelt(query, schema);
      const text = all[index % Math.max(1, all.length)];
      return text === undefined ? [] : [{ text, schema }];
    });
    const missed = texts.filter(({ text, schema }) => analyse(text, schema).ok);
    console.log(`misspelt columns: ${texts.length} tried, ${texts.length - missed.length} caught`);
    expect(texts.length).toBeGreaterThan(250);
    expect(missed).toEqual([]);
  }, 180_000);
});
