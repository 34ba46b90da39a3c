/** Starting investigations: what is asked for, and what comes back at once. */
import { z } from "zod";

import { IncidentNumber } from "./incidentNumber.ts";
import { ModelName } from "./models.ts";
import { SessionBudget } from "./sessionBudgets.ts";
import { Persona } from "./sessions.ts";

/** Body of POST /api/v1/investigations/start. An incident named in `query` as `#12345` counts as `incident_number`. */
export const StartInvestigationBody = z.strictObject({
  query: z.string().trim().min(1).max(4000),
  persona: Persona.default("soc_analyst"),
  /** `sentinel` (the default provider), a `sip_` id or a provider's name. */
  provider: z.string().min(1).max(200).default("sentinel"),
  incident_number: IncidentNumber.optional(),
  /** How far back to look; default: around the incident's activity, else P7D. At most P90D. */
  timespan: z.iso.duration().optional(),
  /** The session whose request is made again; the new one names it. */
  rerun_of: z.string().min(1).max(200).optional(),
  /** Whether its end is told as a notification, completed or failed. */
  notify: z.boolean().default(false),
  /** The model that judges besides the rules; null: the rules alone; default: the tenant's default model, if it has one. */
  model: ModelName.nullable().optional(),
  /** Whether the session fails when no model could judge; otherwise the rules' report stands. */
  require_model: z.boolean().optional(),
  /** What the model may use up; what is left out is the deployment's default. */
  budget: SessionBudget.partial().optional(),
});
export type StartInvestigationBody = z.infer<typeof StartInvestigationBody>;

/** Reply of POST /api/v1/investigations/start; `active` covers queued and running (seed 000). */
export const StartedInvestigation = z.object({
  session_id: z.string(),
  status: z.literal("active"),
});
