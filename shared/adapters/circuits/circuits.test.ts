/** No receiver takes all workers, and one that hangs or fails is left alone, whatever waits for it. */
import { expect, test } from "vitest";

import type { Pass } from "../../ports/circuits.ts";
import { pause } from "../../ports/patience.ts";
import { ManualClock } from "../../testing/deps.ts";
import { createCircuits } from "./circuits.ts";

const PATIENCE_MS = 1;

function open() {
  const clock = new ManualClock();
  const circuits = createCircuits({ clock, patienceMs: PATIENCE_MS });
  const enter = (receiver = "a"): Pass => {
    const pass = circuits.enter(receiver);
    if ("againMs" in pass) throw new Error(`Come again in ${pass.againMs} ms.`);
    return pass;
  };
  const refused = (receiver = "a"): number => {
    const pass = circuits.enter(receiver);
    if ("againMs" in pass) return pass.againMs;
    throw new Error("It was let in.");
  };
  return { clock, circuits, enter, refused };
}

/** A receiver that answered once, after so long. */
function proven(latencyMs: number) {
  const opened = open();
  const first = opened.enter();
  opened.clock.advance(latencyMs);
  first.end("answered");
  return opened;
}

test("an unknown receiver has one call at a time, a fast one four, one that takes its time two", () => {
  const unknown = open();
  unknown.enter();
  expect(unknown.refused()).toBeGreaterThan(0);
  unknown.enter("b");
  const fast = proven(20);
  for (let i = 0; i < 4; i += 1) fast.enter();
  expect(fast.refused()).toBeLessThanOrEqual(10);
  const slow = proven(200);
  slow.enter();
  slow.enter();
  expect(slow.refused()).toBeLessThanOrEqual(100);
});

// A fast receiver that stops to answer would else be given every worker at once.
test("while a call takes unusually long, no more than two are risked, and what comes waits for seconds", () => {
  const { clock, enter, refused } = proven(20);
  enter();
  enter();
  clock.advance(251);
  expect(refused()).toBeGreaterThan(5_000);
});

// Mail servers take a second for each mail: what is usual must not look like hanging.
test("a receiver that takes its usual time is not doubted, and may have more calls when it is made for them", () => {
  const { clock, circuits, refused } = proven(1_000);
  circuits.forget("a");
  const first = circuits.enter("a", 8);
  clock.advance(1_000);
  if ("end" in first) first.end("answered");
  for (let i = 0; i < 8; i += 1) expect(circuits.enter("a", 8)).toHaveProperty("end");
  clock.advance(900);
  expect(refused()).toBeLessThanOrEqual(125);
  clock.advance(3_200);
  expect(refused()).toBeGreaterThan(5_000);
});

test("each call that hangs doubles the rest, up to five minutes; one answer ends it", () => {
  const { clock, circuits, enter } = open();
  const rests: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    enter().end("hung");
    let rest = 0;
    // To the second: places in line add to it.
    while (circuits.restOf("a") !== undefined) {
      rest += 1;
      clock.advance(1_000);
    }
    rests.push(rest);
  }
  expect(rests).toEqual([30, 60, 120, 240, 300]);
  enter().end("answered");
  enter().end("hung");
  clock.advance(30_000);
  enter();
});

test("five failures in a row open the circuit; one answer between them starts the count anew", () => {
  const { clock, enter, refused, circuits } = open();
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) enter().end("failed");
  };
  fail(4);
  enter().end("answered");
  fail(4);
  expect(circuits.restOf("a")).toBeUndefined();
  fail(1);
  expect(refused()).toBeGreaterThan(9_999);
  clock.advance(10_000);
  // One call alone finds out how the receiver is.
  enter();
  expect(refused()).toBeGreaterThan(0);
});

test("a receiver that asks to be left alone is, up to five minutes", () => {
  const { clock, enter, refused } = open();
  enter().end("failed", 60_000);
  expect(refused()).toBeGreaterThanOrEqual(60_000);
  clock.advance(60_000);
  enter().end("failed", 86_400_000);
  clock.advance(299_999);
  refused();
  clock.advance(1);
  enter();
});

// Two calls that hang at once say the same thing once: the rest would else grow with the number of workers.
test("calls that were under way together count once", () => {
  const { clock, circuits, enter } = proven(20);
  const [first, second] = [enter(), enter()];
  clock.advance(15_000);
  first.end("hung");
  clock.advance(1);
  second.end("hung");
  clock.advance(29_999);
  expect(circuits.restOf("a")).toBeUndefined();
});

// A thousand messages that come back at the same moment stand before everybody else's.
test("what waits for a receiver comes back one after another, also after the rest was renewed", () => {
  const { clock, enter, refused } = open();
  enter().end("hung");
  const places = Array.from({ length: 50 }, () => refused());
  expect(places[0]).toBeGreaterThanOrEqual(30_000);
  const steps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
  expect(new Set(steps)).toEqual(new Set([100]));
  clock.advance(30_000);
  enter().end("hung");
  expect(refused()).toBe(60_100);
});

test("a place in line is never more than an hour away", () => {
  const { enter, refused } = open();
  enter().end("hung");
  let last = 0;
  for (let i = 0; i < 40_000; i += 1) last = refused();
  expect(last).toBe(3_600_000);
});

// Its backlog would else come back one message in ten minutes, though it answers at once.
test("a clock that moves by half an hour during a call does not make the receiver a slow one", () => {
  const { enter, refused } = proven(30 * 60_000);
  enter();
  enter();
  expect(refused()).toBeLessThanOrEqual(10_000);
});

test("a call that was not made says nothing, and only the first end counts", () => {
  const { enter, circuits } = open();
  const pass = enter();
  pass.end("not-made");
  pass.end("hung");
  expect(circuits.restOf("a")).toBeUndefined();
  enter().end("hung");
  circuits.forget("a");
  enter();
});

test("work that takes long goes on without its worker; what fails in time is thrown", async () => {
  const { circuits } = open();
  expect(await circuits.endsSoon(Promise.resolve())).toBe(true);
  await expect(circuits.endsSoon(Promise.reject(new Error("down")))).rejects.toThrow("down");
  expect(await circuits.endsSoon(new Promise(() => {}))).toBe(false);
});

// Without an end to it, a flood of calls that hang would fill the memory.
test("no more than two hundred calls go on by themselves", async () => {
  const { circuits } = open();
  const ends: (() => void)[] = [];
  const hanging = () => new Promise<void>((resolve) => ends.push(resolve));
  await Promise.all(Array.from({ length: 200 }, () => circuits.endsSoon(hanging())));
  const waiting = circuits.endsSoon(hanging());
  ends.at(-1)?.();
  expect(await waiting).toBe(true);
});

// A store that fails for a minute would else take from every call after it the leave to go on by itself.
test("work that failed no longer counts among the two hundred", async () => {
  const { circuits } = open();
  for (let i = 0; i < 200; i += 1)
    await circuits.endsSoon(Promise.reject(new Error("down"))).catch(() => undefined);
  const isOver = circuits.endsSoon(new Promise(() => {}));
  expect(await Promise.race([isOver, pause(1_000)])).toBe(false);
});
