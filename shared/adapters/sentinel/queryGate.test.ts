/** Places in a workspace: few at once, the sync first. */
import { EventEmitter, once } from "node:events";

import { expect, test } from "vitest";

import { createQueryGate } from "./queryGate.ts";

/** Work that ends when it is told to. */
function held(): { work: () => Promise<void>; end: () => void } {
  const bell = new EventEmitter();
  return { work: async () => void (await once(bell, "end")), end: () => void bell.emit("end") };
}

// A hundred investigations in the queue must not delay the next sync by all of them.
test("a sync that waits goes before everything that waited longer", async () => {
  const gate = createQueryGate(1);
  const first = held();
  const order: string[] = [];
  const running = [gate.enter("ws", false, first.work)];
  for (const [name, isSync] of [
    ["question", false],
    ["another question", false],
    ["sync", true],
  ] as const)
    running.push(gate.enter("ws", isSync, async () => void order.push(name)));
  first.end();
  await Promise.all(running);
  expect(order).toEqual(["sync", "question", "another question"]);
});

test("a failure gives its place back, and workspaces do not wait for each other", async () => {
  const gate = createQueryGate(1);
  const slow = held();
  const running = gate.enter("busy", false, slow.work);
  await expect(
    gate.enter("ws", false, async () => {
      throw new Error("broken");
    }),
  ).rejects.toThrow("broken");
  expect(await gate.enter("ws", false, async () => 7)).toBe(7);
  slow.end();
  await running;
});
