/** `format_datetime` and `format_timespan`: letters stand for parts, everything else for itself. */
import { type Int64, TICKS_PER_DAY, TICKS_PER_SECOND } from "../values.ts";

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ticks: number;
}

const padded = (value: number, width: number): string => String(value).padStart(width, "0");

/** `f` keeps its zeros, `F` drops trailing ones. */
function fraction(ticks: number, letters: string): string {
  const digits = padded(ticks, 7).slice(0, letters.length);
  return letters.startsWith("F") ? digits.replace(/0+$/, "") : digits;
}

/** Runs longer than two letters are read two at a time, as the service does: `dddd` is the day, twice. */
const RUNS = /yyyy|yy|y|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt/g;

/** Writes a datetime by a format such as `yyyy-MM-dd HH:mm:ss.fff`. */
export function formatDatetimeBy(at: Parts, format: string): string {
  const twelve = at.hour % 12 === 0 ? 12 : at.hour % 12;
  return format.replace(RUNS, (letters) => {
    const width = letters.length;
    switch (letters.charAt(0)) {
      case "y":
        return width === 4 ? padded(at.year, 4) : padded(at.year % 100, width);
      case "M":
        return padded(at.month, width);
      case "d":
        return padded(at.day, width);
      case "H":
        return padded(at.hour, width);
      case "h":
        return padded(twelve, width);
      case "m":
        return padded(at.minute, width);
      case "s":
        return padded(at.second, width);
      case "t":
        return at.hour < 12 ? "AM" : "PM";
      default:
        return fraction(at.ticks, letters);
    }
  });
}

/** Writes the size of a timespan by a format such as `d.hh:mm:ss`. */
export function formatTimespanBy(value: Int64, format: string): string {
  const size = Math.abs(Number(value));
  const days = Math.floor(size / TICKS_PER_DAY);
  const seconds = Math.floor((size % TICKS_PER_DAY) / TICKS_PER_SECOND);
  const text = format.replace(/d{1,8}|hh?|HH?|mm?|ss?|f{1,7}|F{1,7}/g, (letters) => {
    const width = letters.length;
    switch (letters.charAt(0)) {
      case "d":
        return padded(days, width);
      case "h":
      case "H":
        return padded(Math.floor(seconds / 3600), width);
      case "m":
        return padded(Math.floor(seconds / 60) % 60, width);
      case "s":
        return padded(seconds % 60, width);
      default:
        return fraction(size % TICKS_PER_SECOND, letters);
    }
  });
  return Number(value) < 0 ? `-${text}` : text;
}
