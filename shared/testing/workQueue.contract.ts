/** What every WorkQueue adapter must do: each sentence of the port, run over the adapter's real wire. */
import { describe, expect, test } from "vitest";

import { LOCK_MS, MAX_DELIVERIES, type WorkQueue } from "../ports/workQueue.ts";
import type { Json } from "../schemas/json.ts";
import { describeDeadLetters } from "./workQueueDead.contract.ts";
import {
  QUIET_MS,
  SOON_MS,
  useBench,
  type BenchSteps,
  type WorkQueueBench,
} from "./workQueueBench.ts";
import { describeTime } from "./workQueueTime.contract.ts";

/** Set `canAdvance` to false for a broker whose time nobody can move: its time-bound tests are skipped. */
export function workQueueContract(
  adapter: string,
  open: () => Promise<WorkQueueBench>,
  { canAdvance } = { canAdvance: true },
): void {
  describe(`WorkQueue contract: ${adapter}`, () => {
    const steps = useBench(open);
    describeDelivery(steps, canAdvance);
    describeSettlement(steps);
    describeDeadLetters(steps);
    describeDuplicates(steps);
    describeTime(steps, canAdvance);
  });
}

function describeDelivery(steps: BenchSteps, canAdvance: boolean): void {
  const { queue, otherConnection, now, sendOne, quiet, receiveOne } = steps;

  describe("delivery", () => {
    test("a message arrives once with its id, body and times", async () => {
      const before = now();
      await sendOne("m-1", { tenant_id: "contoso", slice: 0 });
      const message = await receiveOne();
      expect(message).toMatchObject({
        id: "m-1",
        body: { tenant_id: "contoso", slice: 0 },
        deliveryCount: 1,
      });
      const skewMs = canAdvance ? 0 : 60_000;
      expect(message.enqueuedAt.getTime()).toBeGreaterThanOrEqual(before - skewMs);
      expect(message.lockedUntil.getTime()).toBeGreaterThanOrEqual(before + LOCK_MS - skewMs);
      expect(message.lockedUntil.getTime()).toBeLessThanOrEqual(now() + LOCK_MS + skewMs);
      expect(await quiet()).toEqual([]);
      await message.complete();
    });

    // A body that changes on the wire corrupts audit records and breaks deduplication by content.
    test.each<Json>([
      null,
      false,
      0,
      -1.5,
      9_007_199_254_740_991,
      "",
      '"quoted" \\ \u0000 \n',
      "Ünïcode 漢字 🛡️ \u202e\ufeff\u2028",
      "123",
      [],
      {},
      [1, [null, { deep: ["ß"] }]],
      { "ключ 🔑": { "": "empty key" } },
      "x".repeat(150_000),
    ])("body %# comes back equal", async (body) => {
      await sendOne("m-1", body);
      const message = await receiveOne();
      expect(message.body).toEqual(body);
      await message.complete();
    });

    test("send of many at once delivers each exactly once", async () => {
      const ids = Array.from({ length: 250 }, (_, i) => `m-${i}`);
      await queue().send(
        "audit",
        ids.map((id) => ({ id, body: { padding: "p".repeat(2_000) } })),
      );
      const seen: string[] = [];
      while (seen.length < ids.length) {
        const messages = await queue().receive("audit", 100, SOON_MS);
        if (messages.length === 0) break;
        seen.push(...messages.map((message) => message.id));
        await Promise.all(messages.map((message) => message.complete()));
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    test("sending nothing is accepted", async () => {
      await queue().send("audit", []);
      expect(await quiet()).toEqual([]);
    });

    test("receive gives at most max", async () => {
      await queue().send(
        "audit",
        ["a", "b", "c"].map((id) => ({ id, body: id })),
      );
      const two = await queue().receive("audit", 2, SOON_MS);
      expect(two.length).toBeLessThanOrEqual(2);
      expect(two.length).toBeGreaterThanOrEqual(1);
      expect(await queue().receive("audit", 0, 0)).toEqual([]);
      await Promise.all(two.map((message) => message.complete()));
      const rest = await queue().receive("audit", 10, SOON_MS);
      await Promise.all(rest.map((message) => message.complete()));
    });

    test("queues do not see each other's messages or ids", async () => {
      await queue().send("notifications", [{ id: "same", body: "n" }]);
      await sendOne("same", "a");
      const message = await receiveOne();
      expect(message.body).toBe("a");
      await message.complete();
      const [other] = await queue().receive("notifications", 1, SOON_MS);
      expect(other?.body).toBe("n");
      await other?.complete();
    });

    // Without it every hand-off costs a poll interval.
    test("a waiting receiver gets what is sent while it waits", async () => {
      const waiting = queue().receive("audit", 1, 20_000);
      const startedAt = performance.now();
      await sendOne("m-1", 1);
      const [message] = await waiting;
      expect(message?.id).toBe("m-1");
      expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
      await message?.complete();
    });

    // Two workers on one message would investigate twice and notify twice.
    test("competing receivers never hold one message at once", async () => {
      const ids = Array.from({ length: 40 }, (_, i) => `m-${i}`);
      await queue().send(
        "audit",
        ids.map((id) => ({ id, body: id })),
      );
      const seen: string[] = [];
      const drain = async (receiver: WorkQueue): Promise<void> => {
        for (;;) {
          const messages = await receiver.receive("audit", 3, QUIET_MS * 2);
          if (messages.length === 0) return;
          seen.push(...messages.map((message) => message.id));
          await Promise.all(messages.map((message) => message.complete()));
        }
      };
      await Promise.all([drain(queue()), drain(otherConnection()), drain(queue())]);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    test.each(["", "x".repeat(129)])("an id of unusable length is refused: %#", async (id) => {
      await expect(sendOne(id)).rejects.toThrow(RangeError);
      expect(await quiet()).toEqual([]);
    });

    test("an id may have 128 characters", async () => {
      const id = "ü".repeat(128);
      await sendOne(id);
      const message = await receiveOne();
      expect(message.id).toBe(id);
      await message.complete();
    });
  });
}

function describeSettlement(steps: BenchSteps): void {
  const { queue, otherConnection, now, advance, sendOne, quiet, receiveOne } = steps;

  describe("settlement", () => {
    test("a completed message is gone for good", async () => {
      await sendOne("m-1");
      await (await receiveOne()).complete();
      advance(LOCK_MS + 1);
      expect(await quiet()).toEqual([]);
      expect(await queue().counts("audit")).toMatchObject({ active: 0, scheduled: 0 });
    });

    test("an abandoned message is available at once, to any receiver", async () => {
      await sendOne("m-1", "again");
      await (await receiveOne()).abandon();
      const [message] = await otherConnection().receive("audit", 1, SOON_MS);
      expect(message).toMatchObject({ id: "m-1", body: "again", deliveryCount: 2 });
      await message?.complete();
    });

    // A poison message that comes back for ever would block a worker for ever.
    test("the tenth abandoned delivery goes to the dead letters", async () => {
      await sendOne("m-1", { poison: true });
      for (let delivery = 1; delivery <= MAX_DELIVERIES; delivery += 1) {
        const message = await receiveOne();
        expect(message.deliveryCount).toBe(delivery);
        await message.abandon();
      }
      expect(await quiet()).toEqual([]);
      const dead = await queue().deadLetters("audit", 10);
      expect(dead).toMatchObject([
        { id: "m-1", body: { poison: true }, reason: "MaxDeliveryCountExceeded" },
      ]);
      expect(dead[0]?.deliveryCount).toBe(MAX_DELIVERIES);
      expect(dead[0]?.description).not.toBe("");
    });

    test("deadLetter keeps body, reason, description, deliveries and time", async () => {
      await sendOne("m-1", { q: "✓" });
      await (await receiveOne()).abandon();
      const before = now();
      await (await receiveOne()).deadLetter("invalid-body", "Feld »slice« fehlt");
      expect(await quiet()).toEqual([]);
      const [dead] = await queue().deadLetters("audit", 1);
      expect(dead).toMatchObject({
        id: "m-1",
        body: { q: "✓" },
        reason: "invalid-body",
        description: "Feld »slice« fehlt",
        deliveryCount: 2,
      });
      expect(Math.abs((dead?.deadAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
    });

    test("deadLetters gives at most limit and can be read again", async () => {
      await queue().send(
        "audit",
        ["a", "b", "c"].map((id) => ({ id, body: id })),
      );
      for (let i = 0; i < 3; i += 1) await (await receiveOne()).deadLetter("r", "d");
      expect(await queue().deadLetters("audit", 2)).toHaveLength(2);
      const all = await queue().deadLetters("audit", 100);
      expect(all.map((letter) => letter.id).toSorted()).toEqual(["a", "b", "c"]);
      expect(await queue().deadLetters("notifications", 100)).toEqual([]);
    });

    test.each(["complete", "abandon", "deadLetter", "renew"] as const)(
      "%s after the message was settled throws lock-lost",
      async (verb) => {
        await sendOne("m-1");
        const message = await receiveOne();
        await message.complete();
        await expect(message[verb]("reason", "description")).rejects.toMatchObject({
          name: "AppError",
          code: "lock-lost",
        });
      },
    );
  });
}

function describeDuplicates(steps: BenchSteps): void {
  const { queue, otherConnection, now, sendOne, quiet, receiveOne } = steps;

  describe("duplicates", () => {
    // The outbox sends again after a crash: the repeat must not become second work, nor an error.
    test("a repeated id is dropped silently, even after the first was completed", async () => {
      await sendOne("m-1", "first");
      await sendOne("m-1", "repeat");
      await queue().send("audit", [
        { id: "m-1", body: "repeat" },
        { id: "m-2", body: "new" },
        { id: "m-2", body: "repeat in one send" },
      ]);
      const bodies: string[] = [];
      for (let i = 0; i < 2; i += 1) {
        const message = await receiveOne();
        bodies.push(JSON.stringify(message.body));
        await message.complete();
      }
      expect(bodies.toSorted()).toEqual(['"first"', '"new"']);
      await otherConnection().send("audit", [{ id: "m-1", body: "repeat" }]);
      expect(await quiet()).toEqual([]);
    });

    test("a delay that lies in the past is none", async () => {
      const notBefore = new Date(now() - 60_000);
      await queue().send("audit", [{ id: "m-1", body: 1, notBefore }]);
      const message = await receiveOne();
      expect(message.id).toBe("m-1");
      await message.complete();
    });
  });

  describe("counts", () => {
    test("say what is active (locked included), scheduled and dead", async () => {
      const notBefore = new Date(now() + 3_600_000);
      await queue().send(
        "audit",
        ["a", "b", "c"].map((id) => ({ id, body: id })),
      );
      await queue().send("audit", [{ id: "later", body: 0, notBefore }]);
      await (await receiveOne()).deadLetter("r", "d");
      const held = await receiveOne();
      expect(await queue().counts("audit")).toEqual({ active: 2, scheduled: 1, dead: 1 });
      expect(await queue().counts("notifications")).toEqual({ active: 0, scheduled: 0, dead: 0 });
      await held.complete();
    });
  });
}
