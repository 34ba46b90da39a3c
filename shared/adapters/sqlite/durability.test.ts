import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openDatabase } from "./database.ts";
import { createSqliteDocumentStore } from "./documentStore.ts";

const ROUNDS = 3;
const ACKNOWLEDGED_BEFORE_KILL = 40;
const KEY = ["t", "w:1"];
const clock = { now: () => new Date(Date.UTC(2026, 0, 1)) };

/** Writes batches of two documents for ever and prints each number once its batch is acknowledged. */
const WRITER = `
  const { openDatabase } = await import(${JSON.stringify(urlOf("./database.ts"))});
  const { createSqliteDocumentStore } = await import(${JSON.stringify(urlOf("./documentStore.ts"))});
  const store = createSqliteDocumentStore(openDatabase(process.argv[1]), { now: () => new Date(0) });
  for (let n = Number(process.argv[2]); ; n += 1) {
    const create = (id) => ({ kind: "create", doc: { id, tenant_id: "t", incident_key: "w:1" } });
    const result = await store.batch("incidents", ["t", "w:1"], [create("state-" + n), create("message-" + n)]);
    if (result !== "done") throw new Error(result);
    process.stdout.write(n + "\\n");
  }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "durability-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

// What was acknowledged is what an analyst saw saved. Half a batch is state whose message never leaves.
test("after kill -9 every acknowledged batch is there, and no batch by half", async () => {
  const file = join(folder, "state.db");
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round * 1_000_000;
    const last = await writeUntilKilled(file, first);
    const store = createSqliteDocumentStore(openDatabase(file), clock);
    for (let n = first; n <= last; n += 1) {
      expect(await store.read("incidents", KEY, `state-${n}`)).toBeDefined();
      expect(await store.read("incidents", KEY, `message-${n}`)).toBeDefined();
    }
    const count = async (prefix: string) =>
      store.count("incidents", { where: [{ op: "prefix", field: "id", value: prefix }] });
    expect(await count("state-")).toBe(await count("message-"));
    await store.close();
  }
});

/** @returns the last number whose acknowledgement arrived. */
async function writeUntilKilled(file: string, first: number): Promise<number> {
  const args = ["--input-type=module", "--eval", WRITER, file, String(first)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let last = first - 1;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last >= first + ACKNOWLEDGED_BEFORE_KILL) child.kill("SIGKILL");
  }
  const [, signal] = await closed;
  expect(signal).toBe("SIGKILL");
  return last;
}

function urlOf(file: string): string {
  return new URL(file, import.meta.url).href;
}
