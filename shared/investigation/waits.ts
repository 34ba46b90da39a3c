/** How long a run waits for a workspace that limits its requests: rules and models from one store of patience. */

/** In all; after that a question counts as unanswered. */
const WAIT_MAX_SECONDS = 600;

/** Whether a run that has waited so long may wait as much longer as it was told to. */
export const mayWait = (waitedSeconds: number | undefined, seconds: number): boolean =>
  (waitedSeconds ?? 0) + seconds <= WAIT_MAX_SECONDS;
