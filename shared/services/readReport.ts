/** What of a finished session is to be written to its incident in Sentinel. */
import { reportWritebacks } from "../domain/reportText.ts";
import type { Deps } from "../ports/deps.ts";
import { readSession } from "../repositories/sessions.ts";
import type { IncidentWriteback } from "../schemas/incidentsWriteback.ts";
import type { ReportMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";

export interface ReportToWrite {
  /** On whose behalf: who asked for it when the session began. */
  principal: Principal;
  incident: { number: number; provider: string };
  /** One for the comment, one for each task. */
  writebacks: IncidentWriteback[];
}

/** `undefined` when there is nothing to write: the session is gone, has no report, or nobody asked for it. */
export async function readReport(
  { documents, settings }: Pick<Deps, "documents" | "settings">,
  { tenant_id, session_id }: ReportMessage,
): Promise<ReportToWrite | undefined> {
  const session = (await readSession(documents, tenant_id, session_id))?.session;
  if (session?.report_to === undefined || session.incident_number === undefined) return undefined;
  const { by } = session.report_to;
  return {
    principal: { ...by, tenant_id, roles: [], permissions: ["incidents:writeback"] },
    incident: { number: session.incident_number, provider: session.provider_id },
    writebacks: reportWritebacks(session, settings.webOrigin),
  };
}
