/** Reads everything that an incident's timeline is made of: its enrichment, sessions, write-backs, audit entries. */
import { timelineOf } from "../domain/incidentsTimeline.ts";
import { AuditEntry } from "../schemas/audit.ts";
import type { IncidentTimeline } from "../schemas/incidentsRelated.ts";
import { SessionRecord } from "../schemas/sessions.ts";
import type * as incidents from "./incidents.ts";
import * as writebacks from "./incidentsWriteback.ts";
import { type Bodies, readEnrichment } from "./incidentsEnrichment.ts";

const AUDIT_MAX = 500;
const SESSIONS_MAX = 50;

/** One read and four queries, whatever is stored. */
export async function timeline(
  { blobs, documents }: Bodies,
  { record }: incidents.StoredIncident,
): Promise<IncidentTimeline> {
  const { tenant_id, incident_key } = record;
  const [enrichment, audit, sessions, written] = await Promise.all([
    readEnrichment({ blobs, documents }, tenant_id, incident_key),
    documents.query("audit", {
      partition: [tenant_id],
      where: [
        { op: "eq", field: "type", value: "entry" },
        { op: "eq", field: "subject_id", value: incident_key },
      ],
      // The order that has an index; within one subject it is by day.
      orderBy: { field: "subject_id", direction: "asc" },
      limit: AUDIT_MAX,
    }),
    documents.query("sessions", {
      partition: [tenant_id],
      where: [
        { op: "eq", field: "type", value: "session" },
        { op: "eq", field: "incident_key", value: incident_key },
      ],
      orderBy: { field: "created_at", direction: "desc" },
      limit: SESSIONS_MAX,
    }),
    writebacks.of(documents, { tenantId: tenant_id, key: incident_key }),
  ]);
  const records = sessions.items.map(({ doc }) => SessionRecord.parse(doc));
  return timelineOf({
    record,
    enrichment: enrichment?.record,
    audit: audit.items.map(({ doc }) => AuditEntry.parse(doc)),
    sessions: records,
    starts: await startsOf(documents, records),
    writebacks: written,
  });
}

/** The audit entries of the sessions' starts: a session itself knows only who began it by id. */
async function startsOf(
  documents: Bodies["documents"],
  sessions: readonly SessionRecord[],
): Promise<AuditEntry[]> {
  const [first] = sessions;
  if (first === undefined) return [];
  const { items } = await documents.query("audit", {
    partition: [first.tenant_id],
    where: [
      { op: "eq", field: "type", value: "entry" },
      { op: "in", field: "subject_id", values: sessions.map(({ session_id }) => session_id) },
      { op: "eq", field: "action", value: "session.start" },
    ],
    orderBy: { field: "subject_id", direction: "asc" },
    limit: SESSIONS_MAX,
  });
  return items.map(({ doc }) => AuditEntry.parse(doc));
}
