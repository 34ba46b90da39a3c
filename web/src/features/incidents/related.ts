/** What belongs to an incident or resembles it; each is read again when the incident moved on. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type {
  IncidentEntities,
  IncidentTimeline,
  SimilarIncidents,
} from "../../../../shared/schemas/incidentsRelated.ts";
import type { ApiClient } from "../../api/client.ts";

type Of = Pick<IncidentView, "number" | "provider_id" | "updated_at" | "enriched_at">;

function relatedOptions<T>(api: ApiClient, incident: Of, what: string, version: string, more = "") {
  const { number, provider_id: provider } = incident;
  const query = `provider=${encodeURIComponent(provider)}${more}`;
  return queryOptions({
    queryKey: ["related", number, provider, what, version],
    queryFn: ({ signal }) =>
      api.read<T>(`/api/v1/incidents/${number}/${what}?${query}`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export const timelineOptions = (api: ApiClient, incident: Of) =>
  relatedOptions<IncidentTimeline>(api, incident, "timeline", incident.updated_at);

export const similarOptions = (api: ApiClient, incident: Of) =>
  relatedOptions<SimilarIncidents>(api, incident, "similar", incident.enriched_at ?? "");

/** What one request takes. */
export const ENTITY_PAGE = 100;

/** The `page`th hundred, counted from 0, in the order of the incident's own entities. */
export const entitiesOptions = (api: ApiClient, incident: Of, page: number) =>
  relatedOptions<IncidentEntities>(
    api,
    incident,
    "entities",
    `${incident.enriched_at ?? ""} ${page}`,
    `&limit=${ENTITY_PAGE}&offset=${page * ENTITY_PAGE}`,
  );
