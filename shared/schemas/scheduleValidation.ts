/** Whether a question is specific enough to be asked again and again, and what asking it would mean. */
import { z } from "zod";

import { TimeRange } from "./kql.ts";
import { UserQuery } from "./schedules.ts";
import { Persona, SessionCost } from "./sessions.ts";

/** Body of POST /api/v1/schedules/validate. */
export const ValidateScheduleBody = z.strictObject({
  query: UserQuery,
  persona: Persona.default("soc_analyst"),
  /** `sentinel` (the default provider), a `sip_` id or a provider's name. */
  provider: z.string().min(1).max(200).default("sentinel"),
  /** While somebody types: the questions are compiled and their tables counted, none is run, and no model is asked. */
  quick: z.boolean().default(false),
});
export type ValidateScheduleBody = z.infer<typeof ValidateScheduleBody>;

export const SpecificityPart = z.object({
  name: z.enum(["entities", "time_scope", "condition", "persona_fit"]),
  /** 0 to 1. */
  score: z.number().min(0).max(1),
  /** The words of the question that count. */
  found: z.array(z.string()),
});
export type SpecificityPart = z.infer<typeof SpecificityPart>;

export const ValidationIssue = z.object({
  code: z.enum([
    "missing-entities",
    "vague-entities",
    "missing-time-scope",
    "implied-time-scope",
    "missing-condition",
    "vague-condition",
    "unanswerable-condition",
    "persona-mismatch",
    "no-questions",
    "question-refused",
    "unknown-incident",
    "empty-table",
    "missing-table",
    "costly",
    "slow-question",
    "provider-unreachable",
    "no-provider",
  ]),
  /** An `error` makes the question invalid; a `warning` is worth a look. */
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  /** The question rewritten, or what to do. */
  suggestion: z.string(),
});
export type ValidationIssue = z.infer<typeof ValidationIssue>;

/** What a question gave when it was run now for the count of its rows. */
export const QuestionRun = z.object({
  /** `refused`: by the workspace. `failed`: the workspace does not answer. `not_run`: see `reason`. */
  state: z.enum(["answered", "refused", "failed", "timed_out", "not_run"]),
  rows: z.int().nonnegative().nullable(),
  duration_ms: z.number().nonnegative().nullable(),
  /** Tables it reads that had no rows in the window, or are not there: no rows of it prove nothing. */
  empty_tables: z.array(z.string()),
  reason: z.string().nullable(),
});
export type QuestionRun = z.infer<typeof QuestionRun>;

/** One question that the rules would ask the workspace. */
export const PlannedQuestion = z.object({
  question: z.string(),
  tables: z.array(z.string()),
  /** As it would run now, values and times included. */
  kql: z.string(),
  /** Whether it is asked in any case; otherwise only when earlier answers name what it needs. */
  is_certain: z.boolean(),
  /** Whether the provider's schema and policy take it. */
  compiles: z.boolean(),
  /** Why not. */
  problem: z.string().optional(),
  /** `null` when nothing was run. */
  dry_run: QuestionRun.nullable(),
});
export type PlannedQuestion = z.infer<typeof PlannedQuestion>;

/** A table that the plan reads, counted over the window of a run that began now. */
export const TableCount = z.object({
  table: z.string(),
  state: z.enum(["rows", "empty", "missing", "unknown"]),
  rows: z.int().nonnegative().nullable(),
});
export type TableCount = z.infer<typeof TableCount>;

export const DryRun = z.object({
  window: TimeRange,
  tables: z.array(TableCount),
  /** Queries that a run makes at most, row counts for proof of absence not included. */
  queries: z.int().nonnegative(),
  /** Rows that they look through, as far as it is known; `null` when no table could be counted. */
  rows: z.int().nonnegative().nullable(),
  duration_ms: z.number().nonnegative(),
});
export type DryRun = z.infer<typeof DryRun>;

/** The question as a model would write it; the rules have judged it like a person's. */
export const ModelRewrite = z.object({
  query: z.string(),
  /** By the same rules as the question's own. */
  score: z.number().min(0).max(1),
  model: z.string(),
  cost: SessionCost.pick({ model_tokens: true, usd: true, usd_kind: true }),
});
export type ModelRewrite = z.infer<typeof ModelRewrite>;

/** Reply of POST /api/v1/schedules/validate. */
export const ValidateScheduleReply = z.object({
  valid: z.boolean(),
  /** 0 to 1: how specific the question is. */
  score: z.number().min(0).max(1),
  parts: z.array(SpecificityPart),
  issues: z.array(ValidationIssue),
  /** The question with an example of each missing piece; the same when none is missing. */
  rewritten: z.string(),
  /** `null` without a model, when nothing is missing, or when the model gave nothing better. */
  /** What each run will answer with yes or no; `null` when no report will. */
  condition: z.string().nullable(),
  model_rewrite: ModelRewrite.nullable(),
  plan: z.array(PlannedQuestion),
  /** `null` without a provider to ask. */
  dry_run: DryRun.nullable(),
});
export type ValidateScheduleReply = z.infer<typeof ValidateScheduleReply>;
