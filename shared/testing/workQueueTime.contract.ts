/** The part of the WorkQueue contract that needs the broker's time to move: locks, delays, the duplicate window. */
import { describe, expect, test } from "vitest";

import { DUPLICATE_WINDOW_MS, LOCK_MS, MAX_DELIVERIES } from "../ports/workQueue.ts";
import type { BenchSteps } from "./workQueueBench.ts";

export function describeTime(steps: BenchSteps, canAdvance: boolean): void {
  const { queue, now, advance, sendOne, quiet, receiveOne } = steps;

  describe.skipIf(!canAdvance)("locks", () => {
    test("a message whose lock ended is delivered again", async () => {
      await sendOne("m-1", 7);
      await receiveOne();
      advance(LOCK_MS - 1);
      expect(await quiet()).toEqual([]);
      advance(2);
      expect(await receiveOne()).toMatchObject({ id: "m-1", body: 7, deliveryCount: 2 });
    });

    // A worker that was paused must not undo or finish what another one now does.
    test.each(["complete", "abandon", "deadLetter", "renew"] as const)(
      "%s after the lock ended throws lock-lost and changes nothing",
      async (verb) => {
        await sendOne("m-1");
        const late = await receiveOne();
        advance(LOCK_MS + 1);
        const holder = await receiveOne();
        await expect(late[verb]("reason", "description")).rejects.toMatchObject({
          name: "AppError",
          code: "lock-lost",
        });
        expect(await quiet()).toEqual([]);
        await holder.complete();
        expect(await queue().deadLetters("audit", 1)).toEqual([]);
      },
    );

    test("settling after the lock ended throws although nobody took the message", async () => {
      await sendOne("m-1");
      const message = await receiveOne();
      advance(LOCK_MS + 1);
      await expect(message.complete()).rejects.toMatchObject({ code: "lock-lost" });
      expect((await receiveOne()).deliveryCount).toBe(2);
    });

    test("renew extends the lock by the lock time from now", async () => {
      await sendOne("m-1");
      const message = await receiveOne();
      for (let i = 0; i < 3; i += 1) {
        advance(LOCK_MS - 1_000);
        await message.renew();
        const leftMs = message.lockedUntil.getTime() - now();
        expect(Math.abs(leftMs - LOCK_MS)).toBeLessThan(1_000);
      }
      expect(await quiet()).toEqual([]);
      await message.complete();
      advance(LOCK_MS + 1);
      expect(await quiet()).toEqual([]);
    });

    test("the tenth delivery that runs out of time goes to the dead letters", async () => {
      await sendOne("m-1");
      for (let delivery = 1; delivery <= MAX_DELIVERIES; delivery += 1) {
        expect((await receiveOne()).deliveryCount).toBe(delivery);
        advance(LOCK_MS + 1);
      }
      expect(await quiet()).toEqual([]);
      expect(await queue().deadLetters("audit", 10)).toMatchObject([
        { id: "m-1", reason: "MaxDeliveryCountExceeded", deliveryCount: MAX_DELIVERIES },
      ]);
    });
  });

  describe.skipIf(!canAdvance)("duplicates and delays over time", () => {
    test("an id can be used again after the duplicate window", async () => {
      await sendOne("m-1", "first");
      await (await receiveOne()).complete();
      advance(DUPLICATE_WINDOW_MS - 1);
      await sendOne("m-1", "inside");
      expect(await quiet()).toEqual([]);
      advance(2);
      await sendOne("m-1", "outside");
      expect(await receiveOne()).toMatchObject({ body: "outside", deliveryCount: 1 });
    });

    test("a delayed message is not handed out before its time", async () => {
      const notBefore = new Date(now() + 60_000);
      await queue().send("audit", [{ id: "later", body: 1, notBefore }]);
      expect(await quiet()).toEqual([]);
      expect(await queue().counts("audit")).toEqual({ active: 0, scheduled: 1, dead: 0 });
      advance(59_000);
      expect(await quiet()).toEqual([]);
      advance(1_001);
      expect(await queue().counts("audit")).toEqual({ active: 1, scheduled: 0, dead: 0 });
      const message = await receiveOne();
      expect(message).toMatchObject({ id: "later", body: 1, deliveryCount: 1 });
      expect(message.enqueuedAt.getTime()).toBeGreaterThanOrEqual(notBefore.getTime());
      await message.complete();
    });

    test("a repeated id of a delayed message is dropped as well", async () => {
      const notBefore = new Date(now() + 60_000);
      await queue().send("audit", [{ id: "m-1", body: "delayed", notBefore }]);
      await sendOne("m-1", "now");
      expect(await quiet()).toEqual([]);
      advance(60_001);
      expect(await receiveOne()).toMatchObject({ body: "delayed" });
    });
  });
}
