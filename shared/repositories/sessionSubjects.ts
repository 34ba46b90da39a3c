/** What a session is about, as it is stored: its question, its incident and what is known of that. */
import type { Deps } from "../ports/deps.ts";
import type { EnrichmentRecord } from "../schemas/incidents.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import * as incidents from "./incidents.ts";
import { readEnrichment } from "./incidentsEnrichment.ts";

/** @throws AppError `store-unavailable`. */
export async function storedSubject(
  deps: Pick<Deps, "blobs" | "documents">,
  { tenant_id, incident_key: key, query, timespan }: SessionRecord,
): Promise<
  Pick<SessionRecord, "query" | "timespan"> & {
    /** `undefined`: the session names none, or it is gone. */
    incident: IncidentRecord | undefined;
    enrichment: EnrichmentRecord | undefined;
  }
> {
  const stored =
    key === undefined ? undefined : await incidents.read(deps.documents, tenant_id, key);
  const enriched = key === undefined ? undefined : await readEnrichment(deps, tenant_id, key);
  return { query, timespan, incident: stored?.record, enrichment: enriched?.record };
}
