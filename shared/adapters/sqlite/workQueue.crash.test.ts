/** What survives kill -9, and how soon the work of a dead process is done by the next one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openDatabase } from "./database.ts";
import { createSqliteWorkQueue } from "./workQueue.ts";

const WORKER = fileURLToPath(new URL("../../testing/workQueueWorker.ts", import.meta.url));
/** The same instant as in the worker: nothing here comes back because time went by. */
const clock = { now: () => new Date("2026-03-01T09:00:00Z") };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "work-queue-crash-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a worker until it has printed `lines` lines, then kills it; gives every line it printed. */
async function runAndKill(file: string, round: number, lines: number): Promise<string[]> {
  const worker = spawn(process.execPath, [WORKER, file, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed: string[] = [];
  const reader = createInterface({ input: worker.stdout });
  const ended = Promise.all([once(worker, "exit"), once(reader, "close")]);
  reader.on("line", (line) => {
    printed.push(line);
    if (printed.length === lines) worker.kill("SIGKILL");
  });
  await ended;
  return printed;
}

const idsOf = (lines: readonly string[], verb: string): string[] =>
  lines.flatMap((line) => (line.startsWith(`${verb} `) ? [line.slice(verb.length + 1)] : []));

// A restart in the middle of an investigation must go on with it now, not when a lock of five minutes ends.
test("after kill -9 nothing acknowledged is lost or comes twice, and held messages come back at once", async () => {
  const file = join(folder, "state.db");
  const lines: string[] = [];
  for (const [round, count] of [40, 73, 101].entries()) {
    const printed = await runAndKill(file, round, count);
    expect(printed.length).toBeGreaterThanOrEqual(count);
    lines.push(...printed);
  }

  const database = openDatabase(file);
  const queue = createSqliteWorkQueue(database, clock);
  const left = await queue.receive("audit", 10_000, 0);
  const leftIds = new Set(left.map((message) => message.id));
  expect(leftIds.size).toBe(left.length);
  const completed = new Set(idsOf(lines, "completed"));
  const completing = new Set(idsOf(lines, "completing"));
  const lost = idsOf(lines, "sent").filter((id) => !completing.has(id) && !leftIds.has(id));
  expect(lost).toEqual([]);
  expect([...completed].filter((id) => leftIds.has(id))).toEqual([]);
  const held = idsOf(lines, "held").filter((id) => !completing.has(id));
  expect(held.length).toBeGreaterThan(3);
  expect(held.filter((id) => !leftIds.has(id))).toEqual([]);

  // The ids of a dead process are remembered too: its unsent outbox rows are sent again.
  const sent = idsOf(lines, "sent");
  await queue.send(
    "audit",
    sent.map((id) => ({ id, body: null })),
  );
  expect(await queue.receive("audit", 1, 0)).toEqual([]);
  await queue.close();
  database.close();
});

test("locks of a process that lives are left alone by one that opens the file", async () => {
  const file = join(folder, "state.db");
  const [first, second] = [openDatabase(file), openDatabase(file)];
  const holder = createSqliteWorkQueue(first, clock);
  await holder.send("audit", [{ id: "m-1", body: null }]);
  const [message] = await holder.receive("audit", 1, 0);
  const other = createSqliteWorkQueue(second, clock);
  expect(await other.receive("audit", 1, 0)).toEqual([]);
  await message?.complete();
  expect(await other.counts("audit")).toEqual({ active: 0, scheduled: 0, dead: 0 });
  await Promise.all([holder.close(), other.close()]);
  first.close();
  second.close();
});
