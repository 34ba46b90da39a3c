/** The query that proves an absence, on the real engine: what it says of hours without rows and of empty columns. */
import { expect, test } from "vitest";

import { presenceQuery } from "../../shared/domain/absence.ts";
import { runQuery } from "../../shared/kql/engine/queryText.fixture.ts";

const HOUR_MS = 3_600_000;
const BASE = Date.parse("2024-01-01T00:00:00Z");
const BOUNDS = { from: "_base", start: "_start", end: "_end" };

const at = (hour: number): string => `datetime(${new Date(BASE + hour * HOUR_MS).toISOString()})`;

/** One row every half hour, but none in the hours that are left out; the last day is the stretch. */
function shown(hours: number, leftOut: (hour: number) => boolean): Record<string, unknown> {
  const rows = Array.from({ length: hours * 2 }, (_, i) => i / 2)
    .filter((hour) => !leftOut(Math.floor(hour)))
    .map((hour) => `${at(hour)}, "ana", ""`);
  const query = `let _base = ${at(0)};
let _start = ${at(hours - 24)};
let _end = ${at(hours)};
let T = datatable(TimeGenerated:datetime, UserName:string, Address:string)[${rows.join(",\n")}];
${presenceQuery("T", ["UserName", "Address"], BOUNDS)}`;
  const {
    columns,
    rows: [row = []],
  } = runQuery(query);
  return Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]));
}

test("a table that never pauses has no silence worth telling", () => {
  expect(shown(72, () => false)).toMatchObject({
    Rows: 48,
    Filled_UserName: 48,
    Filled_Address: 0,
    QuietMinutes: 30,
    UsualQuietMinutes: 30,
    SpanMinutes: 1440,
  });
});

// Ingestion that stopped in the night of the attack looks like a quiet night.
test.for<[string, (hour: number) => boolean, number]>([
  ["in the middle", (hour) => hour >= 55 && hour < 62, 450],
  ["at the beginning", (hour) => hour >= 48 && hour < 55, 420],
  ["until the end", (hour) => hour >= 65, 450],
])("hours without rows %s of the stretch are its silence", ([, leftOut, minutes]) => {
  const { QuietMinutes, UsualQuietMinutes } = shown(72, leftOut);
  expect({ QuietMinutes, UsualQuietMinutes }).toEqual({
    QuietMinutes: minutes,
    UsualQuietMinutes: 30,
  });
});

test("silences before the stretch are what is usual, and do not count as its own", () => {
  const { QuietMinutes, UsualQuietMinutes } = shown(72, (hour) => hour >= 10 && hour < 20);
  expect({ QuietMinutes, UsualQuietMinutes }).toEqual({
    QuietMinutes: 30,
    UsualQuietMinutes: 630,
  });
});

test("a stretch without any row has none to be silent between", () => {
  expect(shown(72, (hour) => hour >= 48)).toMatchObject({ Rows: 0 });
});
