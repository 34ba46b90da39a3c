/** A story: what happened in the company, what the logs hold of it, and what is true about it. */
import { z } from "zod";

import type { Company } from "../company.ts";
import type { Random } from "../random.ts";
import type { Entity } from "../rows/entityDocument.ts";
import type { Product } from "../rows/incidentRows.ts";
import type { LogRow } from "../rows/row.ts";

export const Truth = z.enum(["true_positive", "benign_positive", "false_positive"]);
export type Truth = z.infer<typeof Truth>;

export interface StoryContext {
  readonly company: Company;
  readonly random: Random;
  readonly truth: Truth;
  /** When the last thing happened, in milliseconds; no row of the story is later. */
  readonly endsAt: number;
}

export interface StoryAlert {
  readonly name: string;
  readonly product: Product;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly entities: readonly Entity[];
  readonly compromised: string;
}

export interface Story {
  /** The same for all truths of a family: it tells what raised the alarm, not what it was. */
  readonly title: string;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly alerts: readonly StoryAlert[];
  readonly rows: readonly LogRow[];
  /** Those of the rows that decide the case. */
  readonly evidence: readonly LogRow[];
  /** What a good report names. */
  readonly entities: readonly { type: string; value: string }[];
}

/** One kind of case; what its logs hold depends on the truth. */
export interface StoryFamily {
  readonly name: string;
  readonly title: string;
  tell(context: StoryContext): Story;
}

export const MINUTE = 60_000;

/** When the first thing of a story happened: drawn alike for every truth, so that its length says nothing. */
export const startOf = ({ random, endsAt }: Pick<StoryContext, "random" | "endsAt">): number =>
  endsAt - random.int(80, 150) * MINUTE;
