import fc from "fast-check";
import { expect, test } from "vitest";

import { parseSchedule } from "./schedule.ts";

/** One field as a set of values and as text that means that set. */
const field = (least: number, most: number): fc.Arbitrary<{ text: string; values: Set<number> }> =>
  fc
    .array(
      fc.record({
        a: fc.integer({ min: least, max: most }),
        b: fc.integer({ min: least, max: most }),
        step: fc.integer({ min: 1, max: 9 }),
        kind: fc.constantFrom("one", "range", "open", "all"),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((items) => {
      const values = new Set<number>();
      const texts = items.map(({ a, b, step, kind }) => {
        const ends = {
          one: [a, a],
          range: [Math.min(a, b), Math.max(a, b)],
          open: [a, most],
          all: [least, most],
        }[kind];
        const [first = least, last = most] = ends;
        const stride = kind === "one" ? 1 : step;
        for (let value = first; value <= last; value += stride) values.add(value);
        return { one: `${a}`, range: `${a}-${b}/${step}`, open: `${a}/${step}`, all: `*/${step}` }[
          kind
        ];
      });
      return { text: texts.join(","), values };
    });

const cron = fc.tuple(
  field(0, 59),
  field(0, 59),
  field(0, 23),
  field(1, 31),
  field(1, 12),
  field(0, 6),
);
const instant = fc.date({
  min: new Date("2000-01-01"),
  max: new Date("2090-01-01"),
  noInvalidDate: true,
});

// A timer that fires at a time its schedule does not name, or passes over one that it names, is worse than none.
test("the next time is named by the schedule, lies ahead, and none is passed over", () => {
  fc.assert(
    fc.property(
      cron,
      instant,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      (fields, after, probes) => {
        const next = parseSchedule(fields.map(({ text }) => text).join(" ")).next(after);
        const names = (at: Date): boolean =>
          [
            at.getUTCSeconds(),
            at.getUTCMinutes(),
            at.getUTCHours(),
            at.getUTCDate(),
            at.getUTCMonth() + 1,
            at.getUTCDay(),
          ].every((value, index) => fields[index]?.values.has(value));
        if (next === undefined) return;
        expect(names(next) && next > after && next.getTime() % 1000 === 0).toBe(true);
        const span = next.getTime() - after.getTime();
        const passedOver = probes
          .map((probe) => new Date(Math.ceil((after.getTime() + probe * span) / 1000) * 1000))
          .filter((between) => between > after && between < next && names(between));
        expect(passedOver).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("what is not a schedule is refused in the host's words and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d*,\-/ :.?LW#a-z]{0,30}$/)), (text) => {
      let answer: string;
      try {
        answer = parseSchedule(text).kind;
      } catch (error) {
        answer = String(error);
      }
      expect(answer).toMatch(
        /^(?:cron|constant)$|^RangeError: The schedule expression .* was not recognized as a valid cron expression or timespan string\.$/s,
      );
    }),
    { numRuns: 500 },
  );
});

test("a schedule's normal form means the same schedule", () => {
  fc.assert(
    fc.property(cron, instant, (fields, after) => {
      const schedule = parseSchedule(fields.map(({ text }) => text).join(" "));
      expect(parseSchedule(schedule.normalized).next(after)).toEqual(schedule.next(after));
    }),
    { numRuns: 200 },
  );
});

test.each([
  ["29 February on a Monday", "0 0 0 29 2 1", "2029-01-01T00:00:00Z", "2044-02-29T00:00:00.000Z"],
  [
    "both day fields must fit",
    "0 0 0 13 * FRI",
    "2026-11-21T00:00:00Z",
    "2027-08-13T00:00:00.000Z",
  ],
  [
    "five fields start at the minute",
    "30 4 * * *",
    "2026-11-21T04:30:00Z",
    "2026-11-22T04:30:00.000Z",
  ],
  [
    "a span counts from the given time",
    "1.02:03:04.5",
    "2026-01-01T00:00:00Z",
    "2026-01-02T02:03:04.500Z",
  ],
])("%s", (_name, text, after, next) => {
  expect(parseSchedule(text).next(new Date(after))?.toISOString()).toBe(next);
});
