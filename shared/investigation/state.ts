/** What one slice leaves for the next: a run continues from here after a crash. */
import { z } from "zod";

import { AskedCondition } from "../schemas/conditions.ts";
import { ModelState } from "./modelState.ts";
import { FAMILIES, PARAMETERS } from "./question.ts";

const Gap = z.object({
  question: z.string(),
  reason: z.string(),
  decides: z.boolean(),
  /** There was nothing to ask about: nothing was missed. */
  is_moot: z.boolean().optional(),
});
export type Gap = z.infer<typeof Gap>;

/** A state that was stored before a parameter came up knows no value of it. */
const Known = z.record(z.enum(PARAMETERS), z.array(z.string()).default([]));
export type Known = z.infer<typeof Known>;

export const InvestigationState = z.object({
  families: z.array(z.enum(FAMILIES)),
  /** Values known so far, by the parameter they feed. */
  known: Known,
  /** What the alerts named at the start, for the report; long lists and values are cut. */
  named: z.object({
    entities: z.array(
      z.object({
        type: z.string(),
        value: z.string(),
        /** Other names of the same thing, so that a claim about one of them is a claim about it. */
        aliases: z.array(z.string()).optional(),
      }),
    ),
    tactics: z.array(z.string()),
    techniques: z.array(z.string()),
  }),
  /** `base` to `start` is what is usual, `start` to `end` is under suspicion. */
  window: z.object({ base: z.string(), start: z.string(), end: z.string() }),
  /** What the person's own question asks to be counted; absent when nothing that the rules can count. */
  condition: AskedCondition.optional(),
  /** Ids of questions still to ask, in order; after `count:` those whose answer is there and whose tables are to be counted. */
  pending: z.array(z.string()),
  /** How often the workspace failed to answer a question. */
  failures: z.record(z.string(), z.int()),
  /** How many questions in a row the workspace failed to answer. */
  unanswered: z.int(),
  answered: z.int(),
  /** Seconds the run has waited so far because the workspace asked it to. */
  waited_seconds: z.number().optional(),
  /** Which tables have been counted, by evidence id. */
  counted: z.array(z.string()),
  not_checked: z.array(Gap),
  not_observable: z.array(Gap),
  /** Values that were known at the start: a replay begins with them. */
  begun: Known.optional(),
  /** Tables of the questions that the workspace does not have. */
  missing: z.array(z.string()).optional(),
  /** The last failure of the workspace: why the session failed when nothing could be asked. */
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  /** Absent until a model begins, and where the rules work alone. */
  model: ModelState.optional(),
});
export type InvestigationState = z.infer<typeof InvestigationState>;
