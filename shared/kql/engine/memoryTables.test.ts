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

// Each kind is packed in its own way: one that came back changed would falsify every answer about it.
test("values come back from the store as they went in", () => {
  const schema = {
    T: { s: "string", d: "dynamic", n: "long", i: "int", r: "real", b: "bool", t: "datetime" },
  } as const;
  const tables = createMemoryTables(schema);
  const texts = ["a", "", "Zoë", "日本", "\ud800", "a"];
  const big = "9223372036854775807";
  tables.append(
    "T",
    texts.map((s, i) => ({
      s,
      d: [{ a: [1, null] }, "plain", '{"b":2}', "", 7, null][i],
      n: [1, big, null, -1, 0, "-9223372036854775808"][i],
      i: [1, -2_147_483_648, null, 2_147_483_647, 0, 5][i],
      r: [0.5, "NaN", null, "-Infinity", -0, 1e300][i],
      b: [true, false, null, "true", 0, 1][i],
      t: ["0001-01-01", "9999-12-31", null, "2024-01-01", "2024-01-01", "2024-01-01"][i],
    })),
  );
  const slice = tables.scan("T", {});
  expect(slice.column("s")).toEqual(texts);
  expect(slice.column("d")).toEqual([{ a: [1, null] }, "plain", { b: 2 }, null, 7, null]);
  expect(slice.column("n")).toEqual([1, BigInt(big), null, -1, 0, -9223372036854775808n]);
  expect(slice.column("i")).toEqual([1, -2_147_483_648, null, 2_147_483_647, 0, 5]);
  expect(slice.column("r")).toEqual([0.5, Number.NaN, null, -Infinity, -0, 1e300]);
  expect(slice.column("b")).toEqual([true, false, null, true, false, true]);
  expect(slice.column("t")).toEqual(
    ["0001-01-01", "9999-12-31", "", "2024-01-01", "2024-01-01", "2024-01-01"].map(parseDatetime),
  );
});

// Rows arrive in drops for as long as the workspace runs: a segment for each would slow every scan down.
test("many small appends stay few segments, in the order of their times", () => {
  const tables = createMemoryTables(SCHEMA);
  for (let i = 0; i < 200; i += 1)
    tables.append("T", [{ TimeGenerated: at((i % 28) + 1), n: i % 28 }, { n: -1 }]);
  expect(tables.segments().get("T")?.length).toBeLessThan(12);
  const values = tables.scan("T", { from: time(1) }).column("n") ?? [];
  expect(values.length).toBe(200);
  expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)));
  expect(tables.rowCount("T")).toBe(400);
});

const row = (user: string | undefined) => ({ TimeGenerated: at(1), user });

test("rows that cannot have a wanted value are skipped, and absent values count as empty texts", () => {
  const tables = createMemoryTables({ T: { TimeGenerated: "datetime", user: "string" } });
  tables.append("T", ["ann", "bob", undefined, "ann"].map(row));
  tables.append(
    "T",
    Array.from({ length: 9 }, () => row(undefined)),
  );
  const count = (...users: string[]): number =>
    tables.scan("T", { equals: { user: users } }).rowCount;
  expect([count("ann"), count("ann", "bob"), count("eve"), count("")]).toEqual([2, 3, 0, 10]);
});
