/** Pins a session, or notes what somebody thinks of its verdict. */
import { AppError, notFound } from "../domain/errors.ts";
import { sessionAudit } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { readSession, saveOpinions, saveSession } from "../repositories/sessions.ts";
import type { Principal } from "../schemas/principal.ts";
import type { FeedbackBody } from "../schemas/sessionActs.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** A slice that is committed meanwhile makes us look again, but not for ever. */
const TRIES = 5;
const FEEDBACK_MAX = 50;

export const pinSession = (
  deps: Needs,
  principal: Principal,
  sessionId: string,
  pinned: boolean,
): Promise<void> =>
  change(deps, principal, sessionId, "session.pin", (session) => ({ ...session, pinned }));

/** One opinion a person: a later one takes its place. */
export const giveFeedback = (
  deps: Needs,
  principal: Principal,
  sessionId: string,
  body: FeedbackBody,
): Promise<void> =>
  change(deps, principal, sessionId, "session.feedback", (session, at) => {
    const others = (session.feedback ?? []).filter(({ by }) => by !== principal.id);
    const mine = { by: principal.id, at: at.toISOString(), ...body };
    return { ...session, feedback: [...others.slice(1 - FEEDBACK_MAX), mine] };
  });

/** @throws AppError `not-found`; `conflict` when it keeps changing. */
async function change(
  deps: Needs,
  principal: Principal,
  sessionId: string,
  action: "session.pin" | "session.feedback",
  changed: (session: SessionRecord, at: Date) => SessionRecord,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readSession(deps.documents, principal.tenant_id, sessionId);
    if (stored === undefined) throw notFound("session");
    const at = deps.clock.now();
    const session = { ...changed(stored.session, at), updated_at: at.toISOString() };
    const fields = [action === "session.pin" ? "pinned" : "feedback"];
    const audit = sessionAudit(session, principal, { action, at, fields });
    const save = action === "session.pin" ? saveSession : saveOpinions;
    const outcome = await save(deps, { session, etag: stored.etag }, [audit]);
    if (outcome === "done") return;
  }
  throw new AppError("conflict", "The session keeps changing; try again.");
}
