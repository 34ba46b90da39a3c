/** How far back a hunt looks: a duration from now, or an interval between two times. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const TIMESPANS = [
  ["PT1H", "Last hour", HOUR_MS],
  ["PT4H", "Last 4 hours", 4 * HOUR_MS],
  ["P1D", "Last 24 hours", DAY_MS],
  ["P7D", "Last 7 days", 7 * DAY_MS],
  ["P30D", "Last 30 days", 30 * DAY_MS],
  ["P90D", "Last 90 days", 90 * DAY_MS],
] as const;

/** As the server bounds it. */
const INTERVAL_MS_MAX = 90 * DAY_MS;

/** ISO 8601 UTC, with seconds. */
export interface Interval {
  from: string;
  to: string;
}

/** @returns an interval, or one of the offered durations; a day for any other text. */
export const timespanOf = (value: unknown): string => {
  const known = TIMESPANS.find(([each]) => each === value)?.[0];
  if (known !== undefined) return known;
  const interval = typeof value === "string" ? intervalOf(value) : undefined;
  return interval === undefined ? "P1D" : textOf(interval);
};

/** Undefined for a duration and for what names no two times. */
export function intervalOf(timespan: string): Interval | undefined {
  const [from, to, ...more] = timespan.split("/").map((text) => new Date(text));
  if (from === undefined || to === undefined || more.length > 0) return undefined;
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return undefined;
  return { from: from.toISOString(), to: to.toISOString() };
}

/** False for an interval that the server would refuse. */
export function isUsable(timespan: string): boolean {
  const interval = intervalOf(timespan);
  if (interval === undefined) return true;
  const ms = Date.parse(interval.to) - Date.parse(interval.from);
  return ms > 0 && ms <= INTERVAL_MS_MAX;
}

/** The interval that a duration spans now, in whole minutes. */
export function lastOf(timespan: string, now: Date): string {
  const ms = TIMESPANS.find(([each]) => each === timespan)?.[2] ?? DAY_MS;
  const to = Math.floor(now.getTime() / 60_000) * 60_000;
  return textOf({ from: new Date(to - ms).toISOString(), to: new Date(to).toISOString() });
}

export const withBound = (interval: Interval, bound: Partial<Interval>): string =>
  textOf({ ...interval, ...bound });

/** As the history shows it: `P7D`, `2026-01-02 00:00 – 2026-01-03 12:30`. */
export function timespanWords(timespan: string): string {
  const interval = intervalOf(timespan);
  if (interval === undefined) return timespan;
  return `${minuteOf(interval.from)} – ${minuteOf(interval.to)}`;
}

const minuteOf = (iso: string): string => iso.slice(0, 16).replace("T", " ");
const textOf = ({ from, to }: Interval): string => `${from}/${to}`;
