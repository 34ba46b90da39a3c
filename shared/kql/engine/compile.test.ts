import { expect, test } from "vitest";

import type { WorkspaceSchema } from "../../schemas/kql.ts";
import { compileQuery } from "./compile.ts";
import { createMemoryTables } from "./memoryTables.ts";
import { NOW, type Tables, rowsOf, runQuery } from "./queryText.fixture.ts";
import { KqlRefusal } from "./refusal.ts";
import type { ScanBounds } from "./source.ts";
import { formatDatetime } from "./time.ts";

const SCHEMA: WorkspaceSchema = { T: { TimeGenerated: "datetime", host: "string", n: "long" } };

const TABLES: Tables = {
  schema: SCHEMA,
  rows: {
    T: [
      { TimeGenerated: "2024-07-10T00:00:00Z", host: "a", n: 1 },
      { TimeGenerated: "2024-07-18T12:00:00Z", host: "a", n: 2 },
      { TimeGenerated: "2024-07-19T12:00:00Z", host: "b", n: 3 },
      { TimeGenerated: "2024-07-21T00:00:00Z", host: "c", n: 4 },
    ],
  },
};

/** What a query asks the table store for. */
function boundsOf(query: string): ScanBounds[] {
  const asked: ScanBounds[] = [];
  const source = createMemoryTables(SCHEMA);
  compileQuery(query, SCHEMA).run(
    { scan: (table, bounds) => (asked.push(bounds), source.scan(table, bounds)) },
    { now: NOW },
  );
  return asked;
}

const texts = ({ from, to, equals }: ScanBounds = {}): unknown => ({
  from: from === undefined ? undefined : formatDatetime(from),
  to: to === undefined ? undefined : formatDatetime(to),
  equals,
});

// Without this a query over a day touches every row that the store has.
test.each([
  [
    "T | where TimeGenerated > ago(1d) and host == 'a'",
    { from: "2024-07-19T00:00:00.0000000Z", equals: { host: ["a"] } },
  ],
  [
    "T | where host in ('a', 'b') | where TimeGenerated between (datetime(2024-07-01) .. 1d)",
    {
      from: "2024-07-01T00:00:00.0000000Z",
      to: "2024-07-02T00:00:00.0000000Z",
      equals: { host: ["a", "b"] },
    },
  ],
  [
    "let start = ago(2d); T | where start <= TimeGenerated",
    { from: "2024-07-18T00:00:00.0000000Z" },
  ],
  [
    "let recent = T | where TimeGenerated > ago(1d); recent | where host == 'a' | count",
    { from: "2024-07-19T00:00:00.0000000Z", equals: { host: ["a"] } },
  ],
  ["T | where TimeGenerated > ago(1d) or host == 'a'", {}],
  ["T | take 1 | where host == 'a'", {}],
  ["T | where host =~ 'a'", {}],
] as const)("bounds of a query reach the scan: %s", (query, expected) => {
  const [bounds] = boundsOf(query);
  expect(texts(bounds)).toEqual({
    to: "2024-07-20T00:00:00.0000000Z",
    from: undefined,
    equals: undefined,
    ...expected,
  });
});

// Rows of the future are the simulation's next moves, and ago(7d) has no upper bound.
test("rows later than now are hidden", () => {
  expect(rowsOf("T | summarize max(n)", TABLES)).toEqual([[3]]);
});

// The timespan is the fence: a text that claims another range must not get past it.
test("the timespan is imposed on every table, whatever the text says", () => {
  const timespan = { from: new Date("2024-07-18T00:00:00Z"), to: new Date("2024-07-19T00:00:00Z") };
  for (const query of [
    "T | project n",
    "T | where TimeGenerated > datetime(2000-01-01) | project n",
    "let f = () { T }; f() | project n",
    "T | project-rename t = TimeGenerated | project n",
    "union T, (T | take 0) | project n",
    "table('T') | project n",
    "let f = (name:string) { table(name) | project n }; f('T')",
  ])
    expect(rowsOf(query, TABLES, { timespan })).toEqual([[2]]);
});

// A store that hands out more than it was asked for must not change an answer.
test("a store that ignores the bounds changes no answer", () => {
  const source = createMemoryTables(SCHEMA);
  source.append("T", TABLES.rows["T"] ?? []);
  const careless = { scan: (table: string) => source.scan(table, {}) };
  const compiled = compileQuery(
    "T | where TimeGenerated > ago(2d) and host == 'a' | project n",
    SCHEMA,
  );
  expect(compiled.run(careless, { now: NOW }).rows).toEqual([[2]]);
});

test("a compiled query runs again with other rows and another clock", () => {
  const compiled = compileQuery("T | where TimeGenerated > ago(1d) | project n", SCHEMA);
  const source = createMemoryTables(SCHEMA);
  source.append("T", TABLES.rows["T"] ?? []);
  expect(compiled.run(source, { now: NOW }).rows).toEqual([[3]]);
  expect(compiled.run(source, { now: new Date("2024-07-10T12:00:00Z") }).rows).toEqual([[1]]);
});

test("more rows than maxRows are cut, and the run says so", () => {
  expect(runQuery("range x from 1 to 10 step 1", undefined, { maxRows: 3 })).toMatchObject({
    rows: [[1], [2], [3]],
    truncated: true,
  });
});

function refusalOf(query: string, options = {}): KqlRefusal {
  try {
    runQuery(query, TABLES, options);
  } catch (error) {
    if (error instanceof KqlRefusal) return error;
    throw error;
  }
  throw new Error(`Not refused: ${query.slice(0, 80)}`);
}

// A construct that is skipped in silence gives an answer that looks right.
test.each([
  ["unsupported-operator", "T\n| make-graph host --> host", 2, 3],
  ["unsupported-operator", "T | evaluate autocluster()", 1, 5],
  ["unsupported-function", "T | extend x = 1\n| extend y = geo_point_to_s2cell(1.0, 2.0)", 2, 14],
  ["unknown-name", "T | where nope == 1", 1, 11],
  ["unknown-name", "Nope | take 1", 1, 1],
  ["syntax", "T | where", 1, 10],
  ["unsupported-operator", ".show tables", 1, 1],
])("%s is refused at its place: %s", (code, query, line, column) => {
  expect(refusalOf(query)).toMatchObject({ code, line, column });
});

test("what is not supported is refused before a row is read", () => {
  expect(() => compileQuery("T | extend x = geo_point_to_s2cell(1.0, 2.0)", SCHEMA)).toThrow(
    KqlRefusal,
  );
});

// One query must not take the process, or the other tenants' time.
test.each([
  ["a huge range", "range x from 1 to 1000000000000 step 1"],
  [
    "a join that explodes",
    "range x from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 100000 step 1 | extend k = 1) on k | count",
  ],
  [
    "unions of unions",
    `let a0 = range x from 1 to 1000 step 1;${Array.from({ length: 25 }, (_, i) => `let a${i + 1} = union a${i}, a${i};`).join("")} a25 | count`,
  ],
  ["nested parentheses", `print ${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["a long chain", `print ${"1 + ".repeat(20_000)}1`],
  ["a long text", `print '${"x".repeat(300_000)}'`],
])("%s ends in a refusal in bounded time", (_name, query) => {
  const started = performance.now();
  const { message } = refusalOf(query, { deadlineMs: 3_000, rowBudget: 2_000_000 });
  expect(message.length).toBeLessThan(400);
  expect(performance.now() - started).toBeLessThan(15_000);
});

test("a regular expression that backtracks answers in bounded time", () => {
  const started = performance.now();
  const query =
    "range x from 1 to 100 step 1 | where 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' matches regex '(a+)+$'";
  expect(runQuery(query).rows).toEqual([]);
  expect(performance.now() - started).toBeLessThan(5_000);
});
