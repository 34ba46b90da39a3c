/** A scheduled job: data plus a short body. */
import type { Deps } from "../../shared/ports/deps.ts";

export interface Job {
  name: string;
  /** Six-field NCRONTAB, UTC, or a function of the settings. */
  schedule: string | ((settings: Deps["settings"]) => string);
  run(deps: Deps): Promise<void>;
}

/** What the kit tells the product of each run. */
export interface TimerBook {
  recordTimerRun(
    deps: Deps,
    run: {
      name: string;
      schedule: string;
      started_at: string;
      duration_ms: number;
      outcome: "succeeded" | "failed";
    },
  ): Promise<void>;
}

/** Runs the job and tells how it went; a failure still reaches the host. */
export async function runTold(deps: Deps, declared: Job, book: TimerBook): Promise<void> {
  const { name, schedule } = declared;
  const started_at = deps.clock.now().toISOString();
  const began = performance.now();
  const tell = async (outcome: "succeeded" | "failed"): Promise<void> => {
    const text = typeof schedule === "string" ? schedule : schedule(deps.settings);
    const duration_ms = Math.round(performance.now() - began);
    try {
      await book.recordTimerRun(deps, { name, schedule: text, started_at, duration_ms, outcome });
    } catch (error) {
      deps.log.warn("timer.not-recorded", { function: name, error });
    }
  };
  try {
    await declared.run(deps);
  } catch (error) {
    await tell("failed");
    throw error;
  }
  await tell("succeeded");
}

export const job = (declared: Job): Job => declared;
