/** The place of a reader who follows the changes of incidents. */
import { z } from "zod";

const Time = z.iso.datetime();

/** Changes that were given, by a hash of incident and version; the value is when the change was made. */
export const GivenChanges = z.record(z.string(), Time);
export type GivenChanges = z.infer<typeof GivenChanges>;

/** What the cursor of such a reader says. */
export const FeedCursor = z.strictObject({
  /** Every change before this was given. */
  at: Time,
  /** Of those from `at` on; left out where `kept` names them. */
  given: GivenChanges.optional(),
  /** Where they are kept, when there are too many for a cursor. */
  kept: z.string().optional(),
  /** While a stretch that nothing joins any more is being read: its end, and the store's own cursor in it. */
  to: Time.optional(),
  page: z.string().optional(),
  /** Bound of last_modified_at, fixed by the first page. */
  modified_since: Time.optional(),
});
export type FeedCursor = z.infer<typeof FeedCursor>;
