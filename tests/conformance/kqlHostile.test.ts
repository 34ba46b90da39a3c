/** The fence, measured by the hostile texts that pass it. What it lets through is measured by the questions of people. */
import { expect, test } from "vitest";

import { analyse } from "../../shared/kql/analyse.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import { HOSTILE } from "./kqlHostile.ts";
import { BOUNDED, DENIED, UNBOUNDED } from "./kqlHostileBounds.ts";

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
});

const boundRules = (query: string): string[] =>
  analyse(query, SCHEMA, { needsTimeBound: true }).policy.map(({ rule }) => rule);

// A bound that is always true, or that stands on another column, lets a query read the whole workspace.
test("a demanded time bound cannot be faked, and real ones pass", () => {
  console.log(`faked time bounds: ${UNBOUNDED.length} judged, ${BOUNDED.length} real ones`);
  expect(UNBOUNDED.filter((query) => !boundRules(query).includes("time-bound"))).toEqual([]);
  expect(BOUNDED.filter((query) => boundRules(query).length > 0)).toEqual([]);
});

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
