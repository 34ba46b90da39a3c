/** What goes wrong between the SDK and the broker: cut connections, refusals, absent queues, a broker that is away. */
import { afterEach, beforeEach, expect, test } from "vitest";

import type { WorkQueue } from "../../ports/workQueue.ts";
import { startServiceBusPeer, type ServiceBusPeer } from "../../testing/doubles/serviceBus/peer.ts";
import { createServiceBusWorkQueue } from "./workQueue.ts";

const SETTINGS = { lockMs: 300_000, maxDeliveries: 10, duplicateWindowMs: 600_000 };
const RETRY = { maxRetries: 2, retryDelayInMs: 20, timeoutInMs: 1_000 };
const UNAVAILABLE = { name: "AppError", code: "queue-unavailable" };

let peer: ServiceBusPeer;
let queue: WorkQueue;
beforeEach(async () => {
  peer = await startServiceBusPeer(["audit"], SETTINGS);
  queue = createServiceBusWorkQueue({ connectionString: peer.connectionString, retry: RETRY });
});
afterEach(async () => {
  await queue.close();
  await peer.close();
});

const sendOne = (id: string) => queue.send("audit", [{ id, body: id }]);

test("after a cut connection sending and receiving go on", async () => {
  await sendOne("before");
  peer.dropConnections();
  await sendOne("after");
  const seen: string[] = [];
  while (seen.length < 2) {
    const [message] = await queue.receive("audit", 1, 5_000);
    if (message === undefined) break;
    seen.push(message.id);
    await message.complete();
  }
  expect(seen).toEqual(["before", "after"]);
  expect(await queue.counts("audit")).toEqual({ active: 0, scheduled: 0, dead: 0 });
});

// The lock outlives the connection: work that took minutes must not be done again for a short outage.
test("a message that was received before the cut can be renewed and completed after it", async () => {
  await sendOne("m-1");
  const [message] = await queue.receive("audit", 1, 5_000);
  peer.dropConnections();
  await message?.renew();
  await message?.complete();
  expect(message?.id).toBe("m-1");
  expect(await queue.counts("audit")).toEqual({ active: 0, scheduled: 0, dead: 0 });
});

test("settling over a new connection still knows that the lock ended", async () => {
  await sendOne("m-1");
  const [message] = await queue.receive("audit", 1, 5_000);
  peer.dropConnections();
  peer.advance(SETTINGS.lockMs + 1);
  await expect(message?.complete()).rejects.toMatchObject({ code: "lock-lost" });
  const [again] = await queue.receive("audit", 1, 5_000);
  expect(again).toMatchObject({ id: "m-1", deliveryCount: 2 });
});

test("a broker that is away is queue-unavailable for every call", async () => {
  await peer.close();
  await expect(sendOne("m-1")).rejects.toMatchObject(UNAVAILABLE);
  await expect(queue.receive("audit", 1, 0)).rejects.toMatchObject(UNAVAILABLE);
  await expect(queue.counts("audit")).rejects.toMatchObject(UNAVAILABLE);
  await expect(queue.deadLetters("audit", 1)).rejects.toMatchObject(UNAVAILABLE);
});

test("a refused token is queue-unavailable, and works again once it is accepted", async () => {
  peer.refuseTokens(true);
  await expect(sendOne("m-1")).rejects.toMatchObject(UNAVAILABLE);
  peer.refuseTokens(false);
  await sendOne("m-1");
  expect(await queue.counts("audit")).toMatchObject({ active: 1 });
});

test("a queue that does not exist is queue-unavailable", async () => {
  await expect(queue.send("investigations", [{ id: "m-1", body: 1 }])).rejects.toMatchObject(
    UNAVAILABLE,
  );
  await expect(queue.receive("investigations", 1, 0)).rejects.toMatchObject(UNAVAILABLE);
});

test("a message larger than the broker takes is too-large, and the queue goes on", async () => {
  const body = "x".repeat(300_000);
  await expect(queue.send("audit", [{ id: "big", body }])).rejects.toMatchObject({
    name: "AppError",
    code: "too-large",
  });
  await sendOne("m-1");
  expect(await queue.counts("audit")).toMatchObject({ active: 1 });
});

test("a closed queue is queue-unavailable", async () => {
  await queue.close();
  await expect(sendOne("m-1")).rejects.toMatchObject(UNAVAILABLE);
  await expect(queue.receive("audit", 1, 0)).rejects.toMatchObject(UNAVAILABLE);
});

// Those before it are locked while it is looked for: without a bound, ten thousand of them, for everybody else too.
test("a dead letter behind more than may be held is a conflict that says so, and all stay", async () => {
  const { connectionString } = peer;
  const bounded = createServiceBusWorkQueue({ connectionString, retry: RETRY, heldMax: 2 });
  for (const id of ["a", "b", "c"]) {
    await sendOne(id);
    const [message] = await queue.receive("audit", 1, 5_000);
    await message?.deadLetter("reason", "words");
  }
  const [first, , third] = await queue.deadLetters("audit", 10);
  const reason = /More than 2 dead letters stand before this one/;
  await expect(bounded.dropDeadLetter("audit", third?.key ?? "")).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(reason),
  });
  expect((await queue.counts("audit")).dead).toBe(3);
  expect(await bounded.dropDeadLetter("audit", first?.key ?? "")).toBe(true);
  expect(await bounded.dropDeadLetter("audit", third?.key ?? "")).toBe(true);
  await bounded.close();
});
