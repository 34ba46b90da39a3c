/** Changes of an incident that go to Sentinel itself. */
import { IncidentView } from "../../shared/schemas/incidents.ts";
import { IncidentNumberParams, ProviderChoice } from "../../shared/schemas/incidentsRequests.ts";
import { IncidentWriteback } from "../../shared/schemas/incidentsWriteback.ts";
import { writeBackIncident } from "../../shared/services/writeBackIncident.ts";
import { endpoint } from "../kit/endpoint.ts";

/** 202: Sentinel did not say whether it has the change; the incident's `writeback` tells how it goes on. */
export const incidentsWriteback = endpoint({
  name: "incidents-writeback",
  method: "POST",
  route: "v1/incidents/{number:int}/writeback",
  permission: "incidents:writeback",
  takesIdempotencyKey: true,
  summary:
    "Write status, classification, severity, owner, tags, a comment or a task to Sentinel. With an Idempotency-Key a repeated call writes nothing twice.",
  params: IncidentNumberParams,
  query: ProviderChoice,
  body: IncidentWriteback,
  reply: IncidentView,
  async handle({ deps, principal, params, query, body, ifMatch }) {
    const { number } = params;
    const target = { number, provider: query.provider, ifMatch, idempotencyKey: undefined };
    const { view, etag, isDone } = await writeBackIncident(deps, principal, target, body);
    if (isDone) return { status: 200, body: view, etag };
    const at = `/api/v1/incidents/${number}?provider=${encodeURIComponent(view.provider_id)}`;
    return { status: 202, body: view, headers: { location: at, "retry-after": "30" } };
  },
});
