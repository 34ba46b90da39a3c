/** What people do with a session after its start: ask on, pin, judge. */
import { z } from "zod";

import { Verdict } from "./sessions.ts";

/** Body of POST /api/v1/sessions/{id}/message. */
export const FollowUpBody = z.strictObject({ text: z.string().trim().min(1).max(4000) });
export type FollowUpBody = z.infer<typeof FollowUpBody>;

/** Body of POST /api/v1/sessions/{id}/pin. */
export const PinBody = z.strictObject({ pinned: z.boolean() });

/** Body of POST /api/v1/sessions/{id}/feedback; a later one of the same person takes its place. */
export const FeedbackBody = z.strictObject({
  opinion: z.enum(["agree", "disagree"]),
  /** What the verdict should have been. */
  verdict: Verdict.optional(),
  note: z.string().max(2000).default(""),
});
export type FeedbackBody = z.infer<typeof FeedbackBody>;
