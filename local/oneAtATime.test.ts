import { mkdirSync, mkdtempSync, readdirSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { oneAtATime } from "./oneAtATime.ts";

const fresh = () => path.join(mkdtempSync(path.join(tmpdir(), "one-")), "below", "lock");

// Two products that start beside each other would empty the page's folder for each other.
test("works never overlap, each is done, and nothing is left behind", async () => {
  const folder = fresh();
  const done: string[] = [];
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      done.push(`${name} begins`);
      setImmediate(() => {
        done.push(`${name} ends`);
        resolve();
      });
    });
  await Promise.all(["a", "b", "c"].map((name) => oneAtATime(folder, work(name))));
  expect(done).toHaveLength(6);
  for (let i = 0; i < 6; i += 2) expect(done[i + 1]).toBe(done[i]?.replace("begins", "ends"));
  expect(readdirSync(path.dirname(folder))).toEqual([]);
});

test("a failure is passed on and holds up nobody", async () => {
  const folder = fresh();
  await expect(oneAtATime(folder, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await oneAtATime(folder, async () => "yes")).toBe("yes");
});

// A build that was killed must not keep the product from starting ever after.
test("what a killed process holds is taken from it in the end", async () => {
  const folder = fresh();
  mkdirSync(folder, { recursive: true });
  utimesSync(folder, 0, 0);
  expect(await oneAtATime(folder, async () => "yes")).toBe("yes");
});
