import { expect, test } from "vitest";

import { before, durationMs } from "./time.ts";

const cases = [
  ["P7D", "2026-01-08T12:00:00.000Z"],
  ["PT15M", "2026-01-15T11:45:00.000Z"],
  ["P1W", "2026-01-08T12:00:00.000Z"],
  ["P1M", "2025-12-15T12:00:00.000Z"],
  ["P1Y2M3DT4H5M6.5S", "2024-11-12T07:54:53.500Z"],
  ["PT0,5S", "2026-01-15T11:59:59.500Z"],
  ["P9999Y", "1970-01-01T00:00:00.000Z"],
  ["P99999999999999D", "1970-01-01T00:00:00.000Z"],
] as const;
test.each(cases)("%s before noon of 15 January 2026 is %s", (duration, expected) => {
  expect(before(new Date("2026-01-15T12:00:00Z"), duration).toISOString()).toBe(expected);
});

test("a month before a day that the month lacks is its last day", () => {
  const result = before(new Date("2024-03-31T00:00:00Z"), "P1M");
  expect(result.toISOString()).toBe("2024-02-29T00:00:00.000Z");
});

test.each(["", "P", "PT", "7D", "P-1D", "P1H", "tomorrow"])("%j is refused", (text) => {
  const code = "invalid-fields";
  expect(() => before(new Date(0), text)).toThrow(expect.objectContaining({ code }));
  expect(() => durationMs(text)).toThrow(expect.objectContaining({ code }));
});

test("a duration has a length", () => {
  expect(durationMs("P1DT1H")).toBe(25 * 3_600_000);
  expect(durationMs("P1Y")).toBe(365 * 86_400_000);
});
