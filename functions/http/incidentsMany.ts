/** Many incidents at once: changed together, or exported. */
import { IncidentExport } from "../../shared/schemas/incidentsRequests.ts";
import { IncidentBulk, IncidentBulkReply } from "../../shared/schemas/incidentsBulk.ts";
import { exportIncidents } from "../../shared/services/listIncidents.ts";
import { patchIncidents } from "../../shared/services/patchIncident.ts";
import { endpoint } from "../kit/endpoint.ts";

export const incidentsBulk = endpoint({
  name: "incidents-bulk",
  method: "POST",
  route: "v1/incidents/bulk",
  permission: "incidents:write",
  summary: "Change local status, assignee or tags of up to 100 incidents, with a result for each.",
  body: IncidentBulk,
  reply: IncidentBulkReply,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await patchIncidents(deps, principal, body) };
  },
});

export const incidentsExport = endpoint({
  name: "incidents-export",
  method: "GET",
  route: "v1/incidents/export.csv",
  permission: "incidents:read",
  summary: "All incidents that match the filter, as CSV.",
  query: IncidentExport,
  streams: "text/csv; charset=utf-8",
  async handle({ deps, principal, query }) {
    const stream = await exportIncidents(deps, principal.tenant_id, query);
    const headers = { "content-disposition": 'attachment; filename="incidents.csv"' };
    return { status: 200, stream, headers };
  },
});
