/** Keeps a message locked while its function runs. */
import { LOCK_MS, type ReceivedMessage } from "../../shared/ports/workQueue.ts";
import type { LocalClock } from "../clock.ts";

/**
 * Renews the lock each half lock time by the local clock, for at most `maxMs`. The answer ends it.
 *
 * @param onFailure told of a renewal that failed, after which there is none any more
 */
export function keepLock(
  message: ReceivedMessage,
  clock: LocalClock,
  maxMs: number,
  onFailure: (error: unknown) => void,
): () => void {
  const endAt = clock.now().getTime() + maxMs;
  let renewAt = clock.now().getTime() + LOCK_MS / 2;
  let alarm: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(alarm);
    stopListening();
  };
  const look = (): void => {
    clearTimeout(alarm);
    const now = clock.now().getTime();
    if (now >= endAt) {
      stop();
      return;
    }
    if (now >= renewAt) {
      renewAt = now + LOCK_MS / 2;
      message.renew().catch((error: unknown) => {
        stop();
        onFailure(error);
      });
    }
    alarm = setTimeout(look, renewAt - now);
  };
  const stopListening = clock.onAdvance(look);
  look();
  return stop;
}
