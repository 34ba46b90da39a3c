/** No receiver takes all workers, and one that hangs is left alone for a while. */
import { expect, test } from "vitest";

import { type Lane, Lanes } from "./lanes.ts";

function open() {
  const time = { ms: 0 };
  return { time, lanes: new Lanes(() => time.ms) };
}

async function entered(lanes: Lanes, key = "a"): Promise<Lane> {
  const lane = await lanes.enter(key);
  if ("againMs" in lane) throw new Error("No lane was free.");
  return lane;
}

test("an unknown receiver has one call at a time, one that answers two", async () => {
  const { lanes } = open();
  const first = await entered(lanes);
  expect(await lanes.enter("a")).toEqual({ againMs: expect.any(Number) });
  first.leave(true);
  const [second, third] = [await entered(lanes), await entered(lanes)];
  const waiting = lanes.enter("a");
  second.leave(true);
  expect(await waiting).toHaveProperty("leave");
  third.leave(true);
});

test("while one call is slow no other begins, and other receivers are not concerned", async () => {
  const { lanes, time } = open();
  (await entered(lanes)).leave(true);
  const slow = await entered(lanes);
  time.ms = 1_001;
  expect(await lanes.enter("a")).toEqual({ againMs: expect.any(Number) });
  await entered(lanes, "b");
  slow.leave(true);
  await entered(lanes);
});

test("each time without an answer doubles the rest, up to five minutes; an answer ends it", async () => {
  const { lanes, time } = open();
  const rests: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    (await entered(lanes)).leave(false);
    const resting = await lanes.enter("a");
    const againMs = "againMs" in resting ? resting.againMs : 0;
    rests.push(againMs);
    time.ms += againMs;
  }
  expect(rests).toEqual([30_000, 60_000, 120_000, 240_000, 300_000]);
  (await entered(lanes)).leave(true);
  await entered(lanes);
});
