import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { oneAtATime } from "./oneAtATime.ts";

const fresh = () => path.join(mkdtempSync(path.join(tmpdir(), "one-")), "below", "lock");

// Two products that start beside each other would empty the page's folder for each other.
test("works never overlap, and each is done", async () => {
  const file = fresh();
  const done: string[] = [];
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      done.push(`${name} begins`);
      setImmediate(() => {
        done.push(`${name} ends`);
        resolve();
      });
    });
  await Promise.all(["a", "b", "c"].map((name) => oneAtATime(file, work(name))));
  expect(done).toHaveLength(6);
  for (let i = 0; i < 6; i += 2) expect(done[i + 1]).toBe(done[i]?.replace("begins", "ends"));
});

test("a failure is passed on and holds up nobody", async () => {
  const file = fresh();
  await expect(oneAtATime(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await oneAtATime(file, async () => "yes")).toBe("yes");
});

// A slow machine takes minutes to build: whoever takes over from it empties the folder that it writes into.
test("what a living process holds is taken from it by nobody, however long it holds it", async () => {
  const file = fresh();
  const ends: (() => void)[] = [];
  const first = oneAtATime(file, () => new Promise<void>((resolve) => void ends.push(resolve)));
  utimesSync(file, 0, 0);
  let hasBegun = false;
  const second = oneAtATime(file, async () => {
    hasBegun = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(hasBegun).toBe(false);
  ends[0]?.();
  await Promise.all([first, second]);
  expect(hasBegun).toBe(true);
});

// A build that was killed must not keep the product from starting, nor let two take over from it at once.
test("what a killed process held is free at once", async () => {
  const file = fresh();
  const module = JSON.stringify(new URL("./oneAtATime.ts", import.meta.url).href);
  const script = `const { oneAtATime } = await import(${module});
    await oneAtATime(${JSON.stringify(file)}, () => new Promise((never) => {
      process.stdout.write("held");
      setInterval(never, 1e9);
    }));`;
  const args = ["--no-warnings", "--input-type=module", "--eval", script];
  const holder = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  expect(await oneAtATime(file, async () => "yes")).toBe("yes");
});
