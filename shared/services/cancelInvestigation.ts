/** Stops a session for good. */
import { AppError, notFound } from "../domain/errors.ts";
import { cancelled, isOver, sessionAudit } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { endSession } from "../repositories/sessionSlots.ts";
import { readSession } from "../repositories/sessions.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** A slice that is committed meanwhile makes us look again, but not for ever. */
const TRIES = 5;

/**
 * A slice under way loses its race against this write and leaves nothing. Cancelling twice is the same as once.
 * @throws AppError `not-found`; `conflict` when the session ended by itself.
 */
export async function cancelInvestigation(
  deps: Needs,
  principal: Principal,
  sessionId: string,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readSession(deps.documents, principal.tenant_id, sessionId);
    if (stored === undefined) throw notFound("session");
    const { session, etag } = stored;
    if (session.status === "cancelled") return;
    if (isOver(session.status)) {
      throw new AppError("conflict", `The session is already ${session.status}.`);
    }
    const at = deps.clock.now();
    const audit = sessionAudit(session, principal, {
      action: "session.cancel",
      at,
      fields: ["status"],
    });
    const outcome = await endSession(deps, { session: cancelled(session, at), etag }, [audit]);
    if (outcome === "done") return;
  }
  throw new AppError("conflict", "The session keeps changing; try again.");
}
