/** What a count of a table must show before an empty answer means that nothing happened. */
import { expect, test } from "vitest";

import type { Json } from "../schemas/json.ts";
import type { Evidence } from "../schemas/sessions.ts";
import { absenceObstacle, isWholePresence, presenceRefs } from "./absence.ts";
import { rowHash } from "./claims.ts";

function counted(cells: Record<string, Json>): Evidence {
  const columns = Object.keys(cells).map((name) => ({ name, type: "long" as const }));
  const values = Object.values(cells);
  return {
    id: "ev_rows",
    question: "",
    kql: "",
    started_at: "2026-01-15T12:00:00.000Z",
    ended_at: "2026-01-15T12:00:01.000Z",
    timespan: { from: "2026-01-01T00:00:00.000Z", to: "2026-01-15T12:00:00.000Z" },
    columns,
    rows: [{ hash: rowHash(columns, values), values }],
    row_count: 1,
    truncated: false,
    statistics: { duration_ms: 1 },
  };
}

const obstacles = (cells: Record<string, Json>, columns: string[][] = []): string[] => {
  const of = counted(cells);
  return presenceRefs(of, columns).flatMap((ref) => absenceObstacle(ref, of, "SigninLogs") ?? []);
};
const WHOLE = { Rows: 500, QuietMinutes: 90, UsualQuietMinutes: 80, SpanMinutes: 2880 };

test("a table with rows, values and no gap can show an absence", () => {
  expect(obstacles({ ...WHOLE, Filled_IPAddress: 500 }, [["IPAddress"]])).toEqual([]);
});

// A renamed column or a connector that leaves it out makes every filter on it find nothing.
test("a column that is empty in all rows is named, unless another one holds the same values", () => {
  const cells = { ...WHOLE, Filled_SHA1: 0, Filled_SHA256: 400, Filled_Url: 0 };
  expect(obstacles(cells, [["SHA1", "SHA256"]])).toEqual([]);
  expect(obstacles(cells, [["SHA1", "SHA256"], ["Url"]])).toEqual([
    "SigninLogs had rows in that time, but Url is empty in all of them, so finding none proves nothing.",
  ]);
});

test("a table without rows is named", () => {
  expect(obstacles({ ...WHOLE, Rows: 0, QuietMinutes: null })).toEqual([
    "SigninLogs had no rows in that time, so finding none proves nothing.",
  ]);
});

// A connector that stopped for a night hides what happened in that night.
test.for<[string, Record<string, Json>, boolean]>([
  ["twice as long as ever", { QuietMinutes: 400, UsualQuietMinutes: 190 }, true],
  ["not twice as long", { QuietMinutes: 400, UsualQuietMinutes: 210 }, false],
  ["under an hour", { QuietMinutes: 55, UsualQuietMinutes: 2 }, false],
  [
    "most of a stretch of which nothing is known before",
    { QuietMinutes: 1000, UsualQuietMinutes: null },
    true,
  ],
  ["a small part of it", { QuietMinutes: 600, UsualQuietMinutes: null }, false],
  [
    "a day of a week of which nothing is known before",
    { QuietMinutes: 1440, UsualQuietMinutes: null, SpanMinutes: 10_080 },
    false,
  ],
])("a silence that is %s: a gap %s", ([, cells, isGap]) => {
  expect(
    obstacles({ ...WHOLE, ...cells }).some((text) => text.includes("rows may be missing")),
  ).toBe(isGap);
});

test("a claim that does not cite the silence does not show that there is none", () => {
  const of = counted(WHOLE);
  const refs = presenceRefs(of, []);
  expect(isWholePresence(of, refs)).toBe(true);
  expect(
    isWholePresence(
      of,
      refs.filter(({ column }) => column === "Rows"),
    ),
  ).toBe(false);
});
