/** What one slice of a model's work leaves for the next. */
import { z } from "zod";

import { SessionSpent } from "../schemas/sessionBudgets.ts";
import { Claim, Verdict } from "../schemas/sessions.ts";

/** Numbers are plain here, and bounds are the code's: strict schemas of endpoints know no more than types. */
const Ref = z.strictObject({
  evidence_id: z.string().describe("e.g. ev_s03"),
  row: z.number().nullable().describe("number of the row as shown, from 1; null for a count"),
  column: z.string().nullable(),
  value: z
    .union([z.string(), z.number(), z.boolean()])
    .nullable()
    .describe("what the cell holds, or its handle; null: whatever it holds"),
  count: z.number().nullable().describe("how many rows; for a difference: whole minutes"),
});

/** What a model hands in when it has finished looking. */
export const Proposal = z.strictObject({
  verdict: Verdict,
  confidence: z.number(),
  claims: z.array(
    z.strictObject({
      text: z
        .string()
        .describe(
          "One sentence. It shows each value of its refs, written as shown or as {1}, {2}.",
        ),
      kind: Claim.shape.kind,
      is_key: z.boolean(),
      refs: z.array(Ref),
    }),
  ),
  summary: z.array(
    z.strictObject({
      text: z.string(),
      claim_ids: z
        .array(z.string())
        .describe("m1, m2 for your claims in their order; clm_… for the rules'"),
    }),
  ),
  entities: z.array(
    z.strictObject({
      type: z.enum(["account", "ip", "host", "file", "file_hash", "url", "domain", "process"]),
      claim_id: z.string(),
      ref: z.number().describe("which ref of the claim holds it, from 1"),
    }),
  ),
  mitre: z.array(
    z.strictObject({
      tactic: z.string(),
      technique: z.string().nullable().describe("e.g. T1110.003"),
      claim_id: z.string(),
    }),
  ),
  not_checked: z.array(z.strictObject({ question: z.string(), reason: z.string() })),
});
export type Proposal = z.infer<typeof Proposal>;

/** One judgement over the frozen evidence. */
export const Judged = z.strictObject({
  verdict: Verdict,
  confidence: z.number(),
  claim_ids: z.array(z.string()).describe("claims that the verdict rests on"),
});
export type Judged = z.infer<typeof Judged>;

export const ModelState = z.object({
  /** `judging` has its question frozen; `finished` is about to freeze it. */
  phase: z.enum(["looking", "finished", "judging", "done"]),
  started_at: z.iso.datetime(),
  /** Exchanges so far; the next one is turn + 1. */
  turn: z.int(),
  /** Answers that could not be used. */
  invalid: z.int(),
  /** Queries that the parser or the policy refused. */
  refused: z.int(),
  queries: z.int(),
  rows: z.int(),
  spent: SessionSpent,
  /** Previews of fenced values are left out, because a filter minded them. */
  withheld: z.boolean(),
  /** Whether anything that an attacker may have chosen was part of a request. */
  tainted: z.boolean(),
  tools_in_words: z.boolean(),
  /** The question and the incident as the model was told at the start: judgements are asked with the same words. */
  asked: z.string().optional(),
  /** Where the conversation lies in the blob store; null before it began. */
  transcript: z.string().nullable(),
  proposal: Proposal.nullable(),
  judgements: z.array(Judged),
  /** For an answer without rows: the evidence that shows whether its tables had any. */
  proofs: z.record(z.string(), z.array(z.string())),
  /** Why the model did not judge. */
  degraded: z.object({ code: z.string(), reason: z.string() }).nullable(),
});
export type ModelState = z.infer<typeof ModelState>;

export const newModelState = (at: Date): ModelState => ({
  phase: "looking",
  started_at: at.toISOString(),
  turn: 0,
  invalid: 0,
  refused: 0,
  queries: 0,
  rows: 0,
  spent: { exchanges: 0, input_tokens: 0, output_tokens: 0, usd: 0, usd_kind: "measured" },
  withheld: false,
  tainted: false,
  tools_in_words: false,
  transcript: null,
  proposal: null,
  judgements: [],
  proofs: {},
  degraded: null,
});

/** The model is out: the rules' report stands, and says why. */
export const degraded = (state: ModelState, code: string, reason: string): ModelState => ({
  ...state,
  phase: "done",
  degraded: { code, reason },
});
