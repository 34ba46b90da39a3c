import { expect, test } from "vitest";

import { LocalClock } from "./clock.ts";

// A demo that starts last March must still see time pass.
test("runs at the speed of the machine from the chosen start", () => {
  let wallMs = 5_000;
  const clock = new LocalClock({
    start: new Date("2026-03-01T00:00:00Z"),
    wallClock: () => wallMs,
  });
  wallMs += 1_500;
  expect(clock.now()).toEqual(new Date("2026-03-01T00:00:01.500Z"));
});

test("moves forward only, and listeners see the new time", () => {
  const clock = new LocalClock({ wallClock: () => 0 });
  const seen: number[] = [];
  const stop = clock.onAdvance(() => seen.push(clock.now().getTime()));
  clock.advance(60_000);
  stop();
  clock.advance(1);
  expect(seen).toEqual([60_000]);
  expect(() => clock.advance(-1)).toThrow(RangeError);
  expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
});
