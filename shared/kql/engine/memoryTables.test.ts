import { expect, test } from "vitest";

import { createMemoryTables } from "./memoryTables.ts";
import { parseDatetime } from "./time.ts";

const SCHEMA = { T: { TimeGenerated: "datetime", n: "long", d: "dynamic" } } as const;
const at = (day: number): string => `2024-07-${String(day).padStart(2, "0")}T00:00:00Z`;
const time = (day: number) => parseDatetime(at(day)) ?? 0;

// Rows arrive late and out of order; a slice that relies on order would lose them.
test("rows that were appended out of order are found by their time", () => {
  const tables = createMemoryTables(SCHEMA);
  tables.append("T", [
    { TimeGenerated: at(5), n: 5 },
    { TimeGenerated: at(1), n: 1 },
  ]);
  tables.append("T", [{ TimeGenerated: at(3), n: 3 }]);
  const slice = tables.scan("T", { from: time(2), to: time(5) });
  expect([slice.rowCount, slice.column("n")]).toEqual([2, [3, 5]]);
});

test("a bounded scan hands out its part only", () => {
  const tables = createMemoryTables(SCHEMA);
  tables.append(
    "T",
    Array.from({ length: 28 }, (_, i) => ({ TimeGenerated: at(i + 1), n: i })),
  );
  expect(tables.scan("T", { from: time(3), to: time(4) }).rowCount).toBe(2);
  expect(tables.scan("T", { from: time(9), to: time(4) }).rowCount).toBe(0);
});

// A value of a wrong type that got in would make every later comparison wrong in silence.
test("a value that does not fit its column is reported and stored as null", () => {
  const tables = createMemoryTables(SCHEMA);
  const bad = tables.append("T", [
    { TimeGenerated: "yesterday", n: 1 },
    { TimeGenerated: at(1), n: "many", d: '{"a":' },
  ]);
  expect(bad).toEqual([
    { row: 0, column: "TimeGenerated", type: "datetime" },
    { row: 1, column: "n", type: "long" },
  ]);
  expect(tables.scan("T", {}).column("d")).toEqual([null, '{"a":']);
});

test("a table without rows, and one that the schema does not name, are empty", () => {
  const tables = createMemoryTables(SCHEMA);
  expect(tables.scan("T", {}).rowCount).toBe(0);
  expect(tables.append("Nope", [{ a: 1 }])).toEqual([]);
  expect(tables.scan("Nope", {}).rowCount).toBe(0);
});
