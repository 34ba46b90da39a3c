/** Starting investigations. */
import {
  StartedInvestigation,
  StartInvestigationBody,
} from "../../shared/schemas/investigations.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { endpoint } from "../kit/endpoint.ts";

export const investigationsStart = endpoint({
  name: "investigations-start",
  method: "POST",
  route: "v1/investigations/start",
  permission: "investigations:write",
  summary: "Queue an investigation of an incident or a question.",
  success: 202,
  body: StartInvestigationBody,
  reply: StartedInvestigation,
  async handle({ deps, principal, body }) {
    const session = await startInvestigation(deps, principal, body);
    return {
      status: 202,
      body: { session_id: session.session_id, status: "active" as const },
      headers: { location: `/api/v1/sessions/${session.session_id}` },
    };
  },
});
