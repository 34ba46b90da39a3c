/** Optimistic writing: read, decide, write under the version that was read, and again when somebody else was faster. */
import { AppError } from "./errors.ts";

/** Of so many racing writers each wins in turn; more losses than this in a row are a fault. */
const ATTEMPTS_MAX = 20;

interface RetryOptions {
  /** What loses, as the start of a sentence. */
  what: string;
  /** `conflict` where a person asked and may ask again; `store-unavailable` where work goes on by itself. */
  code?: "conflict" | "store-unavailable";
  attemptsMax?: number;
}

/**
 * Calls `attempt` until it does not answer `conflict`. It must read afresh what it decides on.
 * @throws AppError with the code when it loses too many races; whatever `attempt` throws, at once.
 */
export async function retryOnConflict<Result>(
  attempt: () => Promise<Result | "conflict">,
  { what, code = "conflict", attemptsMax = ATTEMPTS_MAX }: RetryOptions,
): Promise<Result> {
  for (let tried = 0; tried < attemptsMax; tried += 1) {
    const result = await attempt();
    if (result !== "conflict") return result;
  }
  throw new AppError(code, `${what} changes faster than it can be read; try again.`);
}
