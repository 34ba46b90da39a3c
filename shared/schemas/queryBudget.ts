/** What the instances of the product have running in one workspace. */
import { z } from "zod";

/** Document `query-budget:<workspace>` of container control. Times are milliseconds of the machines' own clocks. */
export const QueryBudgetRecord = z.object({
  type: z.literal("query-budget"),
  id: z.string(),
  /** One for each running query; free once `until` has passed. */
  slots: z.array(z.object({ holder: z.string(), until: z.number() })),
  /** Until then only syncs may take a place: one is waiting. */
  sync_until: z.number(),
  /** How many queries began, by short spans of time, oldest first. */
  begun: z.array(z.object({ from: z.number(), count: z.int().positive() })),
});
export type QueryBudgetRecord = z.infer<typeof QueryBudgetRecord>;
