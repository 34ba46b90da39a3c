import fc from "fast-check";
import { expect, test } from "vitest";

import { LOOKBACK_MS_MAX, sessionRange, windowOf } from "./sessionsWindow.ts";

const DAY = 86_400_000;
const incident = {
  first_activity_at: "2026-03-10T10:00:00.000Z",
  last_activity_at: "2026-03-10T12:00:00.000Z",
  created_at: "2026-03-10T12:10:00.000Z",
};
const iso = (ms: number) => new Date(ms).toISOString();
const at = (time: string) => new Date(time);

// An alert's newest row may come weeks after its activity: a range that ends with the activity would not see it.
test("it looks until now, and suspects only around the activity", () => {
  const range = sessionRange(at("2026-04-05T00:00:00Z"), incident, undefined);
  expect(range).toEqual({ from: "2026-02-10T10:00:00.000Z", to: "2026-04-05T00:00:00.000Z" });
  expect(windowOf(range, incident)).toEqual({
    base: "2026-02-10T10:00:00.000Z",
    start: "2026-03-09T10:00:00.000Z",
    end: "2026-03-11T12:00:00.000Z",
  });
});

test("an activity long ago is still inside the 90 days", () => {
  const range = sessionRange(at("2026-12-01T00:00:00Z"), incident, undefined);
  expect(range.from < incident.first_activity_at && range.to > incident.last_activity_at).toBe(
    true,
  );
});

test("a lookback that does not reach the activity is under suspicion as a whole", () => {
  const range = sessionRange(at("2026-12-01T00:00:00Z"), incident, DAY);
  expect(windowOf(range, incident)).toEqual({ base: range.from, start: range.from, end: range.to });
});

test("whatever the times: in order, not beyond now, at most 90 days", () => {
  const time = fc.integer({ min: 0, max: 400 * DAY }).map((ms) => Date.parse("2026-01-01") + ms);
  fc.assert(
    fc.property(time, time, time, time, (nowMs, first, last, created) => {
      const activity = {
        first_activity_at: iso(first),
        last_activity_at: iso(last),
        created_at: iso(created),
      };
      const range = sessionRange(new Date(nowMs), activity, undefined);
      const { base, start, end } = windowOf(range, activity);
      const order = [range.from, base, start, end, range.to, iso(nowMs)];
      expect(order.toSorted()).toEqual(order);
      expect(Date.parse(range.to) - Date.parse(range.from)).toBeLessThanOrEqual(LOOKBACK_MS_MAX);
    }),
  );
});
