/** What an incident shows of the last change that was written back to Sentinel. */
import { z } from "zod";

const Time = z.iso.datetime();

/** What a write-back can set, add or do. */
export const WritebackPart = z.enum([
  "status",
  "classification",
  "classification_reason",
  "severity",
  "owner",
  "tags",
  "comment",
  "task",
]);
export type WritebackPart = z.infer<typeof WritebackPart>;

/**
 * - `written`: Sentinel has it; Log Analytics, which the syncs read, does not show it yet. The incident already shows
 *   what was written, and no older row turns it back.
 * - `unconfirmed`: it may have been written, and is looked up and finished by itself.
 * - `failed`: what `open` names was refused, and why; the other parts were written.
 */
export const WritebackState = z.enum(["written", "unconfirmed", "failed"]);

export const WritebackMark = z.object({
  id: z.string(),
  state: WritebackState,
  at: Time,
  /** Who asked for it. */
  by: z.string(),
  /** All that was asked for. */
  parts: z.array(WritebackPart),
  /** Those that are not known to be in Sentinel. */
  open: z.array(WritebackPart),
  /** Why something is open, in words for people. */
  detail: z.string().nullable(),
  /** Sentinel's time of the change: a row of this time or later ends the waiting. Null while nothing was written. */
  modified_at: Time.nullable(),
});
export type WritebackMark = z.infer<typeof WritebackMark>;
