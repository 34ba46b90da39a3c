/** Where an investigation looks: absolute bounds, fixed at its start, so that a resumed run asks the same. */
import type { TimeRange } from "../schemas/kql.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";

const DAY_MS = 86_400_000;
/** Sentinel lets an incident be investigated for 90 days. */
export const LOOKBACK_MS_MAX = 90 * DAY_MS;
const DEFAULT_LOOKBACK_MS = 7 * DAY_MS;
/** The weeks before the activity show what is usual: weekly scans and monthly exercises repeat in them. */
const BASELINE_MS = 28 * DAY_MS;
/** Time around the activity in which its first signs and its consequences lie. */
const MARGIN_MS = DAY_MS;

type Activity = Pick<IncidentRecord, "first_activity_at" | "last_activity_at" | "created_at">;

/** `base` to `start` shows what is usual; `start` to `end` is under suspicion. */
export interface Window {
  base: string;
  start: string;
  end: string;
}

/**
 * Without a lookback: from 28 days before the incident's activity to a day after it, or the last 7 days
 * without an incident. Never beyond now, never more than 90 days.
 */
export function sessionRange(
  now: Date,
  incident: Activity | undefined,
  lookbackMs: number | undefined,
): TimeRange {
  const at = now.getTime();
  if (lookbackMs !== undefined || incident === undefined) {
    const back = Math.min(lookbackMs ?? DEFAULT_LOOKBACK_MS, LOOKBACK_MS_MAX);
    return rangeOf(at - back, at);
  }
  const { first, last } = activityOf(incident);
  const to = Math.min(at, last + MARGIN_MS);
  const from = Math.max(first - BASELINE_MS, to - LOOKBACK_MS_MAX);
  return rangeOf(Math.min(from, to), to);
}

/** Splits the range into what is usual and what is under suspicion; without an incident all of it is. */
export function windowOf(range: TimeRange, incident: Activity | undefined): Window {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  const suspect = incident === undefined ? from : activityOf(incident).first - MARGIN_MS;
  // Activity that ended before the range began leaves the whole range under suspicion.
  const start = suspect >= to ? from : Math.max(from, suspect);
  return { base: range.from, start: new Date(start).toISOString(), end: range.to };
}

function activityOf(incident: Activity): { first: number; last: number } {
  const first = Date.parse(incident.first_activity_at ?? incident.created_at);
  const last = Date.parse(incident.last_activity_at ?? incident.created_at);
  return { first: Math.min(first, last), last: Math.max(first, last) };
}

const rangeOf = (from: number, to: number): TimeRange => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});
