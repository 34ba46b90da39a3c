/** Sees to it that no session runs or waits for ever. */
import { failed, isForgotten, isStalled, sliceMessage } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { endSession } from "../repositories/sessionSlots.ts";
import { sessionsInState } from "../repositories/sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const PER_SWEEP = 200;

/**
 * Fails running sessions that made no progress for 15 minutes, however long they run in all, and asks again for the
 * first slice of sessions that have waited as long: a worker that already has it finds the message outrun.
 */
export async function sweepSessions(deps: Needs): Promise<void> {
  const now = deps.clock.now();
  const inState = (status: "running" | "queued") =>
    sessionsInState(deps.documents, status, now, PER_SWEEP);
  for (const { session, etag } of await inState("running")) {
    if (!isStalled(session, now)) continue;
    const error = {
      code: "query-timeout",
      detail: "The investigation made no progress for 15 minutes.",
    };
    // A conflict means that a slice was committed just now: the next sweep looks again.
    const outcome = await endSession(deps, { session: failed(session, error, now), etag });
    if (outcome === "done") deps.log.warn("session.stalled", { session_id: session.session_id });
  }
  for (const { session } of await inState("queued")) {
    if (!isForgotten(session, now)) continue;
    const { id, queue, body } = sliceMessage(session);
    await deps.queue.send(queue, [{ id, body }]);
  }
}
