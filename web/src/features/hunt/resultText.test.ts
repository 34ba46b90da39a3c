import { expect, test } from "vitest";

import { csvOf, sorted } from "./resultText.ts";

const LONGS = [["9007199254740993"], [5], ["-9007199254740995"], [null], ["10000000000000000"]];

// Longs beyond 2^53 travel as text: sorted as text, 10000000000000000 would come before 5.
test("longs sort by their value, however they travel", () => {
  const ascending = sorted(LONGS, { column: 0, descending: false });
  expect(ascending.flat()).toEqual([
    "-9007199254740995",
    5,
    "9007199254740993",
    "10000000000000000",
    null,
  ]);
  expect(sorted(LONGS, { column: 0, descending: true }).flat().at(0)).toBe("10000000000000000");
});

test("a CSV file keeps the digits of a negative long, and no formula", () => {
  const columns = [{ name: "Id", type: "long" as const }];
  const csv = csvOf({ columns, rows: [["-9007199254740995"], ["-1+1"]] });
  expect(csv).toBe("\uFEFFId\r\n-9007199254740995\r\n'-1+1\r\n");
});
