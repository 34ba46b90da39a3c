/** Sessions that a request may have begun before: in a run that died before it answered. */
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { createSession, readSession } from "./sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/**
 * Creates the session, or gives the one that the same caller began under the id: ids follow from the request where it
 * carries an Idempotency-Key.
 * @throws AppError `conflict` when the id is somebody else's.
 */
export async function beginSession(
  deps: Needs,
  session: SessionRecord,
  messages: readonly OutboxMessage[],
): Promise<SessionRecord> {
  const outcome = await createSession(deps, session, [...messages]);
  if (outcome === "done") return session;
  const { tenant_id, session_id, created_by, query } = session;
  const begun = (await readSession(deps.documents, tenant_id, session_id))?.session;
  if (begun?.created_by === created_by && begun.query === query) return begun;
  throw new AppError("conflict", "A session of this id exists.");
}
