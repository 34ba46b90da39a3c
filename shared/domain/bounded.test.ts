import { expect, test } from "vitest";

import { forEachBounded } from "./bounded.ts";

test("works on every item once, and on no more than the bound at a time", async () => {
  const seen: number[] = [];
  let running = 0;
  let most = 0;
  await forEachBounded([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    seen.push(item);
    running -= 1;
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
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
