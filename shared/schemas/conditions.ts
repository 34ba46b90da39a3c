/** The measurable condition of a question, such as "more than 10 failed sign-ins of ana@contoso.example", and its answer. */
import { z } from "zod";

export const COMPARISONS = ["more_than", "at_least", "fewer_than", "at_most", "exactly"] as const;

/** What a condition may be about. A list that is empty restricts nothing; lists of two kinds must both fit. */
export const CONDITION_SUBJECTS = ["users", "ips", "hosts", "files", "hashes", "domains"] as const;
export type ConditionSubject = (typeof CONDITION_SUBJECTS)[number];

export const AskedCondition = z.object({
  comparison: z.enum(COMPARISONS),
  count: z.int().nonnegative(),
  /** Id of what is counted, e.g. `signins_failed`. */
  counted: z.string(),
  subject: z.record(z.enum(CONDITION_SUBJECTS), z.array(z.string())),
});
export type AskedCondition = z.infer<typeof AskedCondition>;

export const ConditionAnswer = z.enum(["yes", "no", "unknown"]);
export type ConditionAnswer = z.infer<typeof ConditionAnswer>;

/** The part of a report that answers the condition of the question. */
export const ReportCondition = z.object({
  /** What was understood, e.g. "more than 10 failed sign-ins of ana@contoso.example". */
  asked: z.string(),
  answer: ConditionAnswer,
  /** The answer as one sentence; the first of the summary. */
  text: z.string(),
  /** The count or absence that it rests on; `null` when it cannot be told. */
  claim_id: z.string().nullable(),
});
export type ReportCondition = z.infer<typeof ReportCondition>;

/** What a run of a schedule keeps of it. */
export const RunCondition = ReportCondition.pick({ asked: true, answer: true, text: true });
export type RunCondition = z.infer<typeof RunCondition>;
