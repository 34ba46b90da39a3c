/** Incidents: the queue, one incident, what people note on it, enrichment, and a sync on demand. */
import type { z } from "zod";

import { isNamed, oldestSync } from "../../shared/domain/incidentsSync.ts";
import { find, show } from "../../shared/repositories/incidentViews.ts";
import { IncidentPage, IncidentPatch, IncidentView } from "../../shared/schemas/incidents.ts";
import {
  IncidentNumberParams,
  IncidentQuery,
  ProviderChoice,
  SyncReply,
} from "../../shared/schemas/incidentsRequests.ts";
import { enrichIncident } from "../../shared/services/enrichIncident.ts";
import { followIncidents, followsChanges } from "../../shared/services/followIncidents.ts";
import { checkListing, listIncidents } from "../../shared/services/listIncidents.ts";
import { patchIncident } from "../../shared/services/patchIncident.ts";
import { refreshIncidents, syncIncidents } from "../../shared/services/syncIncidents.ts";
import { endpoint } from "../kit/endpoint.ts";

export const incidentsList = endpoint({
  name: "incidents-list",
  method: "GET",
  route: "v1/incidents",
  permission: "incidents:read",
  summary:
    "List incidents, most recently changed first; with updated_since, changes in the order they were made.",
  query: IncidentQuery,
  reply: IncidentPage,
  async handle({ deps, principal, query }) {
    if (!followsChanges(query)) await checkListing(deps, principal.tenant_id, query);
    const syncs = await refreshIncidents(deps, principal.tenant_id);
    const shown = syncs.filter((one) => isNamed(one, query.provider));
    const { last_synced_at, ageSeconds } = oldestSync(shown, deps.clock.now());
    const aged = ageSeconds !== undefined && { headers: { age: String(ageSeconds) } };
    if (followsChanges(query)) {
      const changes = await followIncidents(deps, principal.tenant_id, query);
      return { status: 200, body: { ...changes, last_synced_at, syncs: shown }, ...aged };
    }
    const { list, lines } = await listIncidents(deps, principal.tenant_id, query);
    const body = { ...list, last_synced_at, syncs: shown };
    return { status: 200, body, json: written(body, lines), ...aged };
  },
});

const PageWithoutItems = IncidentPage.omit({ items: true });

/** The page as JSON; its items were checked and written before. */
function written(page: z.input<typeof IncidentPage>, lines: readonly string[]): Uint8Array {
  const rest = JSON.stringify(PageWithoutItems.parse(page));
  return Buffer.from(`{"items":[${lines.join(",")}],${rest.slice(1)}`);
}

export const incidentsGet = endpoint({
  name: "incidents-get",
  method: "GET",
  route: "v1/incidents/{number:int}",
  permission: "incidents:read",
  summary: "Read an incident by Sentinel's number.",
  params: IncidentNumberParams,
  query: ProviderChoice,
  reply: IncidentView,
  async handle({ deps, principal, params, query }) {
    const { tenant_id } = principal;
    const stored = await find(deps.documents, tenant_id, params.number, query.provider);
    const { view, etag } = await show(deps, stored);
    return { status: 200, body: view, etag };
  },
});

export const incidentsPatch = endpoint({
  name: "incidents-patch",
  method: "PATCH",
  route: "v1/incidents/{number:int}",
  permission: "incidents:write",
  summary: "Change an incident's notes, local status, assignee, tags or severity.",
  params: IncidentNumberParams,
  query: ProviderChoice,
  body: IncidentPatch,
  reply: IncidentView,
  async handle({ deps, principal, params, query, body, ifMatch }) {
    const target = { number: params.number, provider: query.provider, ifMatch };
    const { view, etag } = await patchIncident(deps, principal, target, body);
    return { status: 200, body: view, etag };
  },
});

export const incidentsEnrich = endpoint({
  name: "incidents-enrich",
  method: "POST",
  route: "v1/incidents/{number:int}/enrich",
  permission: "incidents:write",
  summary: "Read an incident's alerts and entities from Sentinel and keep them with it.",
  params: IncidentNumberParams,
  query: ProviderChoice,
  reply: IncidentView,
  async handle({ deps, principal, params, query }) {
    const { number } = params;
    const { view, etag, isDone } = await enrichIncident(deps, principal, number, query.provider);
    if (isDone) return { status: 200, body: view, etag };
    const at = `/api/v1/incidents/${number}?provider=${encodeURIComponent(view.provider_id)}`;
    return { status: 202, body: view, headers: { location: at, "retry-after": "5" } };
  },
});

export const incidentsSync = endpoint({
  name: "incidents-sync",
  method: "POST",
  route: "v1/incidents/sync",
  permission: "incidents:sync",
  summary: "Synchronise the tenant's providers now.",
  reply: SyncReply,
  async handle({ deps, principal }) {
    return { status: 200, body: await syncIncidents(deps, principal.tenant_id) };
  },
});
