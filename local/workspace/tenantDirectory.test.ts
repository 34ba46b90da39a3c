/** A folder of exported rows as a workspace. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { toWire } from "../../shared/kql/engine/wire.ts";
import { badRowReport } from "./badRows.ts";
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
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
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
  expect(badRowReport(loaded.bad)).toEqual([
    `${join(root, "bad", "tables", "not a table.jsonl")}: "not a table" is no table name (letters, digits and _): the file is left out.`,
    `${file}:2: The line is no JSON object.`,
    `${file}:4: The line is no JSON object.`,
    `${file}:5: The value of DurationMs is no long; it is left empty.`,
  ]);
});

// An export in another form is wrong in each of its million lines: neither memory nor the screen may fill with them.
test("of many bad lines the first are told and all are counted, file by file", () => {
  const loaded = load("many", {
    "tables/SigninLogs.jsonl": "{broken\n".repeat(50_000),
    "tables/AuditLogs.jsonl": "[]",
  });
  expect(loaded.bad.told.length).toBeLessThan(50);
  const report = badRowReport(loaded.bad);
  expect(report).toHaveLength(loaded.bad.told.length + 1);
  const file = join(root, "many", "tables", "SigninLogs.jsonl");
  expect(report.at(-1)).toBe(`${file}: 49980 more problems, 50000 in all.`);
  expect(report[0]).toContain("AuditLogs.jsonl:1:");
});

/** One value in columns of several types. */
const rowOfOne = (long: string) =>
  `{"TimeGenerated":"${AT}","Long":${long},"Text":${long},"Bag":{"a":[${long}]},"Declared":${long},"Real":${long}}`;

// Ids, logon ids and file sizes are longs: rounded, two of them become one.
test("integers keep all their digits, whichever type their column has", () => {
  const loaded = load("digits", {
    "schema.json": JSON.stringify({
      Declared_CL: { TimeGenerated: "datetime", Declared: "string", Long: "long", Real: "real" },
    }),
    "tables/Inferred_CL.jsonl": [
      rowOfOne("9007199254740993"),
      rowOfOne("-9223372036854775808"),
      `{"Text":"none"}`,
    ].join("\n"),
    "tables/Declared_CL.jsonl": rowOfOne("9007199254740993"),
    "tables/Unsigned_CL.jsonl": `{"Id":18446744073709551615,"Text":18446744073709551615}\n{"Text":"none"}`,
    "watchlists/vip.jsonl": `{"Sid":9007199254740993}`,
  });
  expect(loaded.workspace.schema["Inferred_CL"]).toMatchObject({ Long: "long", Text: "string" });
  const texts = "Inferred_CL | project tostring(Long), Text, tostring(Bag), tostring(Bag.a[0])";
  expect(rowsOf(loaded, texts)).toEqual([
    ["", "none", "", ""],
    ...["9007199254740993", "-9223372036854775808"].map((long) => [
      long,
      long,
      `{"a":[${long}]}`,
      long,
    ]),
  ]);
  expect(rowsOf(loaded, "Declared_CL | project tostring(Long), Declared, Real")).toEqual([
    ["9007199254740993", "9007199254740993", 9007199254740992],
  ]);
  expect(loaded.workspace.schema["Unsigned_CL"]).toEqual({ Id: "real", Text: "string" });
  expect(rowsOf(loaded, "Unsigned_CL | project Text")).toEqual([
    ["18446744073709551615"],
    ["none"],
  ]);
  const watched = "_GetWatchlist('vip') | project tostring(Sid), SearchKey";
  expect(rowsOf(loaded, watched)).toEqual([["9007199254740993", "9007199254740993"]]);
  expect(badRowReport(loaded.bad)).toEqual([]);
});

// Every object answers to these names: asked carelessly, a row has a `constructor` that no export held.
test("columns and tables may have the names that every object knows", () => {
  const loaded = load("names", {
    "tables/constructor.jsonl": `{"TimeGenerated":"${AT}","a":1}`,
    "tables/Odd_CL.jsonl": [
      `{"constructor":"c","toString":5,"valueOf":{"constructor":1,"__proto__":2},"n":1}`,
      `{"n":2}`,
    ].join("\n"),
    "tables/Proto_CL.jsonl": `{"__proto__":"p","n":3}`,
    "tables/__proto__.jsonl": "{}",
  });
  const rows = rowsOf(
    loaded,
    `Odd_CL | order by n asc | project constructor, toString, tostring(valueOf.constructor), tostring(valueOf["__proto__"]), tostring(valueOf.toString), tostring(pack_all())`,
  );
  expect(rows).toEqual([
    ["c", 5, "1", "2", "", expect.stringContaining('"toString":5')],
    ["", null, "", "", "", expect.stringContaining('"toString":null')],
  ]);
  expect(rowsOf(loaded, "constructor | project a")).toEqual([[1]]);
  expect(rowsOf(loaded, "Proto_CL | project n")).toEqual([[3]]);
  expect(badRowReport(loaded.bad).map((line) => line.replace(/^.*\//, ""))).toEqual([
    '__proto__.jsonl: "__proto__" is no table name (letters, digits and _): the file is left out.',
    "Proto_CL.jsonl: No query can name the column __proto__: it is left out.",
  ]);
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
  expect(loaded.bad.told).toMatchObject([{ line: 8124 }]);
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
  expect(loaded.bad.told).toMatchObject([
    { line: 1, problem: expect.stringContaining("ClosedTime") },
  ]);
});

test("an empty table answers with no rows, a folder without tables is refused", () => {
  const loaded = load("empty", { "tables/SecurityIncident.jsonl": "" });
  expect(loaded.bad.told).toEqual([]);
  expect(rowsOf(loaded, "SecurityIncident | count")).toEqual([[0]]);
  expect(() =>
    loadTenantDirectory(join(root, "nowhere"), { ...REGISTRATION, clock: testClock() }),
  ).toThrow(/tables/);
  expect(() => load("wrong", { "schema.json": '{"Flow":{"Bytes":"varchar"}}' })).toThrow(
    /schema\.json cannot be used\. .*Flow\.Bytes: "varchar" is no type/,
  );
  expect(() => load("odd", { "schema.json": '{"Flow":{"Bytes":"constructor"}}' })).toThrow(
    /Flow\.Bytes: "constructor" is no type/,
  );
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
