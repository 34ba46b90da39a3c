/** WorkQueue on Azure Service Bus queues. Importing this module loads the SDK. */
import type { TokenCredential } from "@azure/identity";
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceiver,
  type ServiceBusSender,
} from "@azure/service-bus";

import { AppError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import {
  MAX_MESSAGE_ID_LENGTH,
  type QueueCounts,
  type ReceivedMessage,
  type WorkQueue,
} from "../../ports/workQueue.ts";
import type { DeadLetter } from "../../schemas/deadLetters.ts";
import type { OutgoingMessage, QueueName } from "../../schemas/messages.ts";
import { encodeBody, JSON_CONTENT_TYPE } from "./body.ts";
import { HELD_MAX, isKey, settleDeadLetter, toDeadLetter } from "./deadLetters.ts";
import { translateErrors } from "./errors.ts";
import { Peeker } from "./peek.ts";
import { toReceivedMessage } from "./receivedMessage.ts";

/** Counting looks at this many messages of a queue at most: larger figures read 1000. */
export const COUNT_LIMIT = 1_000;
/** A broker needs a moment to say that a queue is empty, also when the caller does not want to wait. */
const SHORTEST_WAIT_MS = 50;
/** How long a receiver that has one message waits for more. */
const MORE_WAIT_MS = 50;
const SYSTEM_CLOCK: Clock = { now: () => new Date() };

export type ServiceBusOptions = (
  | { fullyQualifiedNamespace: string; credential: TokenCredential }
  | { connectionString: string }
) & {
  /** Stamps dead letters; the system's unless told. Locks and delays follow the broker's own time. */
  clock?: Clock;
  /** Each try of a call to the broker; 2 retries of 10 s at most unless told. */
  retry?: { maxRetries: number; retryDelayInMs: number; timeoutInMs: number };
  /** Dead letters that are held to find one of them. */
  heldMax?: number;
};

/**
 * Opens the queues of a namespace. They must exist, named as in `QueueName`, with the lock time, delivery
 * count and duplicate window of the port. Connects on first use.
 *
 * `counts` peeks instead of asking the management API, which would need more rights than Data Sender and
 * Data Receiver; each figure stops at {@link COUNT_LIMIT}.
 */
export function createServiceBusWorkQueue(options: ServiceBusOptions): WorkQueue {
  const retryOptions = options.retry ?? { maxRetries: 2, retryDelayInMs: 200, timeoutInMs: 10_000 };
  const client =
    "connectionString" in options
      ? new ServiceBusClient(options.connectionString, { retryOptions })
      : new ServiceBusClient(options.fullyQualifiedNamespace, options.credential, { retryOptions });
  return new ServiceBusWorkQueue(
    client,
    options.clock ?? SYSTEM_CLOCK,
    options.heldMax ?? HELD_MAX,
  );
}

class ServiceBusWorkQueue implements WorkQueue {
  readonly #client: ServiceBusClient;
  readonly #clock: Clock;
  readonly #heldMax: number;
  readonly #senders = new Map<QueueName, ServiceBusSender>();
  readonly #idleReceivers = new Map<QueueName, ServiceBusReceiver[]>();
  readonly #peekers = new Map<string, Peeker>();
  #isClosed = false;

  constructor(client: ServiceBusClient, clock: Clock, heldMax: number) {
    this.#client = client;
    this.#clock = clock;
    this.#heldMax = heldMax;
  }

  async send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void> {
    const outgoing = messages.map(toServiceBusMessage);
    await this.#call(async () => {
      const sender = this.#sender(queue);
      let batch = await sender.createMessageBatch();
      for (const message of outgoing) {
        if (batch.tryAddMessage(message)) continue;
        if (batch.count > 0) await sender.sendMessages(batch);
        batch = await sender.createMessageBatch();
        if (!batch.tryAddMessage(message)) {
          throw new AppError("too-large", "The message is too large for the queue.");
        }
      }
      if (batch.count > 0) await sender.sendMessages(batch);
    });
  }

  async receive(queue: QueueName, max: number, waitMs: number): Promise<ReceivedMessage[]> {
    if (max < 1) return [];
    return this.#call(async () => {
      // A receiver takes one call at a time.
      const idle = this.#idleReceivers.get(queue) ?? [];
      this.#idleReceivers.set(queue, idle);
      const receiver = idle.pop() ?? this.#createReceiver(queue);
      try {
        const take = (count: number, maxWaitTimeInMs: number) =>
          receiver.receiveMessages(count, { maxWaitTimeInMs });
        // One first: asked for several, the SDK holds the first back for up to a second.
        const messages = await take(1, Math.max(waitMs, SHORTEST_WAIT_MS));
        if (messages.length > 0 && max > 1) {
          // What is already held must not be lost with a failure to get more.
          const more = take(max - 1, MORE_WAIT_MS);
          messages.push(...(await more.catch(() => [])));
        }
        return messages.map((message) => toReceivedMessage(receiver, message, this.#clock));
      } finally {
        idle.push(receiver);
      }
    });
  }

  async deadLetters(queue: QueueName, limit: number, after?: string): Promise<DeadLetter[]> {
    if (after !== undefined && !isKey(after)) return [];
    const peeker = this.#peeker(queue, "deadLetter");
    const messages = await this.#call(() => peeker.peek(limit, after));
    return messages.map(toDeadLetter);
  }

  async deadLetter(queue: QueueName, key: string): Promise<DeadLetter | undefined> {
    if (!isKey(key)) return undefined;
    const [next] = await this.deadLetters(queue, 1, String(BigInt(key) - 1n));
    return next?.key === key ? next : undefined;
  }

  async replayDeadLetter(
    queue: QueueName,
    key: string,
    message: OutgoingMessage,
  ): Promise<boolean> {
    return this.#settleDeadLetter(queue, key, () => this.send(queue, [message]));
  }

  async dropDeadLetter(queue: QueueName, key: string): Promise<boolean> {
    return this.#settleDeadLetter(queue, key, async () => {});
  }

  async counts(queue: QueueName): Promise<QueueCounts> {
    return this.#call(async () => {
      const waiting = await this.#peeker(queue).peek(COUNT_LIMIT);
      const dead = await this.#peeker(queue, "deadLetter").peek(COUNT_LIMIT);
      const scheduled = waiting.filter((message) => message.state === "scheduled").length;
      return { active: waiting.length - scheduled, scheduled, dead: dead.length };
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await translateErrors(() => this.#client.close());
  }

  async #settleDeadLetter(
    queue: QueueName,
    key: string,
    before: () => Promise<void>,
  ): Promise<boolean> {
    return this.#call(async () => {
      const receiver = this.#createReceiver(queue, "deadLetter");
      try {
        return await settleDeadLetter(receiver, key, before, this.#heldMax);
      } finally {
        await receiver.close();
      }
    });
  }

  #sender(queue: QueueName): ServiceBusSender {
    const sender = this.#senders.get(queue) ?? this.#client.createSender(queue);
    this.#senders.set(queue, sender);
    return sender;
  }

  #createReceiver(queue: QueueName, subQueueType?: "deadLetter"): ServiceBusReceiver {
    return this.#client.createReceiver(queue, {
      receiveMode: "peekLock",
      // Whoever holds a message renews it.
      maxAutoLockRenewalDurationInMs: 0,
      skipParsingBodyAsJson: true,
      ...(subQueueType && { subQueueType }),
    });
  }

  #peeker(queue: QueueName, subQueueType?: "deadLetter"): Peeker {
    const key = `${queue}/${subQueueType ?? ""}`;
    const peeker = this.#peekers.get(key) ?? new Peeker(this.#createReceiver(queue, subQueueType));
    this.#peekers.set(key, peeker);
    return peeker;
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new AppError("queue-unavailable", "The queue is closed.");
    return translateErrors(work);
  }
}

function toServiceBusMessage({ id, body, notBefore }: OutgoingMessage): ServiceBusMessage {
  if (id.length < 1 || id.length > MAX_MESSAGE_ID_LENGTH) {
    throw new RangeError(`A message id has 1 to ${MAX_MESSAGE_ID_LENGTH} characters: ${id}`);
  }
  return {
    messageId: id,
    body: encodeBody(body),
    contentType: JSON_CONTENT_TYPE,
    ...(notBefore && { scheduledEnqueueTimeUtc: notBefore }),
  };
}
