import * as fc from "fast-check";
import { expect, test } from "vitest";

import { timeScopeIn } from "./timeScope.ts";
import { durationMs } from "./time.ts";

test.each([
  ["failed sign-ins in the last 24 hours", "PT24H"],
  ["over the past 7 days", "P7D"],
  ["within the last two weeks", "P2W"],
  ["in the past hour", "PT1H"],
  ["last 30 minutes", "PT30M"],
  ["What happened since yesterday?", "P1D"],
  ["over the last month", "P1M"],
  ["in the last 3d", "P3D"],
  ["every morning", undefined],
  ["in the last 0 days", undefined],
  ["in the last 900 days", undefined],
  ["in 24 regions", undefined],
  ["more than 10 failures", undefined],
])("%s: %s", (text, scope) => {
  expect(timeScopeIn(text)).toBe(scope);
});

// A run is started with it: a duration that cannot be read, or too long, would fail every run.
test("whatever the text, the scope is a duration of more than nothing and at most 90 days", () => {
  const unit = fc.constantFrom("minute", "hours", "day", "weeks", "months", "d", "min");
  const phrase = fc.tuple(fc.constantFrom("last", "in the past"), fc.nat(999_999), unit);
  fc.assert(
    fc.property(phrase, ([start, count, word]) => {
      const ms = durationMs(timeScopeIn(`${start} ${count} ${word}`) ?? "P1D");
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(90 * 86_400_000);
    }),
    { numRuns: 200 },
  );
});
