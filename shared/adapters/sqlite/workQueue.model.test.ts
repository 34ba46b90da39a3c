/** Random operations on the SQLite queue give what a plain list of messages would give. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { AppError } from "../../domain/errors.ts";
import {
  DUPLICATE_WINDOW_MS,
  LOCK_MS,
  MAX_DELIVERIES,
  type ReceivedMessage,
} from "../../ports/workQueue.ts";
import { openDatabase } from "./database.ts";
import { createSqliteWorkQueue } from "./workQueue.ts";

interface Modelled {
  order: number;
  id: string;
  readyAt: number;
  deliveries: number;
  lockedUntil?: number;
  isDead: boolean;
}

const VERBS = ["complete", "abandon", "deadLetter", "renew"] as const;

/** What the port promises, in the plainest form. */
class Model {
  now = Date.parse("2026-03-01T00:00:00Z");
  messages: Modelled[] = [];
  #sentAt = new Map<string, number>();
  #sent = 0;

  send(id: string, delayMs: number): void {
    const sentAt = this.#sentAt.get(id);
    if (sentAt !== undefined && sentAt > this.now - DUPLICATE_WINDOW_MS) return;
    this.#sentAt.set(id, this.now);
    this.#sent += 1;
    const message = { order: this.#sent, id, readyAt: this.now + delayMs };
    this.messages.push({ ...message, deliveries: 0, isDead: false });
  }

  receive(max: number): Modelled[] {
    this.expire();
    const available = this.messages.filter(
      (m) => !m.isDead && m.lockedUntil === undefined && m.readyAt <= this.now,
    );
    const taken = available.slice(0, max);
    for (const message of taken) {
      message.deliveries += 1;
      message.lockedUntil = this.now + LOCK_MS;
    }
    return taken;
  }

  /** False when that delivery no longer holds the message. */
  settle(verb: (typeof VERBS)[number], order: number, delivery: number): boolean {
    this.expire();
    const message = this.messages.find((m) => m.order === order);
    if (message?.lockedUntil === undefined || message.deliveries !== delivery) return false;
    if (verb === "renew") {
      message.lockedUntil = this.now + LOCK_MS;
      return true;
    }
    delete message.lockedUntil;
    if (verb === "complete") this.messages = this.messages.filter((m) => m !== message);
    if (verb === "deadLetter") message.isDead = true;
    if (verb === "abandon") message.isDead = message.deliveries >= MAX_DELIVERIES;
    return true;
  }

  expire(): void {
    for (const message of this.messages) {
      if (message.lockedUntil === undefined || message.lockedUntil > this.now) continue;
      delete message.lockedUntil;
      message.isDead = message.deliveries >= MAX_DELIVERIES;
    }
  }

  counts() {
    this.expire();
    const dead = this.messages.filter((m) => m.isDead).length;
    const scheduled = this.messages.filter((m) => !m.isDead && m.readyAt > this.now).length;
    return { active: this.messages.length - dead - scheduled, scheduled, dead };
  }
}

const ids = fc.constantFrom("a", "b", "c", "d", "e");
const operations = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("send" as const),
      id: ids,
      delayMs: fc.constantFrom(0, 0, 1, 60_000, LOCK_MS),
    }),
    fc.record({ kind: fc.constant("receive" as const), max: fc.integer({ min: 0, max: 3 }) }),
    fc.record({
      kind: fc.constant("settle" as const),
      verb: fc.constantFrom("abandon", "abandon", "abandon", ...VERBS),
      which: fc.nat({ max: 20 }),
    }),
    fc.record({
      kind: fc.constant("advance" as const),
      ms: fc.constantFrom(1, 60_000, LOCK_MS - 1, LOCK_MS, DUPLICATE_WINDOW_MS),
    }),
  ),
  { minLength: 10, maxLength: 80, size: "max" },
);

type Step = typeof operations extends fc.Arbitrary<(infer One)[]> ? One : never;

/** One queue and its model, and what was received from both. */
class Pair {
  readonly model = new Model();
  readonly #database = openDatabase(":memory:");
  readonly #queue = createSqliteWorkQueue(this.#database, { now: () => new Date(this.model.now) });
  readonly #held: { message: ReceivedMessage; order: number }[] = [];

  /** What the queue did and what it should have done. */
  async apply(step: Step): Promise<{ actual: unknown; expected: unknown }> {
    switch (step.kind) {
      case "advance":
        this.model.now += step.ms;
        break;
      case "send": {
        this.model.send(step.id, step.delayMs);
        const notBefore = new Date(this.model.now + step.delayMs);
        await this.#queue.send("audit", [{ id: step.id, body: step.id, notBefore }]);
        break;
      }
      case "receive": {
        const expected = this.model.receive(step.max).map((m) => ({ ...m }));
        const received = await this.#queue.receive("audit", step.max, 0);
        for (const [i, message] of received.entries()) {
          this.#held.push({ message, order: expected[i]?.order ?? Number.NaN });
        }
        return {
          actual: received.map((m) => ({ id: m.id, deliveries: m.deliveryCount })),
          expected: expected.map((m) => ({ id: m.id, deliveries: m.deliveries })),
        };
      }
      case "settle":
        return this.#settle(step.verb, step.which);
    }
    return { actual: await this.#queue.counts("audit"), expected: this.model.counts() };
  }

  async #settle(verb: (typeof VERBS)[number], which: number) {
    const one = this.#held.at(-1 - (which % Math.max(this.#held.length, 1)));
    if (one === undefined) return { actual: undefined, expected: undefined };
    const isHeld = this.model.settle(verb, one.order, one.message.deliveryCount);
    const actual = await one.message[verb]("reason", "description").then(
      () => "done",
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
    return { actual, expected: isHeld ? "done" : "lock-lost" };
  }

  async deadIds(): Promise<{ actual: string[]; expected: string[] }> {
    const letters = await this.#queue.deadLetters("audit", 1_000);
    this.model.expire();
    const dead = this.model.messages.filter((m) => m.isDead);
    return {
      actual: letters.map((letter) => letter.id).toSorted(),
      expected: dead.map((m) => m.id).toSorted(),
    };
  }

  async close(): Promise<void> {
    await this.#queue.close();
    this.#database.close();
  }
}

// Rare orders of events (a repeat of a delayed id, a renewal after a redelivery) lose or double messages unseen.
test("any order of operations does what the plain model does", async () => {
  const seen = { done: 0, "lock-lost": 0, dead: 0 };
  await fc.assert(
    fc.asyncProperty(operations, async (steps) => {
      const pair = new Pair();
      for (const step of steps) {
        const { actual, expected } = await pair.apply(step);
        expect(actual).toEqual(expected);
        if (actual === "done" || actual === "lock-lost") seen[actual] += 1;
      }
      const { actual, expected } = await pair.deadIds();
      expect(actual).toEqual(expected);
      seen.dead += actual.length;
      await pair.close();
    }),
    { numRuns: 150 },
  );
  // The runs must have been about something.
  expect(Math.min(seen.done, seen["lock-lost"], seen.dead)).toBeGreaterThan(20);
});
