/** The `timespan` of a query request: an ISO 8601 interval or duration. */

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

const DURATION =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNIT_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** Milliseconds of a duration; undefined when it is none. Months and years have no fixed length and are refused. */
function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null || text === "P") return undefined;
  return UNIT_MS.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0);
}

const moment = (text: string): Date | undefined => {
  const date = /^\d{4}-/.test(text) ? new Date(text) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
};

/** Reads `start/end`, `start/duration`, `duration/end` or a duration that ends now. Undefined when it is none. */
export function parseTimespan(text: string, now: Date): Span | undefined {
  const [first = "", second, ...more] = text.split("/");
  if (more.length > 0) return undefined;
  const length = durationMs(first);
  if (second === undefined)
    return length === undefined ? undefined : { from: new Date(now.getTime() - length), to: now };
  const end = moment(second);
  if (length !== undefined) return end && { from: new Date(end.getTime() - length), to: end };
  const start = moment(first);
  if (start === undefined) return undefined;
  const until = durationMs(second);
  if (until !== undefined) return { from: start, to: new Date(start.getTime() + until) };
  return end && { from: start, to: end };
}
