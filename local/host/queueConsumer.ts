/** Feeds one Service Bus function from a queue: peek-lock, renewal while it runs, complete or abandon at its end. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ReceivedMessage, WorkQueue } from "../../shared/ports/workQueue.ts";
import type { QueueName } from "../../shared/schemas/messages.ts";
import type { LocalClock } from "../clock.ts";
import type { LogSink, RegisteredFunction } from "./core.ts";
import type { RpcData } from "./library.ts";
import { keepLock } from "./lockRenewal.ts";

export interface ConsumerOptions {
  fn: RegisteredFunction;
  queueName: QueueName;
  queue: WorkQueue;
  clock: LocalClock;
  maxConcurrentCalls: number;
  /** A function that runs longer loses its lock. */
  maxAutoLockRenewalMs: number;
  log: LogSink;
  run: (data: RpcData, triggerMetadata: Record<string, RpcData>) => Promise<void>;
}

/** How long one receive may wait; stop takes at most this long to be noticed. */
const RECEIVE_WAIT_MS = 250;
/** Pause after the broker could not be reached. */
const RETRY_MS = 1_000;

export class QueueConsumer {
  readonly #options: ConsumerOptions;
  readonly #held = new Map<ReceivedMessage, Promise<void>>();
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #onSlot: () => void = () => {};

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  get queueName(): QueueName {
    return this.#options.queueName;
  }

  get runningCount(): number {
    return this.#held.size;
  }

  start(): void {
    this.#loop = this.#receive();
  }

  /** Takes no more messages and waits for those at work; after `graceMs` their locks are given back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#onSlot();
    // First the receive that is still waiting, or it would be handed the messages that are given back.
    await this.#loop;
    if (await isSettledWithin(Promise.all(this.#held.values()), graceMs)) return;
    await Promise.all(
      [...this.#held.keys()].map((message) => this.#settle(() => message.abandon())),
    );
  }

  async #receive(): Promise<void> {
    const { queue, queueName, maxConcurrentCalls, log, fn } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const free = maxConcurrentCalls - this.#held.size;
      if (free <= 0) {
        await new Promise<void>((resolve) => (this.#onSlot = resolve));
        continue;
      }
      try {
        const messages = await queue.receive(queueName, free, RECEIVE_WAIT_MS);
        for (const message of messages) this.#take(message);
        // Lets other work in, should the queue answer without having waited.
        if (messages.length === 0) await pause(0, signal);
      } catch (error) {
        if (!signal.aborted)
          log("error", `Receiving from ${queueName} failed: ${String(error)}`, fn.metadata.name);
        await pause(RETRY_MS, signal);
      }
    }
  }

  #take(message: ReceivedMessage): void {
    // Arrived while the host was stopping: somebody else may have it at once.
    const work = this.#stopping.signal.aborted
      ? this.#settle(() => message.abandon())
      : this.#handle(message);
    this.#held.set(message, work);
    void work.finally(() => {
      this.#held.delete(message);
      this.#onSlot();
    });
  }

  async #handle(message: ReceivedMessage): Promise<void> {
    const { clock, log, run, fn, maxAutoLockRenewalMs } = this.#options;
    const letGo = keepLock(message, clock, maxAutoLockRenewalMs, (error) =>
      log(
        "warning",
        `The lock of ${message.id} was not renewed: ${String(error)}`,
        fn.metadata.name,
      ),
    );
    // While the host stops, a lock that is held already is long enough.
    const { signal } = this.#stopping;
    signal.addEventListener("abort", letGo);
    try {
      await run({ string: JSON.stringify(message.body) }, metadataOf(message));
      await this.#settle(() => message.complete());
    } catch (error) {
      log(
        "error",
        `Message ${message.id}, delivery ${message.deliveryCount}: ${String(error)}`,
        fn.metadata.name,
      );
      await this.#settle(() => message.abandon());
    } finally {
      letGo();
      signal.removeEventListener("abort", letGo);
    }
  }

  /** A message whose lock is lost comes again by itself; workers are made for that. */
  async #settle(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#options.log(
        "warning",
        `Settling a message failed: ${String(error)}`,
        this.#options.fn.metadata.name,
      );
    }
  }
}

/** Keys as the Service Bus extension names them; the library makes their first letter small. */
function metadataOf(message: ReceivedMessage): Record<string, RpcData> {
  return {
    MessageId: { string: JSON.stringify(message.id) },
    DeliveryCount: { json: String(message.deliveryCount) },
    EnqueuedTimeUtc: { json: JSON.stringify(message.enqueuedAt.toISOString()) },
    LockedUntil: { json: JSON.stringify(message.lockedUntil.toISOString()) },
    ContentType: { json: '"application/json"' },
  };
}

/** Ends early, without a word, when the signal is given. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {});

/** False when `work` was still under way after `ms`. */
export async function isSettledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  const isSettled = await Promise.race([settled, expired]);
  clearTimeout(timer);
  return isSettled;
}
