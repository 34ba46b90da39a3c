/** A folder of exported rows as a workspace. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { toWire } from "../../shared/kql/engine/wire.ts";
import { playStory, tenantStatus, truthOf } from "./controls.ts";
import { type LoadedDirectory, loadTenantDirectory } from "./tenantDirectory.ts";
import { testClock } from "./testTenant.ts";

const root = mkdtempSync(join(tmpdir(), "folder-"));
afterAll(() => rmSync(root, { recursive: true }));

const REGISTRATION = {
  name: "own",
  workspaceId: "11111111-1111-4111-8111-111111111111",
  azureTenantId: "22222222-2222-4222-8222-222222222222",
  clientId: "33333333-3333-4333-8333-333333333333",
  clientSecret: "secret",
};

function load(name: string, files: Record<string, string>): LoadedDirectory {
  const dir = join(root, name);
  mkdirSync(join(dir, "tables"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return loadTenantDirectory(dir, { ...REGISTRATION, clock: testClock() });
}

function rowsOf({ workspace }: LoadedDirectory, kql: string): unknown[][] {
  const run = compileQuery(kql, workspace.schema).run(workspace.tables, { now: workspace.now() });
  return run.rows.map((row) =>
    run.columns.map(({ type }, index) => toWire(row[index] ?? null, type)),
  );
}

const AT = "2026-06-17T10:00:00.1234567Z";

// An export has a broken line now and then; the analyst needs to know which, and the rest at once.
test("bad lines and values are named with file and line, and the rest loads", () => {
  const loaded = load("bad", {
    "tables/SigninLogs.jsonl": [
      JSON.stringify({ TimeGenerated: AT, ResultType: "0", DurationMs: 12 }),
      "{broken",
      "",
      "[1]",
      JSON.stringify({ TimeGenerated: AT, ResultType: "50126", DurationMs: "soon" }),
    ].join("\r\n"),
    "tables/not a table.jsonl": "{}",
    "tables/notes.txt": "ignored",
  });
  expect(rowsOf(loaded, "SigninLogs | project ResultType, DurationMs")).toEqual([
    ["0", 12],
    ["50126", null],
  ]);
  const file = join(root, "bad", "tables", "SigninLogs.jsonl");
  expect(loaded.bad).toContainEqual({ file, line: 2, problem: "The line is no JSON object." });
  expect(loaded.bad).toContainEqual({ file, line: 4, problem: "The line is no JSON object." });
  const value = loaded.bad.find(({ problem }) => problem.includes("DurationMs is no long"));
  expect(value).toMatchObject({ file, line: 5 });
  expect(loaded.bad).toHaveLength(4);
});

test("types come from the schema file, the built-in tables, and the values, in this order", () => {
  const loaded = load("types", {
    "schema.json": JSON.stringify({ Declared_CL: { TimeGenerated: "datetime", Code: "string" } }),
    "tables/Declared_CL.jsonl": `{"TimeGenerated":"${AT}","Code":"007","Extra":1}`,
    "tables/SigninLogs.jsonl": `{"TimeGenerated":"${AT}","ResultType":0,"LocationDetails":"{\\"city\\":\\"Rome\\"}","Own_s":"x"}`,
    "tables/Inferred_CL.jsonl": [
      {
        TimeGenerated: AT,
        Count: 3,
        Share: 1,
        Flag: true,
        Bag: { a: 1 },
        When: AT,
        Mixed: 1,
        None: null,
      },
      {
        TimeGenerated: AT,
        Count: null,
        Share: 0.5,
        Flag: false,
        Bag: [1],
        When: AT,
        Mixed: "x",
        None: null,
      },
    ]
      .map((row) => JSON.stringify(row))
      .join("\n"),
  });
  expect(loaded.workspace.schema["Declared_CL"]).toEqual({
    TimeGenerated: "datetime",
    Code: "string",
  });
  expect(loaded.workspace.schema["Inferred_CL"]).toEqual({
    TimeGenerated: "datetime",
    Count: "long",
    Share: "real",
    Flag: "bool",
    Bag: "dynamic",
    When: "datetime",
    Mixed: "string",
    None: "string",
  });
  expect(
    rowsOf(loaded, "SigninLogs | project tostring(LocationDetails.city), Own_s, TimeGenerated"),
  ).toEqual([["Rome", "x", AT]]);
});

// Exports of a busy workspace are larger than a text can be: they are read in pieces, and line numbers stay right.
test("a file of several pieces loads whole, wherever the pieces end", () => {
  const text = "é".repeat(500);
  const lines = Array.from({ length: 9000 }, (_, index) =>
    index === 8123 ? "{broken" : JSON.stringify({ TimeGenerated: AT, Line: index + 1, Text: text }),
  );
  const loaded = load("large", { "tables/Large_CL.jsonl": `\uFEFF${lines.join("\r\n")}` });
  expect(loaded.bad).toMatchObject([{ line: 8124 }]);
  expect(
    rowsOf(loaded, "Large_CL | summarize count(), min(Line), max(Line), sum(strlen(Text))"),
  ).toEqual([[8999, 1, 9000, 8999 * 500]]);
});

test("values of an export by a command line, where all is text, get their column's type", () => {
  const row = {
    TimeGenerated: AT,
    IncidentNumber: "12",
    AlertIds: '["a"]',
    ClosedTime: "None",
    AdditionalData: '{"alertsCount": 1}',
    TableName: "PrimaryResult",
  };
  const loaded = load("texts", { "tables/SecurityIncident.jsonl": JSON.stringify(row) });
  const kql =
    "SecurityIncident | project IncidentNumber + 1, AlertIds[0], ClosedTime, AdditionalData.alertsCount";
  expect(rowsOf(loaded, kql)).toEqual([[13, "a", null, "1"]]);
  expect(loaded.bad).toMatchObject([{ line: 1, problem: expect.stringContaining("ClosedTime") }]);
});

test("an empty table answers with no rows, a folder without tables is refused", () => {
  const loaded = load("empty", { "tables/SecurityIncident.jsonl": "" });
  expect(loaded.bad).toEqual([]);
  expect(rowsOf(loaded, "SecurityIncident | count")).toEqual([[0]]);
  expect(() =>
    loadTenantDirectory(join(root, "nowhere"), { ...REGISTRATION, clock: testClock() }),
  ).toThrow(/tables/);
  expect(() => load("wrong", { "schema.json": '{"T":{"C":"varchar"}}' })).toThrow(/schema\.json/);
});

test("nothing can be played in a folder, and its rows are counted up to now", () => {
  const { workspace } = load("controls", {
    "tables/AuditLogs.jsonl": `{"TimeGenerated":"${AT}"}\n{"TimeGenerated":"2030-01-01T00:00:00Z"}`,
  });
  expect(tenantStatus(workspace)).toMatchObject({ families: [], tables: { AuditLogs: 1 } });
  expect(truthOf(workspace, 1)).toBeUndefined();
  expect(() => playStory(workspace, { family: "phishing", truth: "true_positive" })).toThrow(
    /folder/,
  );
});
