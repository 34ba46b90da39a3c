/** What belongs to an incident or resembles it. */
import { find } from "../../shared/repositories/incidentViews.ts";
import { entities, similar } from "../../shared/repositories/incidentsRelated.ts";
import { timeline } from "../../shared/repositories/incidentsTimeline.ts";
import { IncidentNumberParams, ProviderChoice } from "../../shared/schemas/incidentsRequests.ts";
import {
  IncidentEntities,
  IncidentEntitiesQuery,
  IncidentTimeline,
  SimilarIncidents,
} from "../../shared/schemas/incidentsRelated.ts";
import { endpoint } from "../kit/endpoint.ts";

export const incidentsTimeline = endpoint({
  name: "incidents-timeline",
  method: "GET",
  route: "v1/incidents/{number:int}/timeline",
  permission: "incidents:read",
  summary: "What happened to an incident: activity, alerts, comments, changes, investigations.",
  params: IncidentNumberParams,
  query: ProviderChoice,
  reply: IncidentTimeline,
  async handle({ deps, principal, params, query }) {
    const stored = await find(deps.documents, principal.tenant_id, params.number, query.provider);
    return { status: 200, body: await timeline(deps, stored) };
  },
});

export const incidentsSimilar = endpoint({
  name: "incidents-similar",
  method: "GET",
  route: "v1/incidents/{number:int}/similar",
  permission: "incidents:read",
  summary: "Incidents that share rare entities, title or tactics with this one, and why.",
  params: IncidentNumberParams,
  query: ProviderChoice,
  reply: SimilarIncidents,
  async handle({ deps, principal, params, query }) {
    const stored = await find(deps.documents, principal.tenant_id, params.number, query.provider);
    return { status: 200, body: await similar(deps, stored) };
  },
});

export const incidentsEntities = endpoint({
  name: "incidents-entities",
  method: "GET",
  route: "v1/incidents/{number:int}/entities",
  permission: "incidents:read",
  summary: "An incident's entities, each with what other incidents say about it.",
  params: IncidentNumberParams,
  query: IncidentEntitiesQuery,
  reply: IncidentEntities,
  async handle({ deps, principal, params, query }) {
    const stored = await find(deps.documents, principal.tenant_id, params.number, query.provider);
    return { status: 200, body: await entities(deps, stored, query) };
  },
});
