/** Functions of datetimes and timespans. */
import { dynamicText, isInt64, toDatetime } from "../convert.ts";
import { add, floorTo, multiply, subtract } from "../int64.ts";
import {
  DATETIME_MAX,
  DATETIME_MIN,
  checkedDatetime,
  datetimeFromParts,
  splitDatetime,
} from "../time.ts";
import {
  type Int64,
  type KqlValue,
  TICKS_PER_DAY,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
} from "../values.ts";
import { type FunctionTable, type ScalarFunction, onReals } from "./define.ts";
import { formatDatetimeBy, formatTimespanBy } from "./timeFormats.ts";

/** The calendar of a datetime value; fractions of a second are ticks. */
export function calendarOf(value: Int64): {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  ticks: number;
} {
  const { ms, ticks } = splitDatetime(value);
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    ticks: date.getUTCMilliseconds() * TICKS_PER_MS + ticks,
  };
}

type Calendar = ReturnType<typeof calendarOf>;

const onDatetime =
  (apply: (value: Int64, ...rest: readonly KqlValue[]) => KqlValue): ScalarFunction =>
  (call) =>
  (value = null, ...rest) => {
    const time = toDatetime(value, call.types[0] ?? "datetime");
    return time === null ? null : apply(time, ...rest);
  };

const part = (read: (calendar: Calendar) => number): ScalarFunction =>
  onDatetime((value) => read(calendarOf(value)));

const dayOf = (value: Int64): Int64 => floorTo(value, TICKS_PER_DAY, DATETIME_MIN) ?? value;

function dayOfYear(value: Int64): number {
  const first = datetimeFromParts(calendarOf(value).year) ?? value;
  return Math.floor(Number(subtract(dayOf(value), first)) / TICKS_PER_DAY) + 1;
}

/** Days since Sunday; null in the last week of the year 9999, which has no end, as recorded answers show. */
function dayOfWeek(value: Int64): Int64 | null {
  const days = multiply(calendarOf(value).weekday, TICKS_PER_DAY);
  const nextWeek = add(subtract(dayOf(value), days), 7 * TICKS_PER_DAY);
  return checkedDatetime(nextWeek) === null ? null : days;
}

/** ISO 8601 week: the week with the year's first Thursday is week 1. */
function weekOfYear(value: Int64): number {
  const { weekday } = calendarOf(value);
  const thursday = add(dayOf(value), multiply(4 - (weekday === 0 ? 7 : weekday), TICKS_PER_DAY));
  const inRange = checkedDatetime(thursday) ?? value;
  return Math.ceil(dayOfYear(inRange) / 7);
}

type Period = "day" | "week" | "month" | "year";

/** The first tick of the period that holds the value, moved by a number of periods. Weeks begin on Sunday. */
function startOf(period: Period, value: Int64, offset: number): Int64 | null {
  const { year, month, weekday } = calendarOf(value);
  switch (period) {
    case "day":
      return checkedDatetime(add(dayOf(value), multiply(offset, TICKS_PER_DAY)));
    case "week":
      return checkedDatetime(add(dayOf(value), multiply(offset * 7 - weekday, TICKS_PER_DAY)));
    case "month": {
      const months = year * 12 + month - 1 + offset;
      return datetimeFromParts(Math.floor(months / 12), (months % 12) + 1);
    }
    case "year":
      return datetimeFromParts(year + offset);
    default:
      return null;
  }
}

const start = (period: Period): ScalarFunction =>
  onDatetime((value, offset = 0) => startOf(period, value, Number(offset)));

const end = (period: Period): ScalarFunction =>
  onDatetime((value, offset = 0) => {
    const next = startOf(period, value, Number(offset) + 1);
    return next === null ? DATETIME_MAX : subtract(next, 1);
  });

const LENGTHS: Readonly<Record<string, number>> = {
  week: 7 * TICKS_PER_DAY,
  day: TICKS_PER_DAY,
  hour: 3600 * TICKS_PER_SECOND,
  minute: 60 * TICKS_PER_SECOND,
  second: TICKS_PER_SECOND,
  millisecond: TICKS_PER_MS,
  microsecond: 10,
  nanosecond: 0.01,
};

/** Months of a period of the calendar; undefined for periods of fixed length. */
const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

function addPeriods(unit: string, amount: number, value: Int64): Int64 | null {
  const months = MONTHS[unit];
  if (months === undefined) {
    const length = LENGTHS[unit];
    return length === undefined ? null : checkedDatetime(add(value, multiply(amount, length)));
  }
  const { year, month, day } = calendarOf(value);
  const total = year * 12 + month - 1 + amount * months;
  const first = datetimeFromParts(Math.floor(total / 12), (total % 12) + 1);
  if (first === null) return null;
  const last = new Date(Date.UTC(Math.floor(total / 12), (total % 12) + 1, 0)).getUTCDate();
  const days = multiply(Math.min(day, last) - 1, TICKS_PER_DAY);
  return add(add(first, days), subtract(value, dayOf(value)));
}

/** How many borders of the unit lie between two datetimes. */
function differenceIn(unit: string, later: Int64, earlier: Int64): number | null {
  const months = MONTHS[unit];
  if (months !== undefined) {
    const count = (value: Int64): number => {
      const { year, month } = calendarOf(value);
      return Math.floor((year * 12 + month - 1) / months);
    };
    return count(later) - count(earlier);
  }
  const length = LENGTHS[unit];
  if (length === undefined) return null;
  if (length < 1) return Number(subtract(later, earlier)) / length;
  const weekStart = unit === "week" ? subtract(DATETIME_MIN, TICKS_PER_DAY) : DATETIME_MIN;
  const floor = (value: Int64): Int64 => floorTo(value, length, weekStart) ?? value;
  return Math.round(Number(subtract(floor(later), floor(earlier))) / length);
}

const PARTS: Readonly<Record<string, (value: Int64) => number>> = {
  year: (value) => calendarOf(value).year,
  quarter: (value) => Math.ceil(calendarOf(value).month / 3),
  month: (value) => calendarOf(value).month,
  week_of_year: weekOfYear,
  day: (value) => calendarOf(value).day,
  dayofyear: dayOfYear,
  hour: (value) => calendarOf(value).hour,
  minute: (value) => calendarOf(value).minute,
  second: (value) => calendarOf(value).second,
  millisecond: (value) => Math.floor(calendarOf(value).ticks / TICKS_PER_MS),
  microsecond: (value) => Math.floor(calendarOf(value).ticks / 10),
  nanosecond: (value) => calendarOf(value).ticks * 100,
};

const unitOf = (value: KqlValue): string => dynamicText(value).toLowerCase();

const UNIX = datetimeFromParts(1970) ?? 0;

const fromUnix = (ticks: number): ScalarFunction =>
  onReals((value = 0) => Math.round(value * ticks));

const unixToDatetime =
  (ticks: number): ScalarFunction =>
  (call) => {
    const scaled = fromUnix(ticks)(call);
    return (value = null) => {
      const offset = scaled(value);
      return typeof offset === "number" ? checkedDatetime(add(UNIX, offset)) : null;
    };
  };

const zoned = (direction: 1 | -1): ScalarFunction =>
  onDatetime((value, zone = "") => {
    const at = zoneOffsetMs(value, dynamicText(zone));
    return at === undefined ? null : add(value, multiply(direction * at, TICKS_PER_MS));
  });

function zoneOffsetMs(value: Int64, zone: string): number | undefined {
  try {
    const ms = splitDatetime(value).ms;
    const text = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    }).format(ms);
    return Date.parse(`${text.replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000;
  } catch {
    return undefined;
  }
}

const makeDatetime: ScalarFunction = (call) => {
  if (call.types.length === 1)
    return (value = null) => toDatetime(value, call.types[0] ?? "string");
  return (...values) => {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = values.map(Number);
    if (values.includes(null)) return null;
    const whole = datetimeFromParts(year, month, day, hour, minute, Math.floor(second));
    return whole === null ? null : add(whole, Math.round((second % 1) * TICKS_PER_SECOND));
  };
};

const makeTimespan: ScalarFunction =
  () =>
  (...values) => {
    if (values.includes(null)) return null;
    const numbers = values.map(Number);
    const [days = 0, hours = 0, minutes = 0, seconds = 0] =
      numbers.length === 4 ? numbers : [0, ...numbers];
    const whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    return Math.round(whole * TICKS_PER_SECOND);
  };

const datetimePart: ScalarFunction =
  () =>
  (unit = "", value = null) =>
    isInt64(value) ? (PARTS[unitOf(unit)]?.(value) ?? null) : null;

export const timeFunctions: FunctionTable = {
  startofday: start("day"),
  startofweek: start("week"),
  startofmonth: start("month"),
  startofyear: start("year"),
  endofday: end("day"),
  endofweek: end("week"),
  endofmonth: end("month"),
  endofyear: end("year"),
  getyear: part((c) => c.year),
  getmonth: part((c) => c.month),
  monthofyear: part((c) => c.month),
  month_of_year: part((c) => c.month),
  dayofmonth: part((c) => c.day),
  day_of_month: part((c) => c.day),
  hourofday: part((c) => c.hour),
  hour_of_day: part((c) => c.hour),
  dayofyear: onDatetime(dayOfYear),
  day_of_year: onDatetime(dayOfYear),
  weekofyear: onDatetime(weekOfYear),
  week_of_year: onDatetime(weekOfYear),
  dayofweek: onDatetime(dayOfWeek),
  day_of_week: onDatetime(dayOfWeek),
  datetime_add:
    (call) =>
    (unit = "", amount = 0, value = null) => {
      const time = toDatetime(value, call.types[2] ?? "datetime");
      return time === null ? null : addPeriods(unitOf(unit), Number(amount), time);
    },
  datetime_diff:
    () =>
    (unit = "", later = null, earlier = null) =>
      isInt64(later) && isInt64(earlier) ? differenceIn(unitOf(unit), later, earlier) : null,
  datetime_part: datetimePart,
  datepart: datetimePart,
  datetime_utc_to_local: zoned(1),
  datetime_local_to_utc: zoned(-1),
  format_datetime: onDatetime((value, format = "") =>
    formatDatetimeBy(calendarOf(value), dynamicText(format)),
  ),
  format_timespan:
    () =>
    (value = null, format = "") =>
      isInt64(value) ? formatTimespanBy(value, dynamicText(format)) : "",
  make_datetime: makeDatetime,
  make_timespan: makeTimespan,
  unixtime_seconds_todatetime: unixToDatetime(TICKS_PER_SECOND),
  unixtime_milliseconds_todatetime: unixToDatetime(TICKS_PER_MS),
  unixtime_microseconds_todatetime: unixToDatetime(10),
  unixtime_nanoseconds_todatetime: unixToDatetime(0.01),
};
