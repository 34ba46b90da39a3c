/** Sees to it that no session runs or waits for ever. */
import {
  againMessage,
  askedAgain,
  failed,
  isForgotten,
  isStalled,
  isToAskAgain,
  sliceMessage,
} from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { endSession } from "../repositories/sessionSlots.ts";
import { saveSession, sessionsInState, type StoredSession } from "../repositories/sessions.ts";
import { JsonObject } from "../schemas/json.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const PER_SWEEP = 200;
const STALLED = {
  code: "stalled",
  detail:
    "The investigation made no progress for 15 minutes, although its next piece of work was asked for once more.",
};

/**
 * Asks once more for the work of running sessions that made no progress for 10 minutes, fails those that made none
 * for 15, however long they run in all, and asks again for the first slice of sessions that have waited as long: a
 * worker that already has it finds the message outrun.
 */
export async function sweepSessions(deps: Needs): Promise<void> {
  const now = deps.clock.now();
  const inState = (status: "running" | "queued") =>
    sessionsInState(deps.documents, status, now, PER_SWEEP);
  for (const stored of await inState("running")) await sweepRunning(deps, stored, now);
  for (const { session } of await inState("queued")) {
    if (!isForgotten(session, now)) continue;
    const { id, queue, body } = sliceMessage(session);
    await deps.queue.send(queue, [{ id, body: JsonObject.parse(body) }]);
  }
}

/** A conflict means that a slice was committed just now: the next sweep looks again. */
async function sweepRunning(deps: Needs, { session, etag }: StoredSession, now: Date) {
  const { tenant_id, session_id, slices: slice } = session;
  if (isToAskAgain(session, now)) {
    const asked = { session: askedAgain(session, now), etag };
    const outcome = await saveSession(deps, asked, [againMessage(session)]);
    if (outcome === "done") deps.log.warn("session.asked-again", { tenant_id, session_id, slice });
  } else if (isStalled(session, now)) {
    const outcome = await endSession(deps, { session: failed(session, STALLED, now), etag });
    if (outcome === "done") deps.log.warn("session.stalled", { tenant_id, session_id, slice });
  }
}
