/** The limits of the simulated Log Analytics. */
import { expect, test } from "vitest";

import { createThrottle, LOG_ANALYTICS_LIMITS } from "./throttle.ts";
import { json, type WireReply } from "./wireReply.ts";

const done = async (): Promise<WireReply> => json(200, {});

// A product that is never limited here would meet its first 429 in front of a customer.
test("429 from the 201st request in 30 seconds on, for this caller only, with how long to wait", async () => {
  let time = 0;
  const throttle = createThrottle(LOG_ANALYTICS_LIMITS);
  for (let index = 0; index < 200; index += 1) {
    time = index * 100;
    expect(await throttle.run("a", time, done)).toMatchObject({ status: 200 });
  }
  time = 20_000;
  expect(await throttle.run("a", time, done)).toMatchObject({
    status: 429,
    headers: { "retry-after": "10" },
  });
  expect(await throttle.run("b", time, done)).toMatchObject({ status: 200 });
  time = 30_000;
  expect(await throttle.run("a", time, done)).toMatchObject({ status: 200 });
});

test("five run at once, others wait for their turn, and who finds no room gets 429", async () => {
  const throttle = createThrottle({ ...LOG_ANALYTICS_LIMITS, waiting: 2 });
  const finish: (() => void)[] = [];
  const slow = async (): Promise<WireReply> => {
    await new Promise<void>((resolve) => finish.push(resolve));
    return json(200, {});
  };
  const asked = Array.from({ length: 7 }, () => throttle.run("a", 0, slow));
  expect(finish).toHaveLength(5);
  expect(await throttle.run("a", 0, slow)).toMatchObject({ status: 429 });
  for (let index = 0; index < 7; index += 1) {
    finish[index]?.();
    await asked[index];
  }
  expect(finish).toHaveLength(7);
});

test("who waits too long gets 429, and its place goes to nobody", async () => {
  const throttle = createThrottle({ ...LOG_ANALYTICS_LIMITS, atOnce: 1, waitMs: 1 });
  const finish: (() => void)[] = [];
  const first = throttle.run("a", 0, async () => {
    await new Promise<void>((resolve) => finish.push(resolve));
    return json(200, {});
  });
  expect(await throttle.run("a", 0, done)).toMatchObject({ status: 429 });
  finish[0]?.();
  await first;
  expect(await throttle.run("a", 0, done)).toMatchObject({ status: 200 });
});
