/** Looks through a queue without locking anything, from its beginning or behind one of its messages. */
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

  /** At most `limit` messages, oldest first: active, locked and scheduled ones. @param after a sequence number: only those behind it. */
  peek(limit: number, after?: string): Promise<ServiceBusReceivedMessage[]> {
    const mine = this.#turn.then(() => this.#readPages(limit, after));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #readPages(limit: number, after?: string): Promise<ServiceBusReceivedMessage[]> {
    if (after !== undefined && !(await this.#knowsBeginning())) return [];
    const found: ServiceBusReceivedMessage[] = [];
    let from = after === undefined ? this.#beginning : this.#beginning?.add(after).add(1);
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

  /** False when the queue has nothing to learn it from. */
  async #knowsBeginning(): Promise<boolean> {
    if (this.#beginning === undefined) await this.#readPages(1);
    return this.#beginning !== undefined;
  }
}
