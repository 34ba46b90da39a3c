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

/** One read and three queries, whatever is stored. */
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
  return timelineOf({
    record,
    enrichment: enrichment?.record,
    audit: audit.items.map(({ doc }) => AuditEntry.parse(doc)),
    sessions: sessions.items.map(({ doc }) => SessionRecord.parse(doc)),
    writebacks: written,
  });
}
