/** What a session's model may use up, and what it has used up. */
import { z } from "zod";

export const SessionBudget = z.strictObject({
  /** Exchanges that look for evidence; the judgements at the end come on top. */
  turns: z.int().min(1).max(50),
  /** From the model's first exchange to its last, waiting in the queue included. */
  seconds: z.int().min(1).max(3600),
  /** Input and output together. */
  tokens: z.int().min(1_000).max(5_000_000),
  /** US dollars; holds only where the model's prices are known. */
  usd: z.number().min(0).max(100),
  /** The model's own, besides those of the rules. */
  queries: z.int().min(0).max(100),
  /** That the model's own queries may bring. */
  rows: z.int().min(0).max(50_000),
});
export type SessionBudget = z.infer<typeof SessionBudget>;

/** `measured`: the endpoint counted and prices are set. `estimated`: we counted. `unknown`: no prices are set. */
export const CostKind = z.enum(["measured", "estimated", "unknown"]);
export type CostKind = z.infer<typeof CostKind>;

export const SessionSpent = z.object({
  exchanges: z.int().nonnegative(),
  input_tokens: z.int().nonnegative(),
  output_tokens: z.int().nonnegative(),
  /** Null when it is not known: never a false zero. */
  usd: z.number().nullable(),
  usd_kind: CostKind,
});
export type SessionSpent = z.infer<typeof SessionSpent>;

/** One exchange, as its step shows it. */
export const ModelStep = z.object({
  name: z.string(),
  turn: z.int().positive(),
  input_tokens: z.int().nonnegative(),
  output_tokens: z.int().nonnegative(),
  /** How many tokens the request could have had. */
  context_tokens: z.int().nonnegative(),
  usd: z.number().nullable(),
  usd_kind: CostKind,
  prompt_hash: z.string(),
});
export type ModelStep = z.infer<typeof ModelStep>;
