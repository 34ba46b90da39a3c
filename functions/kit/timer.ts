/** A scheduled job: data plus a short body. */
import type { Deps } from "../../shared/ports/deps.ts";

export interface Job {
  name: string;
  /** Six-field NCRONTAB, UTC, or a function of the settings. */
  schedule: string | ((settings: Deps["settings"]) => string);
  run(deps: Deps): Promise<void>;
}

export const job = (declared: Job): Job => declared;
