/** The command line as people and scripts use it: one process, lines in, lines out. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";
import { z } from "zod";

const dir = mkdtempSync(join(tmpdir(), "kql-"));
afterAll(() => rmSync(dir, { recursive: true }));
mkdirSync(join(dir, "tables"));
const schema = join(dir, "schema.json");
writeFileSync(schema, '{"Flow":{"TimeGenerated":"datetime","Bytes":"double","Extra":"object"}}');
writeFileSync(
  join(dir, "tables", "Flow.jsonl"),
  '{"TimeGenerated":"2024-01-01T10:00:00Z","Bytes":1.5,"Extra":{"a":1}}\n' +
    '{"TimeGenerated":"2024-01-03T10:00:00Z","Bytes":2,"Extra":null}\nnot a row\n',
);

const Line = z.looseObject({ id: z.unknown(), ok: z.boolean() });

function kql(parts: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "kql.ts"), ...parts],
    { input, encoding: "utf8", timeout: 60_000 },
  );
  const lines = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Line.parse(JSON.parse(line)));
  return { status, stdout, stderr, lines };
}

const INPUT = [
  '{"id":"a","kql":"Flow | summarize sum(Bytes)"}',
  "{broken",
  '{"id":7}',
  '{"id":"b","kql":"Flow | nonsense"}',
  '{"id":"c","kql":"Flow | project TimeGenerated, Extra","timespan":"P2D"}',
].join("\n");

// A script that feeds a thousand queries must not lose the rest to one bad line.
test("run: each line has its answer in order, and a bad one stops nothing", () => {
  const { status, lines, stderr } = kql(
    ["run", "--tenant", dir, "--now", "2024-01-02T00:00:00Z"],
    INPUT,
  );
  expect(status).toBe(0);
  expect(lines.map(({ id, ok }) => [id, ok])).toEqual([
    ["a", true],
    [null, false],
    [7, false],
    ["b", false],
    ["c", true],
  ]);
  expect(lines[0]).toEqual({
    id: "a",
    ok: true,
    columns: [{ name: "sum_Bytes", type: "real" }],
    rows: [[1.5]],
  });
  expect(lines[1]).toMatchObject({
    error: { line: 2, message: expect.stringContaining("Line 2 of the input") },
  });
  expect(lines[3]).toMatchObject({ error: { line: 1, column: 8 } });
  expect(lines[4]).toMatchObject({ rows: [["2024-01-01T10:00:00.0000000Z", '{"a":1}']] });
  expect(stderr).toContain("Flow.jsonl:3");
});

// Ids and file sizes are longs: rounded, two of them become one.
test("run: longs have all their digits", () => {
  const { stdout } = kql([
    "run",
    "--tenant",
    dir,
    "print A=9007199254740993, B=-9223372036854775807",
  ]);
  expect(stdout).toContain('"rows":[[9007199254740993,-9223372036854775807]]');
});

test("analyze: each line has an analysis, ok where there is no error", () => {
  const { status, lines } = kql(["analyze", "--schema", schema], INPUT);
  expect(status).toBe(0);
  expect(lines.map(({ id, ok }) => [id, ok])).toEqual([
    ["a", true],
    [null, false],
    [7, false],
    ["b", false],
    ["c", true],
  ]);
  expect(lines[0]).toMatchObject({
    diagnostics: [],
    policy: [],
    tables: ["Flow"],
    functions: ["sum"],
    columns: ["Bytes"],
    output: [{ name: "sum_Bytes", type: "real" }],
  });
});

test("an input that cannot be read ends with a message and an exit code that is not 0", () => {
  for (const parts of [
    ["run", "--tenant", join(dir, "absent"), "print 1"],
    ["run", "--tenant", dir, "--input", join(dir, "absent")],
    ["analyze", "--schema", join(dir, "absent")],
    ["--what"],
  ]) {
    const { status, stderr, lines } = kql(parts);
    expect({ parts, status, lines }).toEqual({ parts, status: 1, lines: [] });
    expect(stderr).not.toBe("");
  }
});
