import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { LocalClock } from "../clock.ts";
import { parseSchedule } from "./schedule.ts";
import { Timer } from "./timer.ts";
import { Timers } from "./timers.ts";
import { TimerState } from "./timerState.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function rig(scheduleText: string) {
  let wallMs = Date.parse("2026-03-01T10:00:00Z");
  const clock = new LocalClock({ wallClock: () => wallMs });
  const runs: { at: string; isPastDue: boolean }[] = [];
  const timer = new Timer({
    fn: {
      metadata: { name: "timer", bindings: {} },
      callback: () => {},
      triggerName: "timer",
      trigger: { type: "timerTrigger", direction: "in" },
    },
    scheduleText,
    schedule: parseSchedule(scheduleText),
    state: new TimerState(),
    now: () => clock.now(),
    run: async (json) => {
      const value: unknown = JSON.parse(json);
      runs.push({
        at: clock.now().toISOString(),
        isPastDue: JSON.stringify(value).includes('"IsPastDue":true'),
      });
    },
  });
  const timers = new Timers(clock, [timer]);
  timers.start();
  return {
    runs,
    timers,
    /** The machine is awake: both its clock and its timers go on. */
    live: async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 1000) {
        wallMs += 1000;
        await vi.advanceTimersByTimeAsync(1000);
      }
    },
    /** The machine sleeps: its clock goes on, its timers stand still. */
    sleep: (ms: number): void => {
      wallMs += ms;
    },
  };
}

test("runs at each due time of a machine that is awake", async () => {
  const { runs, live, timers } = rig("0 * * * * *");
  await live(125_000);
  timers.stop();
  expect(runs).toEqual([
    { at: "2026-03-01T10:01:00.000Z", isPastDue: false },
    { at: "2026-03-01T10:02:00.000Z", isPastDue: false },
  ]);
});

// A notebook that is opened in the morning must sync at once, once, and not sleep on for the rest of an hour.
test("hours of sleep are one run within ten seconds of waking, past due", async () => {
  const { runs, live, sleep, timers } = rig("0 */5 * * * *");
  await live(30_000);
  sleep(8 * 3_600_000);
  await live(11_000);
  timers.stop();
  expect(runs).toHaveLength(1);
  expect(runs[0]?.isPastDue).toBe(true);
});

test("nothing starts after stop", async () => {
  const { runs, live, timers } = rig("* * * * * *");
  timers.stop();
  await live(5_000);
  expect(runs).toEqual([]);
});
