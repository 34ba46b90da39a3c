/** How well investigations do, in figures that say how much they rest on. */
import { z } from "zod";

import { Persona, SessionStatus, Verdict } from "./sessions.ts";

const Time = z.iso.datetime();

/** What the figures need of a session that is over: document `outcome` of its partition, written in the batch of its end. */
export const SessionOutcome = z.object({
  id: z.literal("outcome"),
  type: z.literal("outcome"),
  tenant_id: z.string(),
  session_id: z.string(),
  status: SessionStatus,
  driver: z.enum(["model", "rules"]),
  persona: Persona,
  families: z.array(z.string()),
  incident_key: z.string().nullable(),
  /** Null when there is no report. */
  verdict: Verdict.nullable(),
  created_at: Time,
  /** When it was written last; absent in those of earlier versions. */
  updated_at: Time.optional(),
  started_at: Time.nullable(),
  completed_at: Time.nullable(),
  /** The newest opinion of each person. */
  opinions: z.array(z.enum(["agree", "disagree"])),
  /** Null when no model was asked. */
  cost: z
    .object({ usd: z.number().nullable(), usd_kind: z.enum(["measured", "estimated", "unknown"]) })
    .nullable(),
});
export type SessionOutcome = z.infer<typeof SessionOutcome>;

/** A share with its 95 % Wilson interval. `not_measured` is no zero: nothing was there to count. */
export const Share = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("measured"),
    value: z.number(),
    count: z.int(),
    of: z.int(),
    low: z.number(),
    high: z.number(),
  }),
  z.object({ state: z.literal("not_measured"), of: z.literal(0) }),
]);
export type Share = z.infer<typeof Share>;

/** A length of time: its median and its ninth decile. */
export const Span = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("measured"),
    median_ms: z.number(),
    /** Nine of ten took no longer. */
    p90_ms: z.number(),
    of: z.int(),
  }),
  z.object({ state: z.literal("not_measured"), of: z.literal(0) }),
]);
export type Span = z.infer<typeof Span>;

export const Scorecard = z.object({
  sessions: z.int(),
  /** Verdicts that equal the classification the incident was closed with; open verdicts are left out. */
  agreement: Share,
  /** Of the incidents closed as true positives, those whose verdict says so. */
  recall_true_positive: Share,
  /** Verdicts that were left open. */
  abstention: Share,
  /** Of people's opinions those that agree. */
  feedback_agreement: Share,
  time_to_verdict: Span,
});
export type Scorecard = z.infer<typeof Scorecard>;

/** Reply of GET /api/v1/metrics. */
export const Metrics = z
  .object({
    /** Everything since then is counted: later than was asked for when there was more than is counted at once. */
    from: Time,
    to: Time,
    truncated: z.boolean(),
    counted: z.object({ sessions: z.int(), incidents: z.int() }),
    all: Scorecard,
    by_family: z.record(z.string(), Scorecard),
    by_driver: z.record(z.string(), Scorecard),
    by_persona: z.record(z.string(), Scorecard),
    incidents: z.object({
      arrived: z.int(),
      closed: z.int(),
      /** Incidents with a finished investigation. */
      coverage: Share,
      /** From Sentinel's creation until somebody took it up, in Sentinel or here; where that was seen. */
      time_to_acknowledge: Span,
      /** From Sentinel's creation to the close. */
      time_to_resolve: Span,
    }),
    /** What models cost. */
    cost: z.object({
      /** Null when nothing is known; without what is unknown. */
      usd: z.number().nullable(),
      /** Sessions whose cost is measured, estimated or unknown; none asked no model. */
      measured: z.int(),
      estimated: z.int(),
      unknown: z.int(),
      none: z.int(),
    }),
  })
  .meta({ id: "Metrics" });
export type Metrics = z.infer<typeof Metrics>;

export const MetricsQuery = z.strictObject({ timespan: z.iso.duration().default("P30D") });
