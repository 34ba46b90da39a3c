import { expect, test } from "vitest";

import type { WorkspaceSchema } from "../schemas/kql.ts";
import { analyse } from "./analyse.ts";
import { type KqlPolicy, policyOf } from "./policy.ts";

const SCHEMA: WorkspaceSchema = {
  T: { TimeGenerated: "datetime", a: "long", s: "string", d: "dynamic" },
  U: { TimeGenerated: "datetime", a: "long" },
};

const rules = (query: string, policy?: KqlPolicy): string[] =>
  analyse(query, SCHEMA, policy).policy.map((finding) => finding.rule);

// Each of these reads what the caller may not read, or does something else than read.
test.each([
  ["control-command", ".show tables"],
  ["control-command", " \t.drop table T"],
  ["directive", "#crp force\nT | take 1"],
  ["no-query", ""],
  ["no-query", "// only a comment"],
  ["no-query", "let x = 1;"],
  ["no-query", "T; let x = 1"],
  ["several-statements", "T; U"],
  ["statement", "set querytrace; T"],
  ["statement", "alias database x = cluster('y').database('z'); T"],
  ["statement", "declare query_parameters(a:long = 1); T"],
  ["statement", "restrict access to (T); T"],
  ["not-tabular", "1 + 1"],
  ["external-data", 'externaldata(a:string)["https://x"]'],
  ["external-data", 'let f = () { externaldata(a:string)["https://x"] }; T | where s in (f())'],
  ["external-data", '// hidden\rexternaldata(a:string)["https://x"]'],
  ["external-data", 'T | join (externaldata(a:long)["https://x"]) on a'],
  ["plugin", 'T | evaluate python(typeof(*), "x")'],
  ["plugin", "T | evaluate http_request('https://x')"],
  ["plugin", "T //\u2028| evaluate autocluster()"],
  ["cross-scope", 'cluster("x").database("y").T'],
  ["cross-scope", 'union isfuzzy=true workspace("x").T, T'],
  ["cross-scope", "union isfuzzy=true ['workspace']('x').T, T"],
  ["cross-scope", 'union isfuzzy=true WORKSPACE("x").T, T'],
  ["cross-scope", 'union isfuzzy=true app("x").requests, T'],
  ["cross-scope", 'union isfuzzy=true adx("x").T, T'],
  ["cross-scope", 'union isfuzzy=true arg("").Resources, T'],
  ["cross-scope", 'database("*").T'],
  ["cross-scope", 'let w = () { workspace("x").T }; w()'],
  ["cross-scope", "T | macro-expand entity_group [cluster('x')] as e (e.T)"],
  ["cross-scope", 'external_table("x")'],
  ["unbounded-search", 'search "x"'],
  ["unbounded-search", "search *"],
  ["unbounded-find", "find where a == 1"],
  ["table-wildcard", "union *"],
  ["table-wildcard", "union T*, U"],
  ["table-wildcard", "T | join (union U*) on a"],
  ["table-wildcard", 'search in (T*) "x"'],
  ["table-wildcard", "find in (T*) where a == 1"],
  ["unknown-function", "union isfuzzy=true foo('x'), T"],
  ["computed-table", 'let n = "T"; table(n)'],
])("%s: %s", (rule, query) => {
  expect(rules(query)).toContain(rule);
});

// What a reader cannot see, or sees in another order, he approves unread. The ends of each range of such characters.
test.each(Array.from("\u0085\u200b\u200f\u202a\u202e\u2060\u2064\u2066\u2069\ufeff"))(
  "hidden-character: %j, also inside of a text",
  (hidden) => {
    expect(rules(`T | where s == "a${hidden}b"`)).toContain("hidden-character");
  },
);

// A policy that stops analysts at work gets switched off.
test.each([
  "T | where TimeGenerated > ago(1d) | project-away s*",
  "union (T | project-away s*), U",
  "let x = toscalar(T | count); union T, U | where a > x",
  'search in (T) "x"',
  "find in (T) where a == 1",
  "T | evaluate bag_unpack(d)",
  "T | summarize count() by s | evaluate pivot(s, sum(count_))",
  'table("T") | take 1',
  "let f = (t:(*)) { t | where a == 1 }; T | invoke f()",
  "T | where * has 'x'",
  "['T'] | where s has 'externaldata cluster(' // evaluate python()",
  "T\u00a0| take 1",
  "let cluster_name = 'x'; T | where s == cluster_name",
])("allowed: %s", (query) => {
  expect(rules(query)).toEqual([]);
});

test("a finding names its place and how to write it instead", () => {
  expect(analyse("T\n| union\n  workspace('x').T", SCHEMA).policy).toMatchObject([
    {
      rule: "cross-scope",
      line: 3,
      column: 3,
      message: expect.stringContaining("this workspace") as string,
    },
  ]);
});

test("an admin's lists of tables hold in every place where a table is read", () => {
  const denied = { deniedTables: ["U"] };
  expect(rules("T | join (U) on a", denied)).toEqual(["table-denied"]);
  expect(rules("T | where a in (table('U') | project a)", denied)).toEqual(["table-denied"]);
  expect(rules("let f = () { U }; f()", denied)).toEqual(["table-denied"]);
  expect(rules("T | join (U) on a", { allowedTables: ["T"] })).toEqual(["table-denied"]);
  // A fuzzy union takes names that the schema does not know; the workspace may know them.
  expect(rules("union isfuzzy=true Secret, T", { deniedTables: ["Secret"] })).toEqual([
    "table-denied",
  ]);
});

test("a plugin or scope that the admin allows passes", () => {
  expect(rules("T | evaluate autocluster()", { allowedPlugins: ["autocluster"] })).toEqual([]);
  expect(rules('workspace("x").T', { allowedScopes: ["workspace"] })).not.toContain("cross-scope");
});

test("everything that an admin can set for a provider is in its policy; no table named is all", () => {
  const settings = {
    allowed_tables: ["T"],
    denied_tables: ["U"],
    allowed_plugins: ["autocluster"],
    allowed_scopes: ["workspace"],
    needs_time_bound: true,
  };
  expect(policyOf(settings)).toEqual({
    allowedTables: ["T"],
    deniedTables: ["U"],
    allowedPlugins: ["autocluster"],
    allowedScopes: ["workspace"],
    needsTimeBound: true,
  });
  expect(policyOf({ ...settings, allowed_tables: [] }).allowedTables).toBeUndefined();
});

// A bound on a renamed or computed column, or behind a take, bounds nothing.
test.each([
  ["T | where TimeGenerated > ago(1d)", []],
  ["T | where s == 'x' | where TimeGenerated between (ago(2d) .. ago(1d)) and a == 1", []],
  ["T", ["time-bound"]],
  ["T | take 10 | where TimeGenerated > ago(1d)", ["time-bound"]],
  ["T | where TimeGenerated > ago(1d) or a == 1", ["time-bound"]],
  ["T | where ago(1d) < TimeGenerated", []],
  ["T | where ago(1d) <= TimeGenerated", []],
  ["T | where TimeGenerated < ago(1d)", ["time-bound"]],
  ["T | where TimeGenerated <= ago(1d)", ["time-bound"]],
  ["T | where ago(1d) > TimeGenerated", ["time-bound"]],
  ["T | where ago(1d) >= TimeGenerated", ["time-bound"]],
  ["T | where TimeGenerated == datetime(2026-01-15)", []],
  ["T | where datetime(2026-01-15) == TimeGenerated", []],
  ["TABLE('T') | take 1", ["time-bound"]],
  ["T | where TimeGenerated > ago(1d) | join (U) on a", ["time-bound"]],
] as const)("with needsTimeBound: %s", (query, expected) => {
  expect(rules(query, { needsTimeBound: true })).toEqual(expected);
});

// The binder skips names and types past a depth: what it did not see cannot be allowed.
test("a text too deep to be checked is refused", () => {
  const deep = `T | where ${"a == 1 and ".repeat(5_000)} a == 2`;
  expect(rules(deep)).toEqual(["too-deep"]);
});
