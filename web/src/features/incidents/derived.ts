/** What an incident's alerts and entities tell where Sentinel itself says nothing. */
import type { IncidentEntity, IncidentView } from "../../../../shared/schemas/incidents.ts";
import { plainWords } from "../../components/words.ts";

/** Strong, public and in many alerts comes first. */
export const topEntities = (incident: IncidentView, max: number): IncidentEntity[] =>
  incident.entities.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, max);

const weightOf = (entity: IncidentEntity): number =>
  alertsOf(entity) + (entity.strong ? 2 : 0) - (entity.private ? 3 : 0);

/** In how many alerts an entity occurs. */
export const alertsOf = (entity: IncidentEntity): number =>
  new Set(entity.sources.map((source) => source.alert_id)).size;

export interface Description {
  text: string;
  /** Sentinel has none: this one was made of the alerts. */
  isDerived: boolean;
}

/** Undefined when neither Sentinel nor an alert tells anything. */
export function descriptionOf(incident: IncidentView): Description | undefined {
  if (incident.description.trim() !== "") return { text: incident.description, isDerived: false };
  if (incident.alerts.length === 0) return undefined;
  const names = [...new Set(incident.alerts.map(({ name }) => name))];
  const products = [...new Set(incident.alerts.map(({ product }) => product))].filter(Boolean);
  const who = topEntities(incident, 3).map(({ type, value }) => `${plainWords(type)} ${value}`);
  const count = incident.alerts.length;
  return {
    isDerived: true,
    text: [
      `${count} ${count === 1 ? "alert" : "alerts"}${products.length === 0 ? "" : ` of ${listed(products, 3)}`}: ${listed(names, 4)}.`,
      who.length === 0 ? "" : `Named most: ${who.join("; ")}.`,
    ]
      .join(" ")
      .trim(),
  };
}

function listed(words: readonly string[], max: number): string {
  const more = words.length - max;
  return `${words.slice(0, max).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
