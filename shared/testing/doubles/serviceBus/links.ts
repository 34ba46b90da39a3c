/** Attaches the client's links to queues: who sends where, who receives from where, and the pump that delivers. */
import type { Connection, Container, EventContext, Sender } from "rhea";

import { writeMessage } from "./amqpMessages.ts";
import type { BrokerQueue } from "./brokerQueue.ts";

/** Where a link leads: the token exchange, a queue's management, or a queue. */
export type Node =
  | { kind: "cbs" }
  | { kind: "management"; queue: BrokerQueue }
  | { kind: "queue"; queue: BrokerQueue };

export class Links {
  readonly #find: (address: string) => BrokerQueue | undefined;
  readonly #now: () => number;
  readonly #nodes = new WeakMap<object, Node>();
  /** Links that carry replies of request-response nodes, by the client's address for them. */
  readonly #replies = new WeakMap<Connection, Map<string, Sender>>();
  readonly #pumps = new Map<Sender, () => void>();

  constructor(
    container: Container,
    find: (address: string) => BrokerQueue | undefined,
    now: () => number,
  ) {
    this.#find = find;
    this.#now = now;
    container.on("receiver_open", (context: EventContext) => this.#openForSending(context));
    container.on("sender_open", (context: EventContext) => this.#openForReceiving(context));
    container.on("sendable", ({ sender }: EventContext) => sender && this.#pumps.get(sender)?.());
    container.on("sender_draining", ({ sender }: EventContext) => {
      const node = this.nodeOf(sender);
      if (sender === undefined) return;
      if (node?.kind === "queue") this.#deliver(sender, node.queue);
      sender.set_drained(true);
    });
    container.on("sender_close", ({ sender }: EventContext) => this.#stop(sender));
    container.on("disconnected", ({ connection }: EventContext) => {
      for (const sender of this.#pumps.keys()) {
        if (sender.connection === connection) this.#stop(sender);
      }
    });
  }

  nodeOf(link: object | undefined): Node | undefined {
    return link === undefined ? undefined : this.#nodes.get(link);
  }

  replyLink(connection: Connection, replyTo: string): Sender | undefined {
    return this.#replies.get(connection)?.get(replyTo);
  }

  #resolve(address: string): Node | undefined {
    if (address === "$cbs") return { kind: "cbs" };
    const isManagement = address.endsWith("/$management");
    const queue = this.#find(isManagement ? address.slice(0, -"/$management".length) : address);
    return queue && { kind: isManagement ? "management" : "queue", queue };
  }

  #openForSending({ receiver }: EventContext): void {
    if (receiver === undefined) return;
    const address = receiver.target.address;
    receiver.set_target({ address });
    const node = this.#resolve(address);
    if (node === undefined) {
      receiver.close(entityNotFound(address));
      return;
    }
    this.#nodes.set(receiver, node);
    receiver.add_credit(1_000);
  }

  #openForReceiving({ sender }: EventContext): void {
    if (sender === undefined) return;
    const { address } = sender.source;
    sender.set_source(sender.source);
    const node = this.#resolve(address);
    if (node === undefined) {
      sender.close(entityNotFound(address));
      return;
    }
    if (node.kind !== "queue") {
      const replyTo = sender.target?.address;
      if (replyTo !== undefined) sender.set_target({ address: replyTo });
      const replies = this.#replies.get(sender.connection) ?? new Map<string, Sender>();
      this.#replies.set(sender.connection, replies.set(replyTo ?? sender.name, sender));
      return;
    }
    this.#nodes.set(sender, node);
    const { queue } = node;
    let isScheduled = false;
    // Later and once: by then what went out before has been taken off the credit.
    const pump = (): void => {
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        this.#deliver(sender, queue);
      });
    };
    queue.listeners.add(pump);
    this.#pumps.set(sender, pump);
  }

  /** Sends locked messages while the receiver has credit. */
  #deliver(sender: Sender, queue: BrokerQueue): void {
    if (!sender.is_open() || !this.#pumps.has(sender)) return;
    // The library's typings leave the credit out.
    for (let credit = Number(Reflect.get(sender, "credit")); credit > 0; credit -= 1) {
      const entry = queue.lockNext();
      if (entry === undefined) return;
      sender.send(writeMessage(entry, this.#now()), entry.lock.token);
    }
  }

  #stop(sender: Sender | undefined): void {
    const node = this.nodeOf(sender);
    if (sender === undefined || node?.kind !== "queue") return;
    const pump = this.#pumps.get(sender);
    if (pump !== undefined) node.queue.listeners.delete(pump);
    this.#pumps.delete(sender);
  }
}

const entityNotFound = (address: string) => ({
  condition: "amqp:not-found",
  description: `The messaging entity '${address}' could not be found.`,
});
