/** Dead letters: messages that no worker could finish, for administrators to replay or to drop. */
import { z } from "zod";

import type { Json } from "./json.ts";
import { QueueName } from "./messages.ts";
import { listOf, PageQuery } from "./page.ts";

/** A message that its broker gave up. */
export interface DeadLetter {
  /** Names the letter in its queue for as long as it is there: two letters may have one message id. Opaque. */
  key: string;
  id: string;
  body: Json;
  reason: string;
  description: string;
  deliveryCount: number;
  deadAt: Date;
}

export const DeadLetterView = z
  .object({
    /** Names the letter in its queue; opaque. */
    id: z.string(),
    queue: QueueName,
    message_id: z.string(),
    /** The broker's word. */
    reason: z.string(),
    /** What it was about, what failed last, and what a replay does. */
    explanation: z.string(),
    /** Error code of the last failure; `null` when it is not known. */
    last_failure: z.string().nullable(),
    delivery_count: z.int(),
    dead_at: z.iso.datetime(),
    /** Ids of what the message is about, by field: never the content. */
    subject: z.record(z.string(), z.string()),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetterView = z.infer<typeof DeadLetterView>;

/** Oldest first. A page may be short, or empty, while `next_cursor` leads on: how many there are is not counted. */
export const DeadLetterList = listOf(DeadLetterView);

export const DeadLetterQuery = PageQuery.extend({ queue: QueueName.optional() });
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>;
