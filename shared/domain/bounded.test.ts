import { expect, test } from "vitest";

import { forEachBounded, nextTurn } from "./bounded.ts";

test("works on every item once, and on no more than the bound at a time", async () => {
  const seen: number[] = [];
  let running = 0;
  let most = 0;
  await forEachBounded([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await nextTurn();
    seen.push(item);
    running -= 1;
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

// A tenant's people are read page by page: reading on while all lanes are busy would hold all of them.
test("what is read as it comes is read no further than it is worked on, and is given back at a failure", async () => {
  let read = 0;
  let isClosed = false;
  const items = async function* () {
    try {
      for (let item = 1; item <= 10; item += 1) {
        read = item;
        yield item;
      }
    } finally {
      isClosed = true;
    }
  };
  const seen: number[] = [];
  const work = forEachBounded(items(), 2, async (item) => {
    await Promise.resolve();
    if (item === 3) throw new Error("third");
    seen.push(item);
  });
  await expect(work).rejects.toThrow("third");
  expect(seen).toEqual([1, 2]);
  expect(read).toBeLessThan(6);
  expect(isClosed).toBe(true);
});

// Work that goes on after the failure was reported would race with what the caller does next.
test("a failure is thrown after the running work ended, and starts nothing more", async () => {
  const started: number[] = [];
  let running = 0;
  const work = forEachBounded([1, 2, 3, 4, 5, 6], 2, async (item) => {
    started.push(item);
    running += 1;
    await Promise.resolve();
    running -= 1;
    if (item === 1) throw new Error("first");
  });
  await expect(work).rejects.toThrow("first");
  expect(running).toBe(0);
  expect(started).not.toContain(5);
});
