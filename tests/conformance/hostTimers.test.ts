/** Timers fall due, and are told, what the recorded real host did. No waiting: the local clock is moved by hand. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { app, type InvocationContext, type Timer } from "@azure/functions";
import { afterAll, expect, test } from "vitest";

import { LocalClock } from "../../local/clock.ts";
import { resolveSettings } from "../../local/host/functions.ts";
import { startHost, type Host } from "../../local/host/host.ts";
import { parseSchedule, type Schedule } from "../../local/host/schedule.ts";
import { departureOf } from "./hostDifferences.ts";
import { DATA, readRecordings } from "./hostRecordings.ts";

const isPresent = existsSync(path.join(DATA, "recorded.json"));
const recorded = isPresent ? readRecordings().filter(({ timer }) => timer !== undefined) : [];
if (!isPresent) console.log("Timer recordings are absent: 0 compared, all skipped.");
const timerOf = (id: string): Record<string, unknown> =>
  recorded.find((recording) => recording.id === id)?.timer ?? {};

/** As in the recording: three settings, one of them empty. */
const SETTINGS = { HOST_SCHEDULE: "*/7 * * * * *", EMPTY_SETTING: "", HOST_SPAN: "00:00:20" };
const directory = mkdtempSync(path.join(tmpdir(), "host-"));
writeFileSync(path.join(directory, "host.json"), "{}");
afterAll(() => rmSync(directory, { recursive: true }));
const START = new Date("2026-03-01T10:00:00Z");

const gapsOf = (schedule: Schedule): number[] => {
  const gaps = new Set<number>();
  let at: Date | undefined = START;
  for (let count = 0; count < 200 && at !== undefined; count++) {
    const next: Date | undefined = schedule.next(at);
    // A date that never comes has no gap; the recorder wrote 0.
    gaps.add(next === undefined ? 0 : Math.round((next.getTime() - at.getTime()) / 1000));
    at = next;
  }
  return [...gaps];
};

// A schedule that one host takes and the other refuses would silently not run after deployment.
test.runIf(isPresent)(
  "each recorded schedule is read the same or refused in the same words",
  () => {
    const schedules = recorded.filter(({ id }) => id.startsWith("timer-schedule-"));
    expect(schedules.length).toBeGreaterThan(0);
    expect(schedules.map(({ timer = { schedule: "" } }) => read(timer))).toEqual(
      schedules.map(({ timer = { schedule: "" } }) => wanted(timer)),
    );
  },
);

type RecordedTimer = { schedule: string; [key: string]: unknown };

function read(timer: RecordedTimer): object {
  const text = timer.schedule;
  try {
    const schedule = parseSchedule(resolveSettings(text, SETTINGS));
    const gap = gapsOf(schedule).find((each) => each === timer["firstGapSeconds"]);
    return { text, kind: schedule.kind, normalized: schedule.normalized, gap };
  } catch (error) {
    return { text, refused: String(error).replace(/^\w+: /, "") };
  }
}

function wanted(timer: RecordedTimer): object {
  const { schedule: text, kind, normalized, firstGapSeconds: gap, message } = timer;
  if (timer["behaviour"] !== "refused") return { text, kind, normalized, gap };
  // An empty text fails in a place of the real host that has no counterpart, with words of its own.
  const own =
    "The schedule expression '' was not recognized as a valid cron expression or timespan string.";
  return { text, refused: text === "" ? own : message };
}

interface Rig {
  host: Host;
  clock: LocalClock;
  /** What the handlers were given, with the second of their start. */
  seen: { value: Timer; metadata: unknown; second: number }[];
  /** Moves the clock as time would, letting what falls due end at each second. */
  pass: (seconds: number) => Promise<void>;
}

interface RigOptions {
  start?: Date;
  state?: string;
  handler?: () => unknown;
  extra?: { useMonitor?: boolean; runOnStartup?: boolean };
  log?: string[];
}

async function rig(schedules: Record<string, string>, options: RigOptions = {}): Promise<Rig> {
  const start = options.start ?? START;
  const clock = new LocalClock({ start, wallClock: () => 0 });
  const seen: Rig["seen"] = [];
  const handler = (value: Timer, context: InvocationContext): unknown => {
    const second = (clock.now().getTime() - start.getTime()) / 1000;
    seen.push({ value, metadata: context.triggerMetadata, second });
    return options.handler?.();
  };
  const host = await startHost({
    appDirectory: directory,
    load: async () => {
      for (const [name, schedule] of Object.entries(schedules))
        app.timer(name, { schedule, handler, ...options.extra });
    },
    settings: SETTINGS,
    clock,
    queues: () => {
      throw new Error("no queue");
    },
    ...(options.state !== undefined && { timerStateFile: options.state }),
    port: 0,
    log: (_level, message) => options.log?.push(message),
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000);
      await host.drain();
    }
  };
  return { host, clock, seen, pass };
}

const iso = (text: string): string => new Date(text).toISOString().replace(".000Z", "+00:00");

// The handler decides by these values whether it makes up for lost time.
test.runIf(isPresent)("handlers are given the recorded values", async () => {
  const { host, seen, pass } = await rig({ everyTwo: "*/2 * * * * *" });
  await pass(2);
  expect(seen).toEqual([
    { value: timerOf("timer-value")["value"], metadata: undefined, second: 2 },
  ]);
  await host.stop();

  const span = await rig({ span: "00:00:05" }, { start: new Date("2026-03-01T10:00:02Z") });
  await span.pass(11);
  expect(span.seen.map(({ second }) => second)).toEqual([5, 10]);
  expect(span.seen[0]?.value).toEqual(timerOf("timer-value-timespan")["value"]);
  await span.host.stop();

  const minute = await rig({ minute: "0 * * * * *" }, { start: new Date("2026-03-01T10:00:58Z") });
  await minute.pass(2);
  const value = JSON.stringify(timerOf("timer-value-monitored")["value"]);
  expect(minute.seen[0]?.value).toEqual(
    JSON.parse(value.replace("<this occurrence>", iso("2026-03-01T10:01:00Z"))),
  );
  await minute.host.stop();
});

// Two restarts must not make two runs of one missed hour, nor lose it.
test.runIf(isPresent)("runs missed while the host was down become one, past due", async () => {
  const state = path.join(directory, "pastDue.json");
  const before = await rig({ minute: "0 * * * * *" }, { state });
  await before.pass(60);
  await before.host.stop();
  expect(before.seen).toHaveLength(1);

  const after = await rig(
    { minute: "0 * * * * *" },
    { state, start: new Date("2026-03-01T10:03:20Z") },
  );
  await after.host.drain();
  const value = JSON.stringify(timerOf("timer-past-due")["value"])
    .replaceAll("<run before the stop>", iso("2026-03-01T10:01:00Z"))
    .replaceAll("<first missed occurrence>", iso("2026-03-01T10:02:00Z"));
  expect(after.seen.map((each) => each.value)).toEqual([JSON.parse(value)]);
  await after.pass(40);
  expect(after.seen[1]?.value).toMatchObject({
    isPastDue: false,
    scheduleStatus: { last: iso("2026-03-01T10:03:20Z") },
  });
  await after.host.stop();
});

test.runIf(isPresent)("schedules under a minute are not made up for", async () => {
  const state = path.join(directory, "short.json");
  const before = await rig({ often: "*/20 * * * * *" }, { state });
  await before.pass(20);
  await before.host.stop();
  const after = await rig(
    { often: "*/20 * * * * *" },
    { state, start: new Date("2026-03-01T10:01:05Z") },
  );
  await after.pass(15);
  expect(after.seen).toMatchObject([
    { second: 15, value: { isPastDue: false, scheduleStatus: null } },
  ]);
  await after.host.stop();
});

test.runIf(isPresent)("runOnStartup runs once at the start, not past due", async () => {
  const { host, seen } = await rig({ atStart: "0 0 0 1 1 *" }, { extra: { runOnStartup: true } });
  await host.drain();
  expect(seen).toMatchObject([
    {
      second: 0,
      value: { isPastDue: false, scheduleStatus: { last: "0001-01-01T00:00:00+00:00" } },
    },
  ]);
  await host.stop();
});

// A sync that overlaps itself would fetch everything twice.
test.runIf(isPresent)(
  "a slow handler starts at the recorded seconds, never twice at once",
  async () => {
    const ends: (() => void)[] = [];
    const handler = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
    const { host, clock, seen } = await rig({ overlap: "*/2 * * * * *" }, { handler });
    clock.advance(2000);
    for (let runs = 1; runs <= 4; runs++) {
      await expect.poll(() => seen.length).toBe(runs);
      for (let second = 0; second < 5; second++) clock.advance(1000);
      expect(seen).toHaveLength(runs);
      if (runs < 4) ends.at(-1)?.();
    }
    expect(seen.map(({ second }) => second - 2)).toEqual(
      timerOf("timer-overlap")["startsAtSeconds"],
    );
    expect(seen.every(({ value }) => !value.isPastDue)).toBe(true);
    const stopped = host.stop();
    ends.at(-1)?.();
    await stopped;
  },
);

test.runIf(isPresent)(
  "a throw fails the run and changes nothing else; a returned value is ignored",
  async () => {
    const throws = await rig(
      { throws: "*/4 * * * * *" },
      {
        handler: () => {
          throw new Error("timer broke");
        },
      },
    );
    await throws.pass(8);
    expect(throws.seen.map(({ second }) => second)).toEqual([4, 8]);
    expect(throws.host.timers()[0]?.lastRun).toMatchObject({
      outcome: "failed",
      error: "timer broke",
    });
    await throws.host.stop();

    const returns = await rig({ returns: "*/6 * * * * *" }, { handler: () => "ignored" });
    await returns.pass(6);
    expect(returns.host.timers()[0]?.lastRun).toMatchObject({ outcome: "succeeded" });
    await returns.host.stop();
  },
);

test.runIf(isPresent)(
  "a refused schedule leaves out that function only; settings are read at the start",
  async () => {
    const log: string[] = [];
    const { host } = await rig(
      { bad: "@hourly", missing: "%MISSING_SETTING%", spins: "00:00:00", good: "%HOST_SCHEDULE%" },
      { log },
    );
    expect(host.timers()).toMatchObject([{ name: "good", schedule: SETTINGS.HOST_SCHEDULE }]);
    expect(log.join()).toContain("'%MISSING_SETTING%' does not resolve to a value.");
    await host.stop();
  },
);

// Each recorded behaviour is checked by a test above or listed as a departure.
test.runIf(isPresent)("no recorded timer behaviour is forgotten", () => {
  const checked =
    /^timer-(?:schedule-\d+|value(?:-timespan|-monitored)?|past-due(?:-short)?|run-on-startup|overlap|throw|return-value|setting|refused)$/;
  const ids = recorded.map(({ id }) => id).filter((id) => !checked.test(id));
  console.log(
    `Timer recordings: ${recorded.length - ids.length} compared, ${ids.length} departures.`,
  );
  expect(ids.filter((id) => departureOf(id) === undefined)).toEqual([]);
});
