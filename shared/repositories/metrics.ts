/** What the figures are made from: finished sessions and incidents of a stretch of time, newest first. */
import type { DocumentStore } from "../ports/documentStore.ts";
import { IncidentRecord } from "../schemas/incidents.ts";
import { SessionRecord } from "../schemas/sessions.ts";

/** So many of the newest are counted. */
const COUNTED_MAX = 1000;

/** A page of those created since; `truncated` when there are more. */
async function since(
  documents: DocumentStore,
  container: "sessions" | "incidents",
  tenantId: string,
  from: Date,
) {
  const page = await documents.query(container, {
    partition: [tenantId],
    where: [
      { op: "eq", field: "type", value: container === "sessions" ? "session" : "incident" },
      { op: "range", field: "created_at", from: from.toISOString() },
    ],
    orderBy: { field: "created_at", direction: "desc" },
    limit: COUNTED_MAX,
  });
  return { docs: page.items.map(({ doc }) => doc), truncated: page.cursor !== undefined };
}

export async function sessionsSince(documents: DocumentStore, tenantId: string, from: Date) {
  const { docs, truncated } = await since(documents, "sessions", tenantId, from);
  return { sessions: docs.map((doc) => SessionRecord.parse(doc)), truncated };
}

export async function incidentsSince(documents: DocumentStore, tenantId: string, from: Date) {
  const { docs, truncated } = await since(documents, "incidents", tenantId, from);
  return { incidents: docs.map((doc) => IncidentRecord.parse(doc)), truncated };
}
