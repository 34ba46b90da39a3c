import { expect, test } from "vitest";

import type { WorkspaceSchema } from "../schemas/kql.ts";
import { analyse } from "./analyse.ts";
import { BUILT_IN_SCHEMA } from "./schema.ts";

const SCHEMA: WorkspaceSchema = {
  SigninLogs: {
    TimeGenerated: "datetime",
    UserPrincipalName: "string",
    ResultType: "string",
    Risk: "int",
  },
  Other: { TimeGenerated: "datetime", Value: "real" },
};

// The investigator shows these to a model that has to correct its query: a wrong place sends it astray.
test("an unknown column is reported at its line and column with the nearest name", () => {
  const { ok, diagnostics } = analyse("SigninLogs\n| where UserPrincpalName == 'a'", SCHEMA);
  expect(ok).toBe(false);
  expect(diagnostics).toMatchObject([
    { severity: "error", line: 2, column: 9, suggestion: "UserPrincipalName" },
  ]);
});

test("a misspelt table has the nearest table as its suggestion", () => {
  expect(analyse("SigninLog | take 1", SCHEMA).diagnostics[0]).toMatchObject({
    suggestion: "SigninLogs",
  });
});

test("tables, columns, functions and the output schema are those of the query", () => {
  const query =
    "let f = (x:int) { x + 1 };\nSigninLogs | summarize n = count(), tostring(max(f(Risk))) by UserPrincipalName";
  expect(analyse(query, SCHEMA)).toMatchObject({
    ok: true,
    tables: ["SigninLogs"],
    columns: ["Risk", "UserPrincipalName"],
    functions: ["count", "max", "tostring"],
    output: [
      { name: "UserPrincipalName", type: "string" },
      { name: "n", type: "long" },
      { name: "max_", type: "string" },
    ],
  });
});

// The body of such a function names columns that only a call can know.
test("a function over any table is judged at its calls", () => {
  const declared = "let f = (t:(*)) { t | where Risk == 1 };";
  expect(analyse(`${declared} f(SigninLogs)`, SCHEMA).ok).toBe(true);
  expect(analyse(`${declared} f(Other)`, SCHEMA).ok).toBe(false);
});

// An exception of the parser takes its whole four-megabyte line into the log.
test.each([
  ["10,000 nested parentheses", `print ${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["20,000 additions", `print ${"1+".repeat(20_000)}1`],
  ["open brackets only", "[".repeat(50_000)],
])("%s give a short diagnostic in bounded time", (_name, query) => {
  const { ok, diagnostics } = analyse(query, SCHEMA);
  expect(ok).toBe(false);
  expect(Math.max(...diagnostics.map((one) => one.message.length))).toBeLessThan(400);
});

// The service runs such a comparison, so it is no error; but whoever meant 50126 and not "050126" should know.
test.each([
  ["SigninLogs | where ResultType == 0", 1, 34, 1],
  ["SigninLogs\n| where 50126 != ResultType", 2, 9, 5],
  ["SigninLogs | where ResultType in ('0', 50126)", 1, 40, 5],
])(
  "a string compared with a number is warned of at the number: %s",
  (query, line, column, length) => {
    const { ok, diagnostics } = analyse(query, BUILT_IN_SCHEMA);
    expect(ok).toBe(true);
    expect(diagnostics).toEqual([
      {
        code: "string-number",
        severity: "warning",
        message: expect.stringContaining("ResultType is a string") as string,
        line,
        column,
        length,
      },
    ]);
  },
);

test.each(["ResultType == '0'", "tolong(ResultType) == 0", "CreatedDateTime > ago(1d)"])(
  "nothing is warned of in: where %s",
  (condition) => {
    const { diagnostics } = analyse(`SigninLogs | where ${condition}`, BUILT_IN_SCHEMA);
    expect(diagnostics).toEqual([]);
  },
);

// "The parser failed" sends people to look for a fault in their text, or in the product.
test.each([
  ["brackets", `print ${"(".repeat(10_000)}1`, /more than 300 brackets/],
  [
    "lets that double each other",
    Array.from({ length: 40 }, (_, i) => `let a${i + 1} = union a${i}, a${i};`)
      .join("")
      .replace(/^/, "let a0 = SigninLogs;") + "a40",
    /more than 20000 names/,
  ],
])("the limit that a text of too many %s meets is named", (_name, query, limit) => {
  const [first] = analyse(query, SCHEMA).diagnostics;
  expect(first?.message).toMatch(limit);
  expect(first?.message).not.toContain("failed");
});

// The schema is what the simulated tenant serves and what a workspace without metadata falls back to.
test("the built-in schema has the tables that investigations read", () => {
  expect(Object.keys(BUILT_IN_SCHEMA).length).toBeGreaterThanOrEqual(51);
  expect(BUILT_IN_SCHEMA["SecurityIncident"]).toMatchObject({
    TimeGenerated: "datetime",
    IncidentNumber: "int",
    AlertIds: "dynamic",
  });
});

// One such column of a workspace would break every query on it: the language package cannot hold the name.
test.each(["hasOwnProperty", "__proto__"])("a column or table named %s is left out", (name) => {
  const odd: WorkspaceSchema = {
    ...SCHEMA,
    Odd_CL: Object.fromEntries([
      ["TimeGenerated", "datetime"],
      [name, "string"],
      ["constructor", "string"],
    ]),
    ...Object.fromEntries([[name, { TimeGenerated: "datetime" }]]),
  };
  const { ok, output } = analyse("Odd_CL | take 1", odd);
  expect(ok).toBe(true);
  expect(output.map((column) => column.name)).toEqual(["TimeGenerated", "constructor"]);
  expect(analyse(`Odd_CL | project ['${name}']`, odd).ok).toBe(false);
  expect(analyse(`['${name}'] | take 1`, odd).ok).toBe(false);
  expect(analyse("SigninLogs | take 1", odd).ok).toBe(true);
});
