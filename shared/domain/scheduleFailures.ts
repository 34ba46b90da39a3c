/**
 * Failures of a schedule in a row (seed 004), by the order in which its runs began. Runs settle late and out of order:
 * counting as they settle would let a late success of an early run hide failures that came after it.
 */
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";

/** Failures in a row that disable a schedule (seed 004). */
export const FAILURES_MAX = 5;

/**
 * Failures of the platform, or of nothing: a person cancelled the session or removed it, a worker died, the store or the
 * queue did not answer. They are told, but neither count towards the five that disable a schedule nor end a row.
 */
const NOT_THE_SCHEDULES = new Set([
  "cancelled",
  "session-removed",
  "not-started",
  "stalled",
  "store-unavailable",
  "queue-unavailable",
  "lock-lost",
  "conflict",
]);

/** A run as far as it tells whether its schedule fails. */
export type RunOutcome = Pick<ScheduleRunRecord, "id" | "started_at" | "status" | "error">;

type Meaning = "good" | "open" | "bad" | "none";

/** A run that is still under way may yet be a success: failures before and after it are not known to be in a row. */
function meaningOf({ status, error }: RunOutcome): Meaning {
  if (status === "completed") return "good";
  if (status === "running") return "open";
  return error !== null && NOT_THE_SCHEDULES.has(error.code) ? "none" : "bad";
}

const newestFirst = (runs: readonly RunOutcome[]): RunOutcome[] =>
  runs.toSorted((a, b) =>
    a.started_at === b.started_at
      ? Number(a.id < b.id) - Number(a.id > b.id)
      : Number(a.started_at < b.started_at) - Number(a.started_at > b.started_at),
  );

/** The most failures that are known to be in a row since the last run that completed. @param runs in any order. */
export function failuresInARow(runs: readonly RunOutcome[]): number {
  let most = 0;
  let row = 0;
  for (const run of newestFirst(runs)) {
    const meaning = meaningOf(run);
    if (meaning === "good") break;
    if (meaning === "open") row = 0;
    if (meaning === "bad") row += 1;
    most = Math.max(most, row);
  }
  return most;
}

/** Failures of the row that this run is in, before it, itself and after it; 0 for one that completed. */
export function failuresAround(
  runs: readonly RunOutcome[],
  { id }: Pick<RunOutcome, "id">,
): number {
  const ordered = newestFirst(runs);
  const at = ordered.findIndex((run) => run.id === id);
  const own = ordered[at];
  if (own === undefined || meaningOf(own) === "good") return 0;
  const bad = Number(meaningOf(own) === "bad");
  return bad + badOnes(ordered.slice(at + 1)) + badOnes(ordered.slice(0, at).toReversed());
}

/** Failures up to the first run that ended well or has not ended. */
function badOnes(runs: readonly RunOutcome[]): number {
  const meanings = runs.map(meaningOf);
  const end = meanings.findIndex((meaning) => meaning === "good" || meaning === "open");
  return meanings.slice(0, end === -1 ? undefined : end).filter((meaning) => meaning === "bad")
    .length;
}

/** The error of the run that began last among those that have ended; `null` when it completed, or none has ended. */
export const lastError = (runs: readonly RunOutcome[]): ScheduleRunRecord["error"] =>
  newestFirst(runs).find(({ status }) => status !== "running")?.error ?? null;
