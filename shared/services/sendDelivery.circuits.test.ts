/** Deliveries to a receiver that hangs or fails: what they cost the others, and that none is lost. */
import { beforeEach, expect, test, vi } from "vitest";

import { createCircuits } from "../adapters/circuits/circuits.ts";
import type { Sent } from "../domain/attempts.ts";
import { DeliveryMessage } from "../schemas/messages.ts";
import {
  aWebhook,
  deliverDue,
  deliveryLog,
  notifiableDeps,
  tell,
} from "../testing/notifications.ts";
import { attempted } from "../testing/scriptedChannels.ts";
import { sendDelivery } from "./sendDelivery.ts";

let deps: ReturnType<typeof notifiableDeps>;
beforeEach(() => {
  deps = notifiableDeps();
});

const log = () => deliveryLog(deps);

const asked = async () => {
  throw new Error("The store was asked.");
};

async function deliverOne(): Promise<void> {
  const [message] = await deps.queue.receive("deliveries", 1, 0);
  await sendDelivery(deps, DeliveryMessage.parse(message?.body));
  await message?.complete();
}

// Loading and writing for messages that cannot go out would take from receivers that are well.
test("for a receiver that hung nothing is read, written or tried until its rest is over", async () => {
  await aWebhook(deps);
  deps.channels.answer = () => attempted({ outcome: "timeout", status_code: null });
  await tell(deps, { number: 1 });
  await tell(deps, { number: 2 });
  const { documents } = deps;
  await deliverOne();
  deps.documents = { ...documents, batch: asked, read: asked, query: asked };
  expect(await deliverDue(deps)).toBe(1);
  deps.documents = documents;
  deps.clock.advance(29_999);
  await deliverDue(deps);
  expect(deps.channels.sent).toHaveLength(1);
  deps.channels.answer = () => attempted();
  deps.clock.advance(1_000);
  await deliverDue(deps);
  const outcomes = (await log()).map(({ status, attempt_count }) => `${status} ${attempt_count}`);
  expect(outcomes.toSorted()).toEqual(["delivered 1", "delivered 2"]);
});

test("an event for a receiver that is left alone waits from the start", async () => {
  await aWebhook(deps);
  deps.channels.answer = () => attempted({ outcome: "timeout", status_code: null });
  await tell(deps, { number: 1 });
  await deliverDue(deps);
  await tell(deps, { number: 2 });
  expect(await deps.queue.receive("deliveries", 1, 0)).toEqual([]);
  const next = (await log()).map(({ next_attempt_at }) => next_attempt_at ?? "").toSorted();
  expect(Date.parse(next.at(-1) ?? "") - deps.clock.now().getTime()).toBeGreaterThan(30_000);
});

test("what is put off longer than the next pause costs a try, so that no delivery waits for ever", async () => {
  await aWebhook(deps);
  await tell(deps);
  deps.circuits.enter = () => ({ againMs: 60_000, isAnswering: false });
  for (let minute = 0; minute < 5; minute += 1) {
    await deliverDue(deps);
    expect((await log())[0]).toMatchObject({ status: "pending", attempt_count: 0 });
    deps.clock.advance(60_000);
  }
  await deliverDue(deps);
  const [delivery] = await log();
  expect(delivery).toMatchObject({ status: "pending", attempt_count: 1 });
  expect(delivery?.attempts[0]?.detail).toContain("Not sent");
  expect(deps.channels.sent).toEqual([]);
});

// Four workers of an instance: each that waited 15 s for a receiver would be missing for the others.
test("no worker waits for a call that hangs; its outcome is recorded when it comes", async () => {
  deps.circuits = createCircuits({ clock: deps.clock, patienceMs: 1 });
  await aWebhook(deps);
  await tell(deps);
  const answers: ((sent: Sent) => void)[] = [];
  deps.channels.answer = () => new Promise((resolve) => answers.push(resolve));
  expect(await deliverDue(deps)).toBe(1);
  expect((await log())[0]).toMatchObject({ status: "pending", attempt_count: 0 });
  answers[0]?.(attempted());
  await vi.waitUntil(async () => (await log())[0]?.status === "delivered");
  deps.clock.advance(20_000);
  await deliverDue(deps);
  expect(deps.channels.sent).toHaveLength(1);
});

// The process may end with the call: what nobody recorded is made again, under the same id.
test("a call that nobody lived to record is made again", async () => {
  deps.circuits = createCircuits({ clock: deps.clock, patienceMs: 1 });
  await aWebhook(deps);
  await tell(deps);
  deps.channels.answer = () => new Promise(() => {});
  await deliverDue(deps);
  const next = { ...deps, circuits: createCircuits({ clock: deps.clock }) };
  deps.channels.answer = () => attempted();
  deps.clock.advance(19_999);
  expect(await deliverDue(next)).toBe(0);
  deps.clock.advance(1);
  await deliverDue(next);
  expect((await log())[0]).toMatchObject({ status: "delivered", attempt_count: 1 });
  expect(new Set(deps.channels.sent.map(({ outgoing }) => outgoing.id)).size).toBe(1);
});

// Others that wait before it are no failure of it, and must not use up what a failure may need.
test("a long line before a receiver that takes its time costs no delivery a try, and ends in time", async () => {
  const events = 150;
  deps.circuits = createCircuits({ clock: deps.clock, patienceMs: 1 });
  await aWebhook(deps);
  const began = deps.clock.now().getTime();
  const elapsed = () => deps.clock.now().getTime() - began;
  let calls: { endsAt: number; answer: (sent: Sent) => void }[] = [];
  // Four to six seconds, as receivers are: places in the line are then never exactly right.
  deps.channels.answer = ({ outgoing }) =>
    new Promise((answer) => {
      const tookMs = 4_000 + (Number.parseInt(outgoing.id.slice(-4), 36) % 20) * 100;
      calls.push({ endsAt: elapsed() + tookMs, answer });
    });
  for (let number = 1; number <= events; number += 1) await tell(deps, { number });
  for (let sent = 0; sent < events || calls.length > 0; sent = deps.channels.sent.length) {
    expect(elapsed()).toBeLessThan((events / 2) * 5_000 * 1.5);
    await deliverDue(deps);
    deps.clock.advance(1_000);
    for (const { answer } of calls.filter(({ endsAt }) => endsAt <= elapsed())) answer(attempted());
    calls = calls.filter(({ endsAt }) => endsAt > elapsed());
    // The loose calls are recorded before the clock goes on.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(deps.channels.sent).toHaveLength(events);
  const where = { field: "attempt_count", op: "range", from: 2 } as const;
  expect(await deps.documents.count("notifications", { where: [where] })).toBe(0);
});
