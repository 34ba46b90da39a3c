/** Wakes receivers of this process as soon as there may be something for them. */
import type { QueueName } from "../../schemas/messages.ts";

export class Bells {
  readonly #waiting = new Map<QueueName, Set<() => void>>();

  /** Resolves at the next ring of the queue, or after `ms` of real time. */
  wait(queue: QueueName, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(queue) ?? new Set();
      this.#waiting.set(queue, waiting);
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      waiting.add(wake);
    });
  }

  ring(queue: QueueName): void {
    for (const wake of this.#waiting.get(queue) ?? []) wake();
  }

  ringAll(): void {
    for (const queue of this.#waiting.keys()) this.ring(queue);
  }
}
