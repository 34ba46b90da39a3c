/** How many alerts an incident has, as far as it is known. */
import type { IncidentSummary, IncidentView } from "../../../../shared/schemas/incidents.ts";

type Counted = Pick<IncidentSummary, "alert_ids" | "alert_count"> &
  Partial<Pick<IncidentView, "alerts" | "enriched_at">>;

/** Those that were read; before they were read, those that the incident names. */
const knownAlerts = ({ alerts, alert_ids, enriched_at }: Counted): number =>
  alerts !== undefined && enriched_at !== undefined ? alerts.length : alert_ids.length;

/** That number, with Sentinel's own where it is another one. */
export function alertNumber(incident: Counted): string {
  const known = knownAlerts(incident);
  const { alert_count: stated } = incident;
  return known === stated ? String(known) : `${known} (Sentinel counts ${stated})`;
}

/** The same as words, such as "2 alerts". */
export function alertWords(incident: Counted): string {
  const known = knownAlerts(incident);
  const [number, ...note] = alertNumber(incident).split(" ");
  return [number, known === 1 ? "alert" : "alerts", ...note].join(" ");
}
