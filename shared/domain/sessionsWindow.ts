/** Where an investigation looks: absolute bounds, fixed at its start, so that a resumed run asks the same. */
import type { TimeRange } from "../schemas/kql.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import { before } from "./time.ts";

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

/** How far back a timespan looks, in milliseconds; `undefined` when that is nothing or more than 90 days. */
export function lookbackMsOf(timespan: string, now: Date): number | undefined {
  const lookbackMs = now.getTime() - before(now, timespan).getTime();
  return lookbackMs > 0 && lookbackMs <= LOOKBACK_MS_MAX ? lookbackMs : undefined;
}

/** What is said of a timespan without a lookback. */
export const LOOKBACK_REFUSED = "Must be longer than zero and at most P90D.";

/**
 * Without a lookback: from 28 days before the incident's activity until now, or the last 7 days without an incident.
 * Until now, because a row about the case, such as an alert's newest version, may come weeks after what it is about.
 * Never beyond now, never more than 90 days.
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
  const over = Math.min(at, last + MARGIN_MS);
  const from = Math.min(at, Math.max(first - BASELINE_MS, over - LOOKBACK_MS_MAX));
  return rangeOf(from, Math.min(at, from + LOOKBACK_MS_MAX));
}

/**
 * Splits the range into what is usual and what is under suspicion, which ends a day after the activity; without an
 * incident all of the range is.
 */
export function windowOf(range: TimeRange, incident: Activity | undefined): Window {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  if (incident === undefined) return { base: range.from, start: range.from, end: range.to };
  const { first, last } = activityOf(incident);
  const [start, end] = [Math.max(from, first - MARGIN_MS), Math.min(to, last + MARGIN_MS)];
  // A range that the activity does not touch is under suspicion as a whole.
  if (start >= end) return { base: range.from, start: range.from, end: range.to };
  return { base: range.from, start: isoOf(start), end: isoOf(end) };
}

function activityOf(incident: Activity): { first: number; last: number } {
  const first = Date.parse(incident.first_activity_at ?? incident.created_at);
  const last = Date.parse(incident.last_activity_at ?? incident.created_at);
  return { first: Math.min(first, last), last: Math.max(first, last) };
}

const rangeOf = (from: number, to: number): TimeRange => ({ from: isoOf(from), to: isoOf(to) });

const isoOf = (ms: number): string => new Date(ms).toISOString();
