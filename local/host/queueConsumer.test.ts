import { afterEach, expect, test } from "vitest";

import {
  LOCK_MS,
  MAX_DELIVERIES,
  type ReceivedMessage,
  type WorkQueue,
} from "../../shared/ports/workQueue.ts";
import { LocalClock } from "../clock.ts";
import { QueueConsumer } from "./queueConsumer.ts";

/** One queue in memory, with the port's rules for abandon and dead letters; says what was done to each message. */
class FakeQueue implements WorkQueue {
  readonly done: string[] = [];
  readonly dead: string[] = [];
  readonly askedFor: number[] = [];
  readonly #ready: { id: string; deliveryCount: number }[] = [];
  #onMessage: () => void = () => {};

  put(...ids: string[]): void {
    this.#ready.push(...ids.map((id) => ({ id, deliveryCount: 0 })));
    this.#onMessage();
  }

  async send(): Promise<void> {}

  async receive(_queue: string, max: number, waitMs: number): Promise<ReceivedMessage[]> {
    this.askedFor.push(max);
    if (this.#ready.length === 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#onMessage = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    return this.#ready.splice(0, max).map((entry) => this.#lock(entry));
  }

  #lock(entry: { id: string; deliveryCount: number }): ReceivedMessage {
    const deliveryCount = entry.deliveryCount + 1;
    const act = (what: string) => async (): Promise<void> => {
      this.done.push(`${what} ${entry.id}`);
    };
    return {
      id: entry.id,
      body: { id: entry.id },
      deliveryCount,
      enqueuedAt: new Date(0),
      lockedUntil: new Date(LOCK_MS),
      complete: act("complete"),
      renew: act("renew"),
      deadLetter: act("deadLetter"),
      abandon: async () => {
        this.done.push(`abandon ${entry.id}`);
        if (deliveryCount >= MAX_DELIVERIES) this.dead.push(entry.id);
        else this.#ready.push({ id: entry.id, deliveryCount });
        this.#onMessage();
      },
    };
  }

  async replayDeadLetter(): Promise<boolean> {
    return false;
  }

  async dropDeadLetter(): Promise<boolean> {
    return false;
  }

  async deadLetters(): Promise<[]> {
    return [];
  }

  async deadLetter(): Promise<undefined> {}

  async counts(): Promise<{ active: number; scheduled: number; dead: number }> {
    return { active: this.#ready.length, scheduled: 0, dead: this.dead.length };
  }

  async close(): Promise<void> {}
}

function gateOf(): { promise: Promise<void>; resolve: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    resolvers.push(resolve);
  });
  return { promise, resolve: () => resolvers[0]?.() };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function consume(
  run: (body: unknown, deliveries: unknown) => Promise<void>,
  maxAutoLockRenewalMs = 3_600_000,
) {
  const queue = new FakeQueue();
  const clock = new LocalClock({ start: new Date(0), wallClock: () => 0 });
  const consumer = new QueueConsumer({
    fn: {
      metadata: { name: "worker", bindings: {} },
      callback: () => {},
      triggerName: "message",
      trigger: { type: "serviceBusTrigger", direction: "in" },
    },
    queueName: "investigations",
    queue,
    clock,
    maxConcurrentCalls: 3,
    maxAutoLockRenewalMs,
    log: () => {},
    run: (data, metadata) =>
      run(JSON.parse(data.string ?? ""), Number(metadata["DeliveryCount"]?.json)),
  });
  consumer.start();
  stops.push(() => consumer.stop(0));
  return { queue, clock, consumer };
}

// A message that is neither completed nor dead would be worked on for ever.
test("a function that throws abandons its message until the tenth delivery makes it a dead letter", async () => {
  const deliveries: unknown[] = [];
  const { queue } = consume(async (_body, count) => {
    deliveries.push(count);
    throw new Error("bad message");
  });
  queue.put("m1");
  await expect.poll(() => queue.dead).toEqual(["m1"]);
  expect(deliveries).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("a function that returns completes its message, which it was given with its body", async () => {
  const bodies: unknown[] = [];
  const { queue } = consume(async (body) => void bodies.push(body));
  queue.put("m1", "m2");
  await expect.poll(() => queue.done).toEqual(["complete m1", "complete m2"]);
  expect(bodies).toEqual([{ id: "m1" }, { id: "m2" }]);
});

// Without renewal a slow slice would be handed to a second worker while the first still writes.
test("the lock is renewed at half time while the function runs, and not afterwards", async () => {
  const gate = gateOf();
  const { queue, clock } = consume(() => gate.promise);
  queue.put("slow");
  await expect.poll(() => queue.askedFor.length).toBeGreaterThan(1);
  clock.advance(LOCK_MS / 2 - 1);
  expect(queue.done).toEqual([]);
  clock.advance(1);
  clock.advance(LOCK_MS / 2);
  expect(queue.done).toEqual(["renew slow", "renew slow"]);
  gate.resolve();
  await expect.poll(() => queue.done.at(-1)).toBe("complete slow");
  clock.advance(LOCK_MS);
  expect(queue.done).toHaveLength(3);
});

test("renewal ends at the limit of host.json", async () => {
  const gate = gateOf();
  const { queue, clock } = consume(() => gate.promise, LOCK_MS);
  queue.put("endless");
  await expect.poll(() => queue.askedFor.length).toBeGreaterThan(1);
  for (let count = 0; count < 6; count++) clock.advance(LOCK_MS / 2);
  expect(queue.done).toEqual(["renew endless"]);
  gate.resolve();
});

// More at once than host.json allows would overrun the model's and Sentinel's rate limits.
test("no more functions run at once than host.json allows", async () => {
  const gate = gateOf();
  let running = 0;
  let most = 0;
  const { queue } = consume(async () => {
    most = Math.max(most, ++running);
    await gate.promise;
    running--;
  });
  queue.put("a", "b", "c", "d", "e");
  await expect.poll(() => running).toBe(3);
  gate.resolve();
  await expect.poll(() => queue.done.length).toBe(5);
  expect(most).toBe(3);
  expect(Math.max(...queue.askedFor)).toBe(3);
});

// A lock that is kept after the end would hide the message for five minutes.
test("stop gives back the lock of a function that does not end", async () => {
  const { queue, consumer } = consume(() => new Promise(() => {}));
  queue.put("stuck");
  await expect.poll(() => consumer.runningCount).toBe(1);
  await consumer.stop(0);
  expect(queue.done).toEqual(["abandon stuck"]);
});
