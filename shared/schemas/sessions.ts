/** Investigation sessions: status, steps, evidence, and a report whose claims name their evidence. */
import { z } from "zod";

import { ReportCondition } from "./conditions.ts";
import { Json } from "./json.ts";
import { IncidentNumberText } from "./incidentNumber.ts";
import { KqlColumn, TimeRange } from "./kql.ts";
import { listOf, PageQuery } from "./page.ts";
import { Principal } from "./principal.ts";
import { ModelStep, SessionBudget, SessionSpent } from "./sessionBudgets.ts";

const Time = z.iso.datetime();

export const Persona = z.enum(["soc_analyst", "threat_hunter", "incident_responder", "ciso"]);
export type Persona = z.infer<typeof Persona>;

export const SessionStatus = z.enum(["queued", "running", "completed", "failed", "cancelled"]);
export type SessionStatus = z.infer<typeof SessionStatus>;

/** The seven stages that users see live, in order. */
export const Stage = z.enum([
  "entity_extraction",
  "intent",
  "planning",
  "query_generation",
  "execution",
  "evidence_assessment",
  "report",
]);
export type Stage = z.infer<typeof Stage>;

export const Verdict = z.enum([
  "true_positive",
  "benign_positive",
  "false_positive",
  "undetermined",
]);
export type Verdict = z.infer<typeof Verdict>;

/** One thing the run did, in order. */
export const Step = z.object({
  /** From 1. */
  seq: z.int().positive(),
  stage: Stage,
  /** `model`: an exchange with the model; `tool`: what it asked for besides queries. */
  kind: z.enum(["note", "query", "decision", "model", "tool"]),
  /** One plain sentence. */
  summary: z.string(),
  /** The whole query text, absolute times included. */
  kql: z.string().optional(),
  timespan: TimeRange.optional(),
  row_count: z.int().nonnegative().optional(),
  truncated: z.boolean().optional(),
  duration_ms: z.number(),
  evidence_id: z.string().optional(),
  /** With `model`: what the exchange took. */
  model: ModelStep.optional(),
  at: Time,
});
export type Step = z.infer<typeof Step>;

/** The rows a query returned, kept as they were. Reply of GET /api/v1/sessions/{id}/evidence/{eid}. */
export const Evidence = z
  .object({
    id: z.string(),
    /** What the query asked, e.g. "Which sign-ins failed before one succeeded?". */
    question: z.string(),
    kql: z.string(),
    started_at: Time,
    ended_at: Time,
    timespan: TimeRange,
    columns: z.array(KqlColumn),
    /** `hash`: SHA-256 over the columns and values, hex. */
    rows: z.array(z.object({ hash: z.string(), values: z.array(Json) })),
    row_count: z.int().nonnegative(),
    truncated: z.boolean(),
    statistics: z.object({ duration_ms: z.number(), partial_error: z.string().optional() }),
  })
  .meta({ id: "Evidence" });
export type Evidence = z.infer<typeof Evidence>;

/** Where a claim's proof stands: a cell, a row, or a count of rows of one piece of evidence. */
export const ClaimRef = z.object({
  evidence_id: z.string(),
  row_hash: z.string().optional(),
  column: z.string().optional(),
  value: Json.optional(),
  count: z.int().nonnegative().optional(),
});
export type ClaimRef = z.infer<typeof ClaimRef>;

export const Claim = z.object({
  id: z.string(),
  text: z.string(),
  kind: z.enum(["value", "count", "order", "absence", "membership", "difference"]),
  is_key: z.boolean(),
  /** The same finding has the same key in every run. */
  finding_key: z.string(),
  refs: z.array(ClaimRef).min(1),
  check: z.enum(["verified", "struck"]),
  /** Why it was struck, or what was compared. */
  reason: z.string(),
});
export type Claim = z.infer<typeof Claim>;

/** A part of a report that its claims do not give, and why. */
export const StruckPart = z.object({
  part: z.enum([
    "verdict",
    "condition",
    "summary",
    "claims",
    "timeline",
    "entities",
    "mitre",
    "actions",
    "not_checked",
    "not_observable",
  ]),
  text: z.string(),
  reason: z.string(),
});
export type StruckPart = z.infer<typeof StruckPart>;

export const Report = z.object({
  verdict: Verdict,
  /** 0 to 1. */
  confidence: z.number().min(0).max(1),
  /** Share of equal judgements over the same evidence; null when no model judged. */
  stability: z.number().min(0).max(1).nullable(),
  /** How many of the model's judgements agreed, e.g. 3 of 3; absent when no model judged. */
  judgements: z.object({ agree: z.int(), of: z.int() }).optional(),
  /** Unverified when a key claim was struck. */
  check: z.enum(["verified", "unverified"]),
  summary: z.array(z.object({ text: z.string(), claim_ids: z.array(z.string()) })),
  /** The answer to the condition of the question; absent when it has none that the rules can count. */
  condition: ReportCondition.optional(),
  claims: z.array(Claim),
  timeline: z.array(z.object({ at: Time, text: z.string(), claim_ids: z.array(z.string()) })),
  entities: z.array(
    z.object({ type: z.string(), value: z.string(), claim_ids: z.array(z.string()) }),
  ),
  mitre: z.array(z.object({ tactic: z.string(), technique: z.string().nullable() })),
  actions: z.array(z.object({ text: z.string(), priority: z.enum(["now", "soon", "later"]) })),
  not_checked: z.array(z.object({ question: z.string(), reason: z.string() })),
  not_observable: z.array(z.object({ question: z.string(), reason: z.string() })),
  /** What was taken out of the report besides its claims, because they do not give it. */
  struck: z.array(StruckPart).optional(),
});
export type Report = z.infer<typeof Report>;

export const SessionError = z.object({ code: z.string(), detail: z.string() });

/** What a person thinks of the verdict. */
export const Feedback = z.object({
  by: z.string(),
  at: Time,
  opinion: z.enum(["agree", "disagree"]),
  /** What the verdict should have been. */
  verdict: Verdict.optional(),
  note: z.string(),
});
export type Feedback = z.infer<typeof Feedback>;

export const ReportTo = z.object({
  parts: z.array(z.enum(["comment", "task"])),
  by: Principal.pick({ id: true, kind: true, name: true }),
});
export type ReportTo = z.infer<typeof ReportTo>;

/** One session as it is stored: document `session` of partition (tenant_id, session_id). */
export const SessionRecord = z.object({
  type: z.literal("session"),
  id: z.literal("session"),
  tenant_id: z.string(),
  session_id: z.string(),
  status: SessionStatus,
  stage: Stage,
  query: z.string(),
  persona: Persona,
  provider_id: z.string(),
  provider: z.string(),
  incident_number: z.int().nonnegative().optional(),
  incident_key: z.string().optional(),
  /** Where the run looks; fixed at the start, so that a resumed run asks the same. */
  timespan: TimeRange,
  created_by: z.string(),
  /** The API key or application that created it; absent for people. */
  app_id: z.string().optional(),
  created_at: Time,
  updated_at: Time,
  started_at: Time.nullable(),
  completed_at: Time.nullable(),
  /** Slices of work done; a message for another slice is outrun. */
  slices: z.int().nonnegative(),
  /** Steps written so far: the next one gets seq steps + 1. */
  steps: z.int().nonnegative(),
  driver: z.enum(["model", "rules"]),
  /** The model that was chosen at the start; absent when the rules work alone. */
  model_name: z.string().optional(),
  require_model: z.boolean().optional(),
  budget: SessionBudget.optional(),
  /** What the model has used up so far. */
  spent: SessionSpent.optional(),
  /** Why the model did not judge, although one was chosen: the report is the rules' own. */
  degraded: z.object({ code: z.string(), reason: z.string() }).optional(),
  report: Report.optional(),
  error: SessionError.optional(),
  queries: z.int().nonnegative(),
  /** Whether its end is told as a notification; absent means not. */
  notify: z.boolean().optional(),
  /** What of its report is written to the incident in Sentinel, and on whose behalf; absent: nothing. */
  report_to: ReportTo.optional(),
  /** The slice whose message was sent once more, because nothing came of the first. */
  asked_again: z.object({ slice: z.int().nonnegative(), at: Time }).optional(),
  /** How far back its start asked to look, as ISO 8601; absent: the usual. */
  lookback: z.string().optional(),
  /** The session whose request this one repeats. */
  rerun_of: z.string().optional(),
  /** The session that this one follows up: its incident, window and what it had found are the context. */
  parent_id: z.string().optional(),
  /** The run of a schedule that this session is. */
  schedule: z.object({ id: z.string(), run_id: z.string() }).optional(),
  pinned: z.boolean().optional(),
  /** Incident families that were asked about; known at the end. */
  families: z.array(z.string()).optional(),
  /** The newest opinion of each person. */
  feedback: z.array(Feedback).optional(),
});
export type SessionRecord = z.infer<typeof SessionRecord>;

export const SessionCost = z.object({
  model_tokens: z.int().nonnegative(),
  usd: z.number().nullable(),
  usd_kind: z.enum(["measured", "estimated", "unknown"]),
  queries: z.int().nonnegative(),
});

/** One line of GET /api/v1/sessions. */
export const SessionSummary = SessionRecord.omit({
  type: true,
  tenant_id: true,
  session_id: true,
  incident_key: true,
  slices: true,
  steps: true,
  report: true,
  queries: true,
  notify: true,
  report_to: true,
  asked_again: true,
  require_model: true,
  budget: true,
  spent: true,
})
  .extend({
    /** `ses_…`. */
    id: z.string(),
    duration_ms: z.int().nonnegative().nullable(),
    verdict: Verdict.nullable(),
    confidence: z.number().nullable(),
  })
  .meta({ id: "SessionSummary" });
export type SessionSummary = z.infer<typeof SessionSummary>;

/** Reply of GET /api/v1/sessions/{id}. */
export const SessionView = SessionSummary.extend({
  /** How many sessions of this tenant are before it in the queue; null unless queued. */
  queue_position: z.int().nonnegative().nullable(),
  /** Share of the seven stages that are done, 0 to 1. */
  progress: z.number().min(0).max(1),
  /** Those after `?after=`. */
  steps: z.array(Step),
  report: Report.nullable(),
  require_model: z.boolean(),
  /** What the model may use up; null when none was chosen. */
  budget: SessionBudget.nullable(),
  cost: SessionCost,
  /** Where the workspace's logs open in the Azure portal; absent when the provider does not say where it lies. */
  log_analytics: z
    .object({ portal: z.url(), tenant_id: z.string(), resource_id: z.string() })
    .optional(),
}).meta({ id: "Session" });
export type SessionView = z.infer<typeof SessionView>;

export const SessionPage = listOf(SessionSummary);

export const SessionQuery = PageQuery.extend({
  status: SessionStatus.optional(),
  incident_number: IncidentNumberText.optional(),
  updated_since: Time.optional(),
});
export type SessionQuery = z.infer<typeof SessionQuery>;
