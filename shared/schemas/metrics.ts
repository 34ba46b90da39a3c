/** How well investigations do, in figures that say how much they rest on. */
import { z } from "zod";

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

/** A median length of time. */
export const Span = z.discriminatedUnion("state", [
  z.object({ state: z.literal("measured"), median_ms: z.number(), of: z.int() }),
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
  /** Opinions of people that agree. */
  feedback_agreement: Share,
  time_to_verdict: Span,
});
export type Scorecard = z.infer<typeof Scorecard>;

/** Reply of GET /api/v1/metrics. */
export const Metrics = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    /** Whether there was more than is counted: only the newest are. */
    truncated: z.boolean(),
    all: Scorecard,
    by_family: z.record(z.string(), Scorecard),
    by_driver: z.record(z.string(), Scorecard),
    by_persona: z.record(z.string(), Scorecard),
    incidents: z.object({
      arrived: z.int(),
      closed: z.int(),
      /** Incidents with a finished investigation. */
      coverage: Share,
      time_to_acknowledge: Span,
      time_to_resolve: Span,
    }),
  })
  .meta({ id: "Metrics" });
export type Metrics = z.infer<typeof Metrics>;

export const MetricsQuery = z.strictObject({ timespan: z.iso.duration().default("P30D") });
