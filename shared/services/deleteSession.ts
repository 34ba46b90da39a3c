/** Removes a session with its steps and evidence, and what search and the knowledge graph know from it. */
import { AppError, notFound } from "../domain/errors.ts";
import { mentionedIn, provenanceOf } from "../domain/graph.ts";
import { sessionAudit } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { forgetEntity } from "../repositories/graphForgetting.ts";
import { readSession, removeSession } from "../repositories/sessions.ts";
import { unindexSession } from "../repositories/sessionsSearch.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

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
    await forget(deps, stored.session);
    const audit = sessionAudit(stored.session, principal, {
      action: "session.delete",
      at: deps.clock.now(),
      fields: [],
    });
    if ((await removeSession(deps, stored, [audit])) === "done") return;
  }
  throw new AppError("conflict", "The session keeps changing; try again.");
}

/** Before the session itself goes: after a crash it can be removed again, and knows what it had left. */
async function forget({ documents }: Needs, session: SessionRecord): Promise<void> {
  const { tenant_id, session_id, report } = session;
  await unindexSession(documents, tenant_id, session_id);
  if (report === undefined) return;
  const { at } = provenanceOf(session, { evidence_id: null, observed_at: null });
  for (const { node_id } of mentionedIn(report)) {
    await forgetEntity(documents, [tenant_id, node_id], { session_id, at });
  }
}
