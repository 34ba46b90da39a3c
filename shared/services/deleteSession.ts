/** Removes a session with its steps and evidence. */
import { AppError, notFound } from "../domain/errors.ts";
import { sessionAudit } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { readSession, removeSession } from "../repositories/sessions.ts";
import { unindexSession } from "../repositories/sessionsSearch.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const TRIES = 5;

/**
 * A slice under way finds nothing to commit to and leaves nothing.
 * @throws AppError `not-found`; `conflict` when it keeps changing.
 */
export async function deleteSession(
  deps: Needs,
  principal: Principal,
  sessionId: string,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readSession(deps.documents, principal.tenant_id, sessionId);
    if (stored === undefined) throw notFound("session");
    await unindexSession(deps.documents, principal.tenant_id, sessionId);
    const audit = sessionAudit(stored.session, principal, {
      action: "session.delete",
      at: deps.clock.now(),
      fields: [],
    });
    if ((await removeSession(deps, stored, [audit])) === "done") return;
  }
  throw new AppError("conflict", "The session keeps changing; try again.");
}
