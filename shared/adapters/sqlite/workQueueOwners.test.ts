/** Which lock owners count as gone. */
import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { isAlive, thisProcess } from "./workQueueOwners.ts";

test("a running process is alive", () => {
  expect(isAlive(thisProcess("owner"))).toBe(true);
});

test("a process that ended is not", async () => {
  const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  await once(child, "exit");
  expect(isAlive({ id: "owner", pid: child.pid ?? 0, started: "12345" })).toBe(false);
  expect(isAlive({ id: "owner", pid: child.pid ?? 0, started: "" })).toBe(false);
});

// In a container every start is pid 1: without the start time a crash would lock its work for the whole lock time.
test.runIf(process.platform === "linux")(
  "another process that has the pid of an ended one does not keep its locks",
  () => {
    expect(isAlive({ ...thisProcess("owner"), started: "1" })).toBe(false);
  },
);

test("where start times cannot be read, a pid in use counts as alive", () => {
  expect(isAlive({ id: "owner", pid: process.pid, started: "" })).toBe(true);
});
