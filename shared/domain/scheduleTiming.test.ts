import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ScheduleTiming } from "../schemas/scheduleTiming.ts";
import { nextRun, nextRuns, timingErrors } from "./scheduleTiming.ts";

const NOW = new Date("2026-11-21T12:00:00Z");

const timing = (fields: Partial<ScheduleTiming>): ScheduleTiming => ({
  frequency: "daily",
  scheduled_time: null,
  day_of_week: null,
  day_of_month: null,
  cron: null,
  timezone: "UTC",
  ...fields,
});

const runs = (fields: Partial<ScheduleTiming>, after: string, count: number): string[] =>
  nextRuns(timing(fields), new Date(after), count).map((run) => run.toISOString());

const custom = (cron: string): Partial<ScheduleTiming> => ({ frequency: "custom", cron });

/** Days of the next four monthly runs. */
const monthly = (day: number, after: string): string[] =>
  runs({ frequency: "monthly", scheduled_time: "06:00", day_of_month: day }, after, 4).map((run) =>
    run.slice(0, 10),
  );

describe("the next run of a schedule", () => {
  // Without the zone's rules a morning check moves by an hour twice a year.
  it("keeps the local time over daylight saving", () => {
    const fields = { scheduled_time: "08:00", timezone: "Europe/Berlin" };
    expect(runs(fields, "2026-03-28T00:00:00Z", 2)).toEqual([
      "2026-03-28T07:00:00.000Z",
      "2026-03-29T06:00:00.000Z",
    ]);
  });

  it("runs at the next minute that exists when daylight saving skips its time", () => {
    const newYork = { scheduled_time: "02:30", timezone: "America/New_York" };
    expect(runs(newYork, "2026-03-08T00:00:00Z", 2)).toEqual([
      "2026-03-08T07:00:00.000Z",
      "2026-03-09T06:30:00.000Z",
    ]);
    const once = {
      ...newYork,
      frequency: "once" as const,
      scheduled_time: "2026-03-08T02:30",
    };
    expect(runs(once, "2026-01-01T00:00:00Z", 2)).toEqual(["2026-03-08T07:00:00.000Z"]);
  });

  it("runs once at a time that exists twice", () => {
    const fields = { scheduled_time: "01:30", timezone: "America/New_York" };
    expect(runs(fields, "2026-11-01T00:00:00Z", 2)).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-02T06:30:00.000Z",
    ]);
    const once = { ...fields, frequency: "once" as const, scheduled_time: "2026-11-01T01:30" };
    expect(runs(once, "2026-01-01T00:00:00Z", 2)).toEqual(["2026-11-01T05:30:00.000Z"]);
  });

  it("runs on the last day of a month that lacks its day, leap years included", () => {
    const january = "2027-01-15T00:00:00Z";
    expect(monthly(31, january)).toEqual(["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]);
    expect(monthly(30, january)).toEqual(["2027-01-30", "2027-02-28", "2027-03-30", "2027-04-30"]);
    expect(monthly(29, "2028-01-15T00:00:00Z")[1]).toBe("2028-02-29");
    expect(monthly(28, "2028-01-15T00:00:00Z")[1]).toBe("2028-02-28");
  });

  it("runs weekly on its day, and by cron in its zone", () => {
    const weekly = { frequency: "weekly" as const, scheduled_time: "09:15" };
    expect(runs({ ...weekly, day_of_week: "sunday" }, NOW.toISOString(), 2)).toEqual([
      "2026-11-22T09:15:00.000Z",
      "2026-11-29T09:15:00.000Z",
    ]);
    expect(
      runs({ ...custom("0 */6 * * *"), timezone: "Asia/Kolkata" }, "2026-11-21T00:00:00Z", 2),
    ).toEqual(["2026-11-21T00:30:00.000Z", "2026-11-21T06:30:00.000Z"]);
  });

  it("has no run after the only one, whose offset counts", () => {
    const once = timing({ frequency: "once", scheduled_time: "2026-11-22T01:00:00+02:00" });
    expect(nextRun(once, NOW)?.toISOString()).toBe("2026-11-21T23:00:00.000Z");
    expect(nextRun(once, new Date("2026-11-21T23:00:00Z"))).toBeUndefined();
  });

  // A run that is not after its predecessor would start the same investigation for ever.
  it("is always later than the one before, at least five minutes for any timing that is taken", () => {
    const any = fc.record({
      frequency: fc.constantFrom("daily", "weekly", "monthly", "custom" as const),
      scheduled_time: fc
        .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
        .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":")),
      day_of_week: fc.constantFrom("monday", "sunday" as const),
      day_of_month: fc.integer({ min: 1, max: 31 }),
      cron: fc
        .tuple(
          fc.constantFrom("*/5", "*/7", "0,58", "3", "0-59/15"),
          fc.constantFrom("*", "0,23", "*/6", "2"),
          fc.constantFrom("*", "1,31", "29", "L"),
          fc.constantFrom("*", "2", "1,12"),
          fc.constantFrom("*", "1-5", "7"),
        )
        .map((fields) => fields.join(" ")),
      timezone: fc.constantFrom("UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    });
    const since = fc.date({
      min: new Date("2026-01-01"),
      max: new Date("2029-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(any, since, (fields, after) => {
        fc.pre(timingErrors(timing(fields), after).length === 0);
        let last = after.getTime();
        for (const [n, run] of nextRuns(timing(fields), after, 20).entries()) {
          expect(run.getTime() - last).toBeGreaterThanOrEqual(n === 0 ? 1 : 5 * 60_000);
          last = run.getTime();
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

const wrong = (fields: Partial<ScheduleTiming>): string[] =>
  timingErrors(timing(fields), NOW).map((error) => `${error.pointer}: ${error.detail}`);

/** Whether a cron is either refused or runs. */
const isJudged = (cron: string): boolean => {
  const errors = timingErrors(timing(custom(cron)), NOW);
  return errors.length > 0 || nextRun(timing(custom(cron)), NOW) instanceof Date;
};

describe("what is wrong with a timing", () => {
  it("is nothing for each frequency with its fields", () => {
    expect(wrong({ scheduled_time: "08:00" })).toEqual([]);
    expect(wrong({ frequency: "weekly", scheduled_time: "08:00", day_of_week: "friday" })).toEqual(
      [],
    );
    expect(wrong({ frequency: "monthly", scheduled_time: "08:00", day_of_month: 31 })).toEqual([]);
    expect(wrong({ frequency: "once", scheduled_time: "2026-11-21T12:01" })).toEqual([]);
    expect(wrong(custom("*/5 * * * *"))).toEqual([]);
    expect(wrong(custom("0 9 * * MON-FRI"))).toEqual([]);
  });

  it("names the field that a frequency lacks", () => {
    expect(wrong({ frequency: "weekly" }).map((text) => text.split(":")[0])).toEqual([
      "/scheduled_time",
      "/day_of_week",
    ]);
    expect(wrong({ frequency: "monthly", scheduled_time: "08:00" })[0]).toContain("/day_of_month");
    expect(wrong({ frequency: "once", scheduled_time: "08:00" })[0]).toContain("date and time");
  });

  it("is a past, an impossible day, a zone that does not exist", () => {
    expect(wrong({ frequency: "once", scheduled_time: "2026-11-21T11:59" })[0]).toContain("past");
    expect(wrong({ frequency: "once", scheduled_time: "2027-02-31T10:00" })[0]).toContain("date");
    expect(wrong({ frequency: "once", scheduled_time: "2027-02-31T10:00Z" })[0]).toContain("date");
    expect(wrong({ scheduled_time: "08:00", timezone: "Mars/Olympus" })[0]).toContain(
      "Mars/Olympus",
    );
    expect(wrong({ scheduled_time: "08:00", timezone: "+02:00" })[0]).toContain("/timezone");
  });

  it("is a cron that never comes, comes too often, or is none", () => {
    expect(wrong(custom("0 0 30 2 *"))[0]).toContain("never");
    const often = ["* * * * *", "*/4 * * * *", "0,58 * * * *", "0,58 0,23 1,2 * *", "1,3 0 29 2 *"];
    expect(often.filter((cron) => !wrong(custom(cron))[0]?.includes("5 minutes apart"))).toEqual(
      [],
    );
    expect(wrong(custom("0,58 1,5 * * *"))).toEqual([]);
    const none = [
      "",
      "@daily",
      "* * * * * *",
      "0 24 * * *",
      "0 0 * *",
      "2027-01-01T00:00",
      "a b c d e",
    ];
    expect(none.filter((cron) => wrong(custom(cron)).length !== 1)).toEqual([]);
  });

  // A pattern from outside must never hold the worker or throw past the check.
  it("is said of any text in the place of a cron, without throwing", () => {
    const field = fc.stringMatching(/^[0-9*/,LW#?MON-]{1,8}$/);
    const text = fc.oneof(
      fc.string(),
      fc.array(field, { maxLength: 6 }).map((all) => all.join(" ")),
    );
    expect(() => {
      fc.assert(fc.property(text, isJudged), { numRuns: 500, seed: 7 });
    }).not.toThrow();
  });
});
