/** What became of reports that were to be written to their incidents: their write-backs, and why none was begun. */
import { z } from "zod";

import { reportWriteback, reportWritebackIds } from "../domain/triggeredInvestigations.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import type { ReportMessage } from "../schemas/messages.ts";
import type { ReportWriteback } from "../schemas/sentinelTrigger.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import * as writebacks from "./incidentsWriteback.ts";

const CONTAINER = "control";
/** Nobody polls for longer. */
const KEPT_SECONDS = 90 * 86_400;

const Refusal = z.looseObject({ reason: z.string() });

const idOf = ({ tenant_id, session_id }: ReportMessage): string =>
  `report-refused:${tenant_id}:${session_id}`;

/** Notes why nothing more of the report will be written; the first word stands. */
export async function refuse(
  documents: DocumentStore,
  message: ReportMessage,
  reason: string,
): Promise<void> {
  const id = idOf(message);
  const doc = { id, type: "report-refused", reason };
  await documents.batch(CONTAINER, [id], [{ kind: "create", doc, ttlSeconds: KEPT_SECONDS }]);
}

/** How far the session's report is in Sentinel; `null` when nobody asked for it. */
export async function stateOf(
  { documents, settings }: Pick<Deps, "documents" | "settings">,
  session: SessionRecord,
): Promise<ReportWriteback | null> {
  const { tenant_id: tenantId, incident_key: key, session_id, report_to } = session;
  if (report_to === undefined) return null;
  const id = idOf({ tenant_id: tenantId, session_id });
  const refused = await documents.read(CONTAINER, [id], id);
  const ids = key === undefined ? [] : reportWritebackIds(session, settings.webOrigin);
  const records = await Promise.all(
    ids.map((one) => writebacks.read(documents, { tenantId, key: key ?? "" }, one)),
  );
  const begun = records.map((stored) => stored?.record);
  return reportWriteback(session, begun, refused && Refusal.parse(refused.doc).reason);
}
