/** A scheduled job: data plus a short body. */
import type { Deps } from "../../shared/ports/deps.ts";

export interface Job {
  name: string;
  /** Six-field NCRONTAB, UTC, or a function of the settings. */
  schedule: string | ((settings: Deps["settings"]) => string);
  run(deps: Deps): Promise<void>;
}

/** The schedule that holds with these settings. */
export const scheduleOf = ({ schedule }: Job, settings: Deps["settings"]): string =>
  typeof schedule === "string" ? schedule : schedule(settings);

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
    program: readonly string[],
  ): Promise<void>;
}

/** Runs the job and tells how it went; a failure still reaches the host. @param program names of all timers. */
export async function runTold(
  deps: Deps,
  declared: Job,
  book: TimerBook,
  program: readonly string[],
): Promise<void> {
  const { name } = declared;
  const schedule = scheduleOf(declared, deps.settings);
  const started_at = deps.clock.now().toISOString();
  const began = performance.now();
  const tell = async (outcome: "succeeded" | "failed"): Promise<void> => {
    const duration_ms = Math.round(performance.now() - began);
    const run = { name, schedule, started_at, duration_ms, outcome };
    try {
      await book.recordTimerRun(deps, run, program);
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
