/** Looks through a queue without locking anything, always from its beginning. */
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";

const PAGE = 100;

type SequenceNumber = NonNullable<ServiceBusReceivedMessage["sequenceNumber"]>;

export class Peeker {
  readonly #receiver: ServiceBusReceiver;
  /**
   * The SDK remembers where the last peek ended, and to start over needs a number of a class that it does
   * not export: zero is made from the first number seen. Until one was seen the SDK is at the beginning.
   */
  #beginning: SequenceNumber | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(receiver: ServiceBusReceiver) {
    this.#receiver = receiver;
  }

  /** At most `limit` messages, oldest first: active, locked and scheduled ones. */
  peek(limit: number): Promise<ServiceBusReceivedMessage[]> {
    const mine = this.#turn.then(() => this.#readPages(limit));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #readPages(limit: number): Promise<ServiceBusReceivedMessage[]> {
    const found: ServiceBusReceivedMessage[] = [];
    let from = this.#beginning;
    while (found.length < limit) {
      const page = await this.#receiver.peekMessages(
        Math.min(PAGE, limit - found.length),
        from && { fromSequenceNumber: from },
      );
      const last = page.at(-1)?.sequenceNumber;
      if (last === undefined) break;
      this.#beginning ??= last.sub(last);
      from = last.add(1);
      found.push(...page);
    }
    return found;
  }
}
