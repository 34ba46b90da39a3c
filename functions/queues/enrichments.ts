/** Incidents whose alerts and entities are to be read again. */
import { EnrichmentMessage } from "../../shared/schemas/messages.ts";
import { enrichSettlingIncident } from "../../shared/services/enrichIncident.ts";
import { worker } from "../kit/worker.ts";

export const enrichIncidentWorker = worker({
  name: "enrich-incident",
  queue: "enrichments",
  message: EnrichmentMessage,
  handle: enrichSettlingIncident,
});
