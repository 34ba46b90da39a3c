/** Writes down how a timer's run went, so that administrators see a timer that fails or has stopped. */
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import * as timerRuns from "../repositories/timerRuns.ts";
import type { TimerRunRecord } from "../schemas/adminHealth.ts";

export type TimerRun = Pick<
  TimerRunRecord,
  "name" | "schedule" | "started_at" | "duration_ms" | "outcome"
>;

/** @param program names of all timers: those that never run are late counted from the first run of any. */
export async function recordTimerRun(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  run: TimerRun,
  program: readonly string[],
): Promise<void> {
  const ended_at = clock.now().toISOString();
  const attempt = async (): Promise<"done" | "conflict"> => {
    const known = await timerRuns.read(documents, run.name);
    const isGood = run.outcome === "succeeded";
    const last_success_at = isGood ? ended_at : (known?.run.last_success_at ?? null);
    const failures = isGood ? 0 : (known?.run.failures ?? 0) + 1;
    const record = { ...run, ended_at, last_success_at, failures };
    return await timerRuns.save(documents, record, known?.etag);
  };
  await retryOnConflict(attempt, { what: "The timer's record", code: "store-unavailable" });
  await timerRuns.knownSince(documents, program, clock.now());
}
