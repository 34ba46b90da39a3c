/** A message that waits in the store, in the partition of the change that caused it. */
import { z } from "zod";

import { Json, JsonObject } from "./json.ts";
import { QueueName } from "./messages.ts";

export const OutboxRecord = z
  .object({
    id: z.string(),
    type: z.literal("outbox"),
    queue: QueueName,
    message_id: z.string(),
    body: JsonObject,
    /** The broker keeps the message until then; absent: it may be handed out at once. */
    not_before: z.iso.datetime().optional(),
    created_at: z.iso.datetime(),
  })
  /** The partition key fields of its container. */
  .catchall(Json);
export type OutboxRecord = z.infer<typeof OutboxRecord>;
