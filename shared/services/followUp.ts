/** Asks on where a session ended: a session of its own, with the first one's incident, window and findings as context. */
import { notFound } from "../domain/errors.ts";
import { newSession, sessionAudit, sliceMessage } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import { readSession } from "../repositories/sessions.ts";
import { beginSession } from "../repositories/sessionsBegun.ts";
import type { Principal } from "../schemas/principal.ts";
import type { FollowUpBody } from "../schemas/sessionActs.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "log" | "queue">;

/** @throws AppError `not-found` when the session is not the tenant's. */
export async function followUp(
  deps: Needs,
  principal: Principal,
  sessionId: string,
  { text }: FollowUpBody,
): Promise<SessionRecord> {
  const stored = await readSession(deps.documents, principal.tenant_id, sessionId);
  if (stored === undefined) throw notFound("session");
  const { tenant_id, persona, provider_id, provider, timespan, incident_number, incident_key } =
    stored.session;
  const { model_name, require_model, budget } = stored.session;
  const at = deps.clock.now();
  const session = newSession(
    {
      tenant_id,
      session_id: deps.ids.next("ses"),
      query: text,
      persona,
      provider_id,
      provider,
      timespan,
      ...(incident_number !== undefined && { incident_number }),
      ...(incident_key !== undefined && { incident_key }),
      created_by: principal.id,
      ...(principal.app_id !== undefined && { app_id: principal.app_id }),
      parent_id: sessionId,
      ...(model_name !== undefined && { model_name }),
      ...(require_model !== undefined && { require_model }),
      ...(budget !== undefined && { budget }),
    },
    at,
  );
  const audit = sessionAudit(session, principal, {
    action: "session.start",
    at,
    fields: ["query", "parent_id"],
  });
  return await beginSession(deps, session, [sliceMessage(session), audit]);
}
