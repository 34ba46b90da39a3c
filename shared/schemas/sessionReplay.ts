/** A session run again from its recording, and what came out differently. */
import { z } from "zod";

import { ModelName } from "./models.ts";
import { Report, SessionCost, Verdict } from "./sessions.ts";

/** Body of POST /api/v1/sessions/{id}/replay. */
export const ReplayBody = z.strictObject({
  /** Another model, asked anew about the recorded evidence; left out, the recorded answers are used. */
  model: ModelName.optional(),
});
export type ReplayBody = z.infer<typeof ReplayBody>;

const both = <T extends z.ZodType>(of: T) => z.object({ recorded: of, replayed: of });

const ClaimText = z.object({
  id: z.string(),
  text: z.string(),
  check: z.enum(["verified", "struck"]),
});

/** Reply of POST /api/v1/sessions/{id}/replay. Nothing of the session is changed. */
export const SessionReplay = z
  .object({
    session_id: z.string(),
    /** Verdict, confidence, check and claims are the same. */
    is_same: z.boolean(),
    model: both(z.string().nullable()),
    verdict: both(Verdict.nullable()),
    confidence: both(z.number().nullable()),
    check: both(z.enum(["verified", "unverified"]).nullable()),
    judgements: both(z.object({ agree: z.int(), of: z.int() }).nullable()),
    claims: z.object({
      same: z.int().nonnegative(),
      /** The same finding, told or checked otherwise. */
      changed: z.array(both(ClaimText).extend({ finding_key: z.string() })),
      gone: z.array(ClaimText),
      new: z.array(ClaimText),
    }),
    cost: both(SessionCost),
    /** `missing`: queries and prompts that the recording has no answer to. */
    queries: z.object({ recorded: z.int(), missing: z.int() }),
    exchanges: z.object({ recorded: z.int(), missing: z.int() }),
    /** Why no model judged the replay, although one was to. */
    degraded: z.object({ code: z.string(), reason: z.string() }).nullable(),
    report: Report,
  })
  .meta({ id: "SessionReplay" });
export type SessionReplay = z.infer<typeof SessionReplay>;
