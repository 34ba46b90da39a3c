import { expect, test } from "vitest";

import { chaos } from "./chaos.ts";
import { seededRandom } from "./seededRandom.ts";

// Fifty rounds run by `npm run test:chaos`; three here keep the promise from breaking unseen.
test("after three kills in the midst of work nothing acknowledged is lost and nothing happened twice", async () => {
  const result = await chaos(3, seededRandom(20_260_115), () => {});
  console.log(`${result.killsInWork} of 3 kills in work, ${result.killsInWrites} inside a write`);
  expect(result.broken).toEqual([]);
  expect(result.killsInWork).toBe(3);
  expect(result.killsInWrites).toBeGreaterThan(0);
  expect(result.sessions).toBeGreaterThan(0);
  expect(result.schedules).toBeGreaterThan(0);
  expect(result.notes).toBeGreaterThan(0);
}, 240_000);
