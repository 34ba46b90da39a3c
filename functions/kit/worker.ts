/** A queue worker: data plus a short body. */
import type { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import type { QueueName } from "../../shared/schemas/messages.ts";
import { retryLater } from "./retry.ts";

export interface Worker<Message extends z.ZodType = z.ZodType> {
  name: string;
  queue: QueueName;
  message: Message;
  /** Throw to have it tried again later; return to have it removed. Runs at least once: it may run twice. */
  handle(deps: Deps, message: z.output<Message>): Promise<void>;
}

export interface AnyWorker {
  name: string;
  queue: QueueName;
  /**
   * Handles one message; a failure is tried again after a pause.
   * @throws what failed, when the tries are used up, or when the message does not fit its schema and never will:
   * the host then gives it back until the broker makes it a dead letter.
   */
  deliver(deps: Deps, body: unknown): Promise<void>;
}

export const worker = <Message extends z.ZodType>(declared: Worker<Message>): AnyWorker => ({
  name: declared.name,
  queue: declared.queue,
  async deliver(deps, body) {
    const message = declared.message.parse(body);
    try {
      await declared.handle(deps, message);
    } catch (error) {
      const failure = error instanceof AppError ? error.code : "unexpected";
      const isLater = await retryLater(deps, declared.queue, body, failure);
      if (!isLater) throw error;
      deps.log.warn("work.retried-later", { function: declared.name, error });
    }
  },
});
