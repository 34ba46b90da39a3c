/** The alert of a stale sync, run by the local engine over the lines that the program writes. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { jsonLog } from "../../shared/adapters/console/jsonLog.ts";
import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { createMemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import { createBicepReader, properties } from "./bicepTree.ts";

const FILE = path.resolve(import.meta.dirname, "../../infra/modules/alerts.bicep");
const SCHEMA = { AppTraces: { TimeGenerated: "datetime", Message: "string" } } as const;
const NOW = new Date("2026-01-01T12:00:00Z");

let query = "";
beforeAll(async () => {
  const read = await createBicepReader();
  const { declarations } = read("alerts.bicep", readFileSync(FILE, "utf8"));
  const rule = declarations.find(({ name }) => name === "staleSync");
  const found = rule && properties(rule.node).get("properties.criteria.allOf.query");
  query = found?.text.replaceAll("'''", "") ?? "";
});
afterEach(() => vi.restoreAllMocks());

type Line = [event: "sync.done" | "sync.failed", provider: string, minutesAgo: number];

/** The providers that the alert names. */
function firesFor(lines: readonly Line[]): unknown[] {
  const tables = createMemoryTables(SCHEMA);
  for (const [event, provider_id, minutesAgo] of lines) {
    const TimeGenerated = new Date(NOW.getTime() - minutesAgo * 60_000).toISOString();
    tables.append("AppTraces", [{ TimeGenerated, Message: written(event, provider_id) }]);
  }
  const { columns, rows } = compileQuery(query, SCHEMA).run(tables, { now: NOW });
  const at = columns.findIndex(({ name }) => name === "provider_id");
  return rows.map((row) => row[at]);
}

/** What the program's log writes for it. */
function written(event: Line[0], provider_id: string): string {
  const said: unknown[] = [];
  const write = (text: unknown): boolean => said.push(text) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
  const fields = { tenant_id: "t", provider_id, changed: 0 };
  if (event === "sync.done") jsonLog.info(event, fields);
  else jsonLog.warn(event, { ...fields, error: new Error("down") });
  vi.restoreAllMocks();
  return String(said[0]);
}

// The job succeeds although a provider fails, so an alert on the job's requests stays silent for ever.
test("a provider that fails for 20 minutes is named, whatever the others do", () => {
  const failing = [30, 25, 20, 15, 10, 5].map((ago): Line => ["sync.failed", "p1", ago]);
  const well = [30, 20, 10, 1].map((ago): Line => ["sync.done", "p2", ago]);
  expect(firesFor([["sync.done", "p1", 35], ...failing, ...well])).toEqual(["p1"]);
  // Never synced at all.
  expect(firesFor([...failing, ...well])).toEqual(["p1"]);
});

test("a failure that has passed, or is younger than 20 minutes, is not told", () => {
  const passed: Line[] = [
    ["sync.done", "p1", 40],
    ["sync.failed", "p1", 10],
    ["sync.done", "p1", 5],
  ];
  const young: Line[] = [
    ["sync.done", "p1", 15],
    ["sync.failed", "p1", 10],
  ];
  expect(firesFor(passed)).toEqual([]);
  expect(firesFor(young)).toEqual([]);
});

// Both would be told of every ten minutes, all day.
test("a provider with a long interval and one that was removed are not told", () => {
  expect(firesFor([["sync.done", "hourly", 50]])).toEqual([]);
  expect(firesFor([["sync.failed", "removed", 50]])).toEqual([]);
});
