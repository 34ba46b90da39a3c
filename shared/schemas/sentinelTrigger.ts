/** A playbook's call: what Sentinel's incident trigger sends, its two short forms, and what comes back. */
import { z } from "zod";

import { IncidentNumber } from "./incidentNumber.ts";
import { INCIDENT_NUMBER_MAX } from "./incidentNumberMax.ts";
import { Persona, SessionError, SessionStatus, Verdict } from "./sessions.ts";

/** An incident's resource id; the place of its workspace and its name are read from it. */
export const ARM_INCIDENT =
  /^\/subscriptions\/([^/\s]+)\/resourceGroups\/([^/\s]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/\s]+)\/providers\/Microsoft\.SecurityInsights\/Incidents\/([\w-]{1,100})$/i;

const ArmId = z
  .string()
  .max(600)
  .regex(ARM_INCIDENT, "Must be the resource id of a Sentinel incident.");

/** Logic Apps make a text of a number wherever it stands inside one. */
const TriggerNumber = z.union(
  [
    IncidentNumber,
    z
      .string()
      .regex(/^\d{1,10}$/)
      .transform(Number)
      .pipe(IncidentNumber),
  ],
  { error: `Must be Sentinel's incident number, e.g. 12345, at most ${INCIDENT_NUMBER_MAX}.` },
);

const WHAT_TO_SEND =
  "Send the whole body of Sentinel's incident trigger, or incidentNumber, or incidentArmId. A playbook that is started without an incident has no body to send; the alert trigger is not taken.";

const Shape = z
  .strictObject(
    {
      incidentNumber: TriggerNumber.optional(),
      incidentArmId: ArmId.optional(),
      /** The trigger's own name of this event: the same one is taken once. */
      eventUniqueId: z.string().min(1).max(300).nullish(),
      objectSchemaType: z
        .literal(["Incident", "incident"], { error: "Only the incident trigger is taken." })
        .nullish(),
      objectEventType: z.string().max(100).nullish(),
      workspaceId: z.string().max(100).nullish(),
      workspaceInfo: z.unknown().optional(),
      /** The incident as the trigger saw it. Only its name, version and number are read; the rest is read afresh. */
      object: z
        .looseObject({
          id: ArmId,
          etag: z.string().max(300).nullish(),
          properties: z.looseObject({ incidentNumber: TriggerNumber.nullish() }).nullish(),
        })
        .optional(),
    },
    { error: WHAT_TO_SEND },
  )
  .superRefine(({ incidentNumber, incidentArmId, object }, context) => {
    const given = Object.entries({ incidentNumber, incidentArmId, object })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name);
    if (given.length === 0) context.addIssue({ code: "custom", message: WHAT_TO_SEND });
    for (const name of given.slice(1)) {
      const message = `Give one of ${given.join(", ")}.`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  });

const Whole = z.looseObject({ object: z.looseObject({}) });

/** Sentinel may add members to its trigger any day; those of a short form are the caller's, and a slip is told. */
function withoutNews(body: unknown): unknown {
  if (!Whole.safeParse(body).success) return body;
  const known = Object.entries(Object(body)).filter(([name]) => Object.hasOwn(Shape.shape, name));
  return Object.fromEntries(known);
}

/** Body of POST /api/v1/investigations/from-sentinel. */
export const SentinelTrigger = z.preprocess(withoutNews, Shape);
export type SentinelTrigger = z.infer<typeof SentinelTrigger>;

const ReportPart = z.enum(["comment", "task"]);

/** How the investigation is to be made; in the query, because the body is the trigger's. */
export const SentinelTriggerQuery = z.strictObject({
  persona: Persona.default("soc_analyst"),
  /** Which workspace a bare number is of: `sentinel` (the default provider), a `sip_` id or a name. */
  provider: z.string().min(1).max(200).optional(),
  /** Writes the report to the incident in Sentinel: as a comment, its actions as tasks, or both. */
  write_back: z
    .union([ReportPart.transform((one) => [one]), z.array(ReportPart).max(2)])
    .transform((parts) => [...new Set(parts)])
    .optional(),
});
export type SentinelTriggerQuery = z.infer<typeof SentinelTriggerQuery>;

/** How far a report is that `write_back` asked for. */
export const ReportWriteback = z.object({
  /** `queued`: not all of it is in Sentinel yet. `done`: all of it is. `failed`: the rest will not be written. */
  state: z.enum(["queued", "done", "failed"]),
  parts: z.array(ReportPart),
  /** Why it failed, or why it waits; null when there is nothing to say. */
  reason: z.string().nullable(),
});
export type ReportWriteback = z.infer<typeof ReportWriteback>;

/** How an investigation that a playbook started stands; the fields of the report are null until it is completed. */
export const TriggeredInvestigation = z
  .object({
    session_id: z.string(),
    status: SessionStatus,
    incident_number: z.int().nonnegative().nullable(),
    persona: Persona,
    verdict: Verdict.nullable(),
    /** 0 to 1. */
    confidence: z.number().nullable(),
    check: z.enum(["verified", "unverified"]).nullable(),
    /** The whole report as plain text, short enough for an incident comment; `<`, `>` and `&` are escaped. */
    report_text: z.string().nullable(),
    actions: z.array(z.object({ text: z.string(), priority: z.string() })),
    /** Null when nobody asked for it. */
    write_back: ReportWriteback.nullable(),
    error: SessionError.nullable(),
    /** The session's page. */
    url: z.string(),
  })
  .meta({ id: "TriggeredInvestigation" });
export type TriggeredInvestigation = z.infer<typeof TriggeredInvestigation>;
