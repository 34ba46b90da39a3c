/** Places in a workspace: few at once, the sync first. */
import { expect, test } from "vitest";

import { createQueryGate } from "./queryGate.ts";

/** Work that ends when it is told to. */
function held(): { work: () => Promise<void>; end: () => void } {
  const ends: (() => void)[] = [];
  const ended = new Promise<void>((resolve) => ends.push(resolve));
  return { work: async () => await ended, end: () => ends[0]?.() };
}

// A hundred investigations in the queue must not delay the next sync by all of them.
test("a sync that waits goes before everything that waited longer", async () => {
  const gate = createQueryGate({ places: 1 });
  const first = held();
  const order: string[] = [];
  const running = [gate.enter("ws", "other", first.work)];
  for (const [name, kind] of [
    ["question", "other"],
    ["another question", "other"],
    ["sync", "sync"],
  ] as const)
    running.push(gate.enter("ws", kind, async () => void order.push(name)));
  first.end();
  await Promise.all(running);
  expect(order).toEqual(["sync", "question", "another question"]);
});

test("a failure gives its place back, and workspaces do not wait for each other", async () => {
  const gate = createQueryGate({ places: 1 });
  const slow = held();
  const running = gate.enter("busy", "other", slow.work);
  await expect(
    gate.enter("ws", "other", async () => {
      throw new Error("broken");
    }),
  ).rejects.toThrow("broken");
  expect(await gate.enter("ws", "other", async () => 7)).toBe(7);
  slow.end();
  await running;
});

// Whoever hunts with heavy queries would stop investigations, and the next hunt would wait for the oldest of them.
test("hunts leave a place to the rest, and of those that wait the newest goes first", async () => {
  const gate = createQueryGate({ places: 2, hunts: 1 });
  const order: string[] = [];
  const heavy = held();
  const running = [gate.enter("ws", "hunt", heavy.work)];
  for (const name of ["given up", "looked at"])
    running.push(gate.enter("ws", "hunt", async () => void order.push(name)));
  await gate.enter("ws", "other", async () => void order.push("investigation"));
  heavy.end();
  await Promise.all(running);
  expect(order).toEqual(["investigation", "looked at", "given up"]);
});

test("a hunt that finds no place in time is told to come back, and its place goes to nobody", async () => {
  const gate = createQueryGate({ places: 1, huntWaitMs: 1 });
  const heavy = held();
  const running = gate.enter("ws", "hunt", heavy.work);
  const late = gate.enter("ws", "hunt", async () => 1);
  await expect(late).rejects.toMatchObject({ code: "rate-limited", retryAfterSeconds: 10 });
  heavy.end();
  await running;
  expect(await gate.enter("ws", "hunt", async () => 2)).toBe(2);
});
