/** A queue worker: data plus a short body. */
import type { z } from "zod";

import type { Deps } from "../../shared/ports/deps.ts";
import type { QueueName } from "../../shared/schemas/messages.ts";

export interface Worker<Message extends z.ZodType = z.ZodType> {
  name: string;
  queue: QueueName;
  message: Message;
  /** Throw to have the message redelivered; return to have it removed. Runs at least once: it may run twice. */
  handle(deps: Deps, message: z.output<Message>): Promise<void>;
}

export interface AnyWorker {
  name: string;
  queue: QueueName;
  /** A message that does not fit its schema never will: it throws until the broker dead-letters it. */
  deliver(deps: Deps, body: unknown): Promise<void>;
}

export const worker = <Message extends z.ZodType>(declared: Worker<Message>): AnyWorker => ({
  name: declared.name,
  queue: declared.queue,
  deliver: async (deps, body) => declared.handle(deps, declared.message.parse(body)),
});
