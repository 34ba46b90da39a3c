/** Text of datetimes and timespans, as Kusto reads and writes it. */
import { add, int64, multiply, negate } from "./int64.ts";
import { EPOCH_MS, type Int64, TICKS_PER_DAY, TICKS_PER_MS, TICKS_PER_SECOND } from "./values.ts";

/** 0001-01-01 and the last tick of 9999, as datetime values. */
export const DATETIME_MIN = int64(BigInt(-62_135_596_800_000 - EPOCH_MS) * 10_000n);
export const DATETIME_MAX = int64(BigInt(253_402_300_800_000 - EPOCH_MS) * 10_000n - 1n);

const ISO =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[T ,]+(.*))?$/;

/** Fraction digits of a second as ticks; digits finer than a tick are cut. */
const fractionTicks = (digits: string): number => Number(digits.slice(0, 7).padEnd(7, "0"));

/** A datetime value inside of Kusto's years, or null. */
export const checkedDatetime = (value: Int64): Int64 | null =>
  value < DATETIME_MIN || value > DATETIME_MAX ? null : value;

/** Puts calendar parts together; null when there is no such day or time. Months count from 1. */
export function datetimeFromParts(
  year: number,
  month = 1,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
): Int64 | null {
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  if (hour > 23 || minute > 59 || second >= 60) return null;
  return checkedDatetime(multiply(date.getTime() - EPOCH_MS, TICKS_PER_MS));
}

function zoneTicks(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * 60 * TICKS_PER_SECOND;
}

function parseIso(text: string): Int64 | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day = "1", hour = "0", minute = "0", second = "0"] = match;
  const whole = datetimeFromParts(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (whole === null) return null;
  return checkedDatetime(add(whole, fractionTicks(match[7] ?? "") - zoneTicks(match[8])));
}

/** Reads a datetime; null when the text is none. A text without a zone is UTC. */
export function parseDatetime(text: string): Int64 | null {
  const trimmed = text.trim();
  const iso = parseIso(trimmed);
  if (iso !== null) return iso;
  if (/^\d{4}$/.test(trimmed)) return datetimeFromParts(Number(trimmed));
  const slashed = SLASHED.exec(trimmed);
  if (slashed !== null) {
    const [, month = "", day = "", year, rest] = slashed;
    const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const plain = parseIso(rest === undefined ? date : `${date} ${rest}`);
    if (plain !== null) return plain;
  }
  if (!/[a-z/]/i.test(trimmed) || !/\d{4}/.test(trimmed)) return null;
  const ms = Date.parse(
    /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})$/i.test(trimmed) ? trimmed : `${trimmed} UTC`,
  );
  return Number.isNaN(ms) ? null : checkedDatetime(multiply(ms - EPOCH_MS, TICKS_PER_MS));
}

/** Splits a datetime value into its millisecond of the Unix epoch and the ticks within that millisecond. */
export function splitDatetime(value: Int64): { ms: number; ticks: number } {
  if (typeof value === "number") {
    const ms = Math.floor(value / TICKS_PER_MS);
    return { ms: ms + EPOCH_MS, ticks: value - ms * TICKS_PER_MS };
  }
  const ticks = ((value % 10_000n) + 10_000n) % 10_000n;
  return { ms: Number((value - ticks) / 10_000n) + EPOCH_MS, ticks: Number(ticks) };
}

/** Writes a datetime with seven decimals and a Z. */
export function formatDatetime(value: Int64): string {
  const { ms, ticks } = splitDatetime(value);
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, -1)}${String(ticks).padStart(4, "0")}Z`;
}

const UNIT_TICKS: Readonly<Record<string, number>> = {
  d: TICKS_PER_DAY,
  h: 36_000_000_000,
  m: 600_000_000,
  s: TICKS_PER_SECOND,
  ms: TICKS_PER_MS,
  us: 10,
  tick: 1,
};

const UNIT_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:d|days?)$/, "d"],
  [/^(?:h|hr|hrs|hours?)$/, "h"],
  [/^(?:m|min|minutes?)$/, "m"],
  [/^(?:s|sec|seconds?)$/, "s"],
  [/^(?:ms|milli|millis|milliseconds?)$/, "ms"],
  [/^(?:micro|micros|microseconds?)$/, "us"],
  [/^(?:ticks?)$/, "tick"],
];

function parseUnits(text: string): Int64 | null {
  const match = /^(-?)(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text);
  if (match === null) return null;
  const unitText = (match[3] ?? "").toLowerCase();
  const unit = UNIT_NAMES.find(([pattern]) => pattern.test(unitText))?.[1];
  if (unit === undefined) return null;
  const ticks = Math.round(Number(match[2]) * (UNIT_TICKS[unit] ?? 0));
  if (!Number.isFinite(ticks)) return null;
  return int64(BigInt(match[1] === "-" ? -ticks : ticks));
}

/** Reads a timespan: `1.02:03:04.5`, `13:00`, `90s`, or a number of days alone. Null when the text is none. */
export function parseTimespan(text: string): Int64 | null {
  const trimmed = text.trim();
  const clock = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(
    trimmed,
  );
  if (clock !== null) {
    const [, sign, days = "0", hours, minutes, seconds = "0", fraction = ""] = clock;
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
    const clockSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const day = multiply(Number(days), TICKS_PER_DAY);
    const ticks = add(day, clockSeconds * TICKS_PER_SECOND + fractionTicks(fraction));
    return sign === "-" ? negate(ticks) : ticks;
  }
  if (/^-?\d+$/.test(trimmed)) return multiply(Number(trimmed), TICKS_PER_DAY);
  return parseUnits(trimmed);
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Writes a timespan as `[-][d.]hh:mm:ss[.fffffff]`. */
export function formatTimespan(value: Int64): string {
  const exact = BigInt(value);
  const size = exact < 0n ? -exact : exact;
  const days = size / 864_000_000_000n;
  const rest = Number(size % 864_000_000_000n);
  const ticks = rest % TICKS_PER_SECOND;
  const seconds = (rest - ticks) / TICKS_PER_SECOND;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const fraction = ticks === 0 ? "" : `.${String(ticks).padStart(7, "0")}`;
  return `${exact < 0n ? "-" : ""}${days === 0n ? "" : `${days}.`}${clock}${fraction}`;
}
