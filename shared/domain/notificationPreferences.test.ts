/** When a message may go out: quiet hours and digests over midnight, zones and clock changes. */
import { expect, test } from "vitest";

import { FACTORY_PREFERENCES, holdUntil } from "./notificationPreferences.ts";

const held = (over: Partial<typeof FACTORY_PREFERENCES>, now: string): string | undefined =>
  holdUntil({ ...FACTORY_PREFERENCES, ...over }, new Date(now))?.toISOString();

const NIGHT = { start: "22:00", end: "07:00", timezone: "Europe/Berlin" };

test.each([
  ["2026-01-15T20:59:59Z", undefined],
  ["2026-01-15T21:00:00Z", "2026-01-16T06:00:00.000Z"],
  ["2026-01-16T05:59:59Z", "2026-01-16T06:00:00.000Z"],
  ["2026-01-16T06:00:00Z", undefined],
  // In summer Berlin is two hours ahead.
  ["2026-07-15T20:00:00Z", "2026-07-16T05:00:00.000Z"],
])("quiet hours over midnight: at %s held until %s", (now, until) => {
  expect(held({ quiet_hours: NIGHT }, now)).toBe(until);
});

test("quiet hours within a day", () => {
  const lunch = { start: "12:00", end: "13:00", timezone: "UTC" };
  expect(held({ quiet_hours: lunch }, "2026-01-15T12:30:00Z")).toBe("2026-01-15T13:00:00.000Z");
  expect(held({ quiet_hours: lunch }, "2026-01-15T11:30:00Z")).toBeUndefined();
});

// On 29 March 2026 clocks in Berlin go from 02:00 to 03:00: an end at 02:30 does not exist.
test("an end that the clock change skips is the next time that exists", () => {
  const quiet_hours = { start: "22:00", end: "02:30", timezone: "Europe/Berlin" };
  expect(held({ quiet_hours }, "2026-03-28T22:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
});

test("digests wait for the full hour, or 08:00 in the person's zone, and for the end of quiet hours", () => {
  expect(held({ digest: "hourly" }, "2026-01-15T12:34:00Z")).toBe("2026-01-15T13:00:00.000Z");
  const daily = { digest: "daily", timezone: "America/New_York" } as const;
  expect(held(daily, "2026-01-15T12:34:00Z")).toBe("2026-01-15T13:00:00.000Z");
  expect(held(daily, "2026-01-15T13:00:00Z")).toBe("2026-01-16T13:00:00.000Z");
  const late = { start: "22:00", end: "09:30", timezone: "UTC" };
  expect(held({ digest: "daily", quiet_hours: late }, "2026-01-15T12:00:00Z")).toBe(
    "2026-01-16T09:30:00.000Z",
  );
});
