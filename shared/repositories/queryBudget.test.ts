/** Several instances of the product, one workspace. */
import { expect, test } from "vitest";

import { AT_ONCE_MAX, BEGUN_MAX, SLOT_MS } from "../domain/queryBudget.ts";
import type { QueryBudget } from "../ports/queryBudget.ts";
import { testDeps } from "../testing/deps.ts";
import { createQueryBudget } from "./queryBudget.ts";

/** Instances on one store; time goes on only by waiting. */
function instances(): {
  one: QueryBudget;
  other: QueryBudget;
  budgets: QueryBudget[];
  advance: (ms: number) => void;
} {
  const { documents } = testDeps();
  let time = 1_000_000;
  const now = () => time;
  const wait = async (ms: number): Promise<void> => {
    time += ms;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const make = () => createQueryBudget({ documents, now, wait });
  const [one, other] = [make(), make()];
  return {
    one,
    other,
    budgets: [one, other, make(), make(), make()],
    advance: (ms) => (time += ms),
  };
}

/** Whether it ends within a few turns of the event loop. */
async function isOverSoon(work: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void work.then(() => (isOver = true));
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return isOver;
}

// Ten instances of four each are forty queries: the service refuses most of them.
test("all instances together run four queries at once, and every query gets its turn", async () => {
  const { budgets } = instances();
  let running = 0;
  let most = 0;
  let done = 0;
  const query = async (budget: QueryBudget): Promise<void> => {
    const slot = await budget.take("ws", false);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    done += 1;
    await slot.release();
  };
  await Promise.all(budgets.flatMap((budget) => Array.from({ length: 8 }, () => query(budget))));
  expect({ most, done }).toEqual({ most: AT_ONCE_MAX, done: 40 });
});

test("workspaces do not wait for each other", async () => {
  const { one } = instances();
  for (let i = 0; i < AT_ONCE_MAX; i += 1) await one.take("busy", false);
  await expect(one.take("free", false)).resolves.toHaveProperty("release");
});

// Investigations of a hundred people must not hold up the incidents of everybody.
test("a sync that waits in one instance goes before what waits in another", async () => {
  const { one, other } = instances();
  const held = await Promise.all(Array.from({ length: AT_ONCE_MAX }, () => one.take("ws", false)));
  const order: string[] = [];
  const question = one.take("ws", false).then((slot) => {
    order.push("question");
    return slot;
  });
  const sync = other.take("ws", true).then((slot) => {
    order.push("sync");
    return slot;
  });
  // Both have asked by the time the place is given back.
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await held[0]?.release();
  await (await sync).release();
  await question;
  expect(order).toEqual(["sync", "question"]);
});

// A process that was killed gives nothing back.
test("the place of a process that died is free again, and its late release takes nobody's place", async () => {
  const { one: dead, other: alive, advance } = instances();
  const held = await Promise.all(Array.from({ length: AT_ONCE_MAX }, () => dead.take("ws", false)));
  advance(SLOT_MS + 1);
  for (let i = 0; i < AT_ONCE_MAX; i += 1) await alive.take("ws", false);
  await held[0]?.release();
  const more = alive.take("ws", false);
  // The others' places end while it waits three minutes for its own: time goes on by waiting only.
  expect(await isOverSoon(more)).toBe(false);
  await more;
});

test("no more queries begin in 30 seconds than the service takes", async () => {
  const { one, advance } = instances();
  const begin = async (): Promise<void> => (await one.take("ws", false)).release();
  for (let i = 0; i < BEGUN_MAX; i += 1) await begin();
  const next = begin();
  expect(await isOverSoon(next)).toBe(false);
  advance(40_000);
  await expect(next).resolves.toBeUndefined();
});

// Of a machine whose clock was wrong, or of a data folder that was used at a later time: nothing would run for days.
test("what was written at a later time than now holds nobody up", async () => {
  const { one, other, advance } = instances();
  for (let i = 0; i < BEGUN_MAX; i += 1) {
    const place = await one.take("ws", true);
    if (i < BEGUN_MAX - AT_ONCE_MAX) await place.release();
  }
  advance(-600_000);
  await expect(other.take("ws", false)).resolves.toHaveProperty("release");
});
