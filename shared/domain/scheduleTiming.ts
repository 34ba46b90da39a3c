/**
 * When a schedule runs next. Cron and calendar arithmetic are croner's: a local time that daylight saving skips becomes
 * the next minute that exists, one that comes twice runs at its first coming.
 */
import { Cron } from "croner";

import { DAYS_OF_WEEK, type ScheduleTiming } from "../schemas/scheduleTiming.ts";
import { isTimeZone } from "../schemas/timeZone.ts";
import type { FieldError } from "./errors.ts";

/** Each run is a whole investigation: more often helps nobody and starves the other schedules of the workspace. */
const SHORTEST_GAP_MS = 5 * 60_000;
/** Enough runs to meet every pair of neighbours of a crowded day: 12 an hour at most are left by the first ones. */
const RUNS_COMPARED = 600;
/** Five fields of the characters that cron fields are made of; nicknames such as @daily are words, not fields. */
const FIVE_FIELDS = /^[\dA-Za-z*?,/#LW+-]+(?: +[\dA-Za-z*?,/#LW+-]+){4}$/;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;
const EPOCH = new Date(0);

/**
 * The first run after `after`; `undefined` when there is none any more. The timing must have passed `timingErrors`.
 * @throws what croner throws for a pattern or zone that it cannot read.
 */
export function nextRun(timing: ScheduleTiming, after: Date): Date | undefined {
  if (timing.frequency === "once") {
    const at = onceAt(timing);
    return at !== undefined && at > after ? at : undefined;
  }
  const next = patternsOf(timing).flatMap((pattern) => cron(pattern, timing).nextRun(after) ?? []);
  return next.toSorted((a, b) => a.getTime() - b.getTime())[0];
}

/** The next `count` runs after `after`, soonest first; fewer when fewer are left. */
export function nextRuns(timing: ScheduleTiming, after: Date, count: number): Date[] {
  const runs: Date[] = [];
  let last = after;
  while (runs.length < count) {
    const next = nextRun(timing, last);
    if (next === undefined) break;
    runs.push(next);
    last = next;
  }
  return runs;
}

/** What is wrong with a timing, by field; empty when it can run. `now` decides whether a single run is past. */
export function timingErrors(timing: ScheduleTiming, now: Date): FieldError[] {
  if (!isTimeZone(timing.timezone)) {
    const detail = `There is no time zone "${timing.timezone}". Use an IANA name such as Europe/Berlin or UTC.`;
    return [{ pointer: "/timezone", detail }];
  }
  if (timing.frequency === "once") return onceErrors(timing, now);
  if (timing.frequency === "custom") return cronErrors(timing, now);
  const errors: FieldError[] = [];
  if (timing.scheduled_time === null || !/^\d\d:\d\d$/.test(timing.scheduled_time)) {
    const detail = `A ${timing.frequency} schedule needs a time of day such as 08:00.`;
    errors.push({ pointer: "/scheduled_time", detail });
  }
  if (timing.frequency === "weekly" && timing.day_of_week === null) {
    errors.push({
      pointer: "/day_of_week",
      detail: "A weekly schedule needs its day of the week.",
    });
  }
  if (timing.frequency === "monthly" && timing.day_of_month === null) {
    errors.push({
      pointer: "/day_of_month",
      detail: "A monthly schedule needs its day of the month, 1 to 31.",
    });
  }
  return errors;
}

function onceErrors(timing: ScheduleTiming, now: Date): FieldError[] {
  const pointer = "/scheduled_time";
  const at = onceAt(timing);
  if (at === undefined) {
    const detail =
      "A schedule that runs once needs its date and time, such as 2027-01-31T22:00 in its time zone.";
    return [{ pointer, detail }];
  }
  if (at > now) return [];
  return [{ pointer, detail: `${at.toISOString()} is past: choose a time that is to come.` }];
}

function cronErrors(timing: ScheduleTiming, now: Date): FieldError[] {
  const detail = cronFault(timing, now);
  return detail === undefined ? [] : [{ pointer: "/cron", detail }];
}

function cronFault(timing: ScheduleTiming, now: Date): string | undefined {
  if (timing.cron === null || !FIVE_FIELDS.test(timing.cron)) {
    return "Give five fields: minute, hour, day of month, month, day of week, such as 0 */6 * * *.";
  }
  const runs = runsOrFault(timing, now);
  if (typeof runs === "string") return `Cron cannot read this: ${runs}`;
  if (runs.length === 0) return "This never comes: no date fits all five fields.";
  const isTooOften = runs.some((run, n) => {
    const before = runs[n - 1];
    return before !== undefined && run.getTime() - before.getTime() < SHORTEST_GAP_MS;
  });
  return isTooOften ? "Runs must lie at least 5 minutes apart." : undefined;
}

/** The coming runs, or what the parser says of the pattern. */
function runsOrFault(timing: ScheduleTiming, now: Date): Date[] | string {
  try {
    return patternsOf(timing).flatMap((pattern) =>
      cron(pattern, timing).nextRuns(RUNS_COMPARED, now),
    );
  } catch (error) {
    // RangeError, TypeError and SyntaxError all come from the pattern: the zone is known to be good.
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "not a pattern";
  }
}

/** Cron patterns whose earliest next time is the schedule's: one, but for days that February lacks. */
function patternsOf(timing: ScheduleTiming): string[] {
  if (timing.frequency === "custom") return timing.cron === null ? [] : [timing.cron];
  const [hour = "0", minute = "0"] = (timing.scheduled_time ?? "").split(":");
  const time = `${Number(minute)} ${Number(hour)}`;
  if (timing.frequency === "daily") return [`${time} * * *`];
  if (timing.frequency === "weekly") {
    return [`${time} * * ${DAYS_OF_WEEK.indexOf(timing.day_of_week ?? "monday")}`];
  }
  const day = timing.day_of_month ?? 1;
  if (day <= 28) return [`${time} ${day} * *`];
  if (day === 31) return [`${time} L * *`];
  return [`${time} ${day} 1,3-12 *`, `${time} L 2 *`];
}

const cron = (pattern: string, { timezone }: ScheduleTiming): Cron =>
  new Cron(pattern, { timezone, paused: true, mode: "5-part" });

/** The only run of a `once` schedule; `undefined` when its text is no date and time. */
function onceAt({ scheduled_time: text, timezone }: ScheduleTiming): Date | undefined {
  const [, year, month, day, hour, minute, offset] = DATE_TIME.exec(text ?? "") ?? [];
  if (text === null || year === undefined) return undefined;
  // A pattern of one moment, so that a skipped local time moves as it does for the other frequencies.
  const moment = `0 ${minute} ${hour} ${day} ${month} * ${year}`;
  try {
    const local = new Cron(moment, { timezone, paused: true, mode: "7-part" }).nextRun(EPOCH);
    // 31 February has no moment; JavaScript would take it for 3 March.
    if (local === null) return undefined;
    return offset === undefined ? local : withOffset(text);
  } catch {
    return undefined;
  }
}

function withOffset(text: string): Date | undefined {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
