/** ISO 8601 durations: their length, and times that lie so long before another. */
import { AppError } from "./errors.ts";

const DURATION =
  /^P(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)$/;
const EPOCH = new Date(0);
const DAY_MS = 86_400_000;

/**
 * The time that lies `duration` before `time`; years and months by the calendar, in UTC. Never before 1970.
 * @throws AppError `invalid-fields` when it is not an ISO 8601 duration.
 */
export function before(time: Date, duration: string): Date {
  const { months, ms } = partsOf(duration);
  const result = new Date(time);
  const month = result.getUTCFullYear() * 12 + result.getUTCMonth() - months;
  if (month < 1970 * 12) return EPOCH;
  setMonth(result, month);
  result.setTime(result.getTime() - ms);
  return result.getTime() >= 0 ? result : EPOCH;
}

/**
 * How long a duration is, in milliseconds; a month counts 30 days and a year 12 such months plus 5 days.
 * @throws AppError `invalid-fields` when it is not an ISO 8601 duration.
 */
export function durationMs(duration: string): number {
  const { months, ms } = partsOf(duration);
  return ms + ((months % 12) * 30 + Math.floor(months / 12) * 365) * DAY_MS;
}

/** `time` moved by so many milliseconds. */
export const plusMs = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

function partsOf(duration: string): { months: number; ms: number } {
  const match = DURATION.exec(duration);
  if (match === null || duration.endsWith("P") || duration.endsWith("T")) {
    throw new AppError("invalid-fields", `"${duration}" is not a duration.`);
  }
  const [weeks = 0, years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number((part ?? "0").replace(",", ".")));
  const ms = (weeks * 7 + days) * DAY_MS + (hours * 3600 + minutes * 60 + seconds) * 1000;
  return { months: years * 12 + months, ms };
}

/** A month that lacks the day ends on its last one: a month before 31 March is 28 or 29 February. */
function setMonth(date: Date, month: number): void {
  const year = Math.floor(month / 12);
  const lastDay = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  date.setUTCFullYear(year, month % 12, Math.min(date.getUTCDate(), lastDay));
}
