import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { documentStoreContract } from "../../testing/documentStore.contract.ts";
import { openDatabase } from "./database.ts";
import { createSqliteDocumentStore } from "./documentStore.ts";

documentStoreContract("SQLite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  let now = Date.UTC(2026, 0, 1);
  return {
    open: async () =>
      createSqliteDocumentStore(openDatabase(join(folder, "state.db")), {
        now: () => new Date(now),
      }),
    advanceSeconds: (seconds) => {
      now += seconds * 1000;
    },
    propertyRuns: 15,
    dispose: async () => {
      rmSync(folder, { recursive: true });
    },
  };
});

const clock = { now: () => new Date(Date.UTC(2026, 0, 1)) };
const key = ["t", "w:1"];
const create = (id: string) =>
  ({ kind: "create", doc: { id, tenant_id: "t", incident_key: "w:1" } }) as const;

const lease = (id: string) => ({ kind: "create", doc: { id }, ttlSeconds: 60 }) as const;

// Another process that holds the file is an outage to wait out, not a bug, and readers must not notice it.
test("a write that cannot get the lock is store-unavailable, and reads go on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  const file = join(folder, "state.db");
  const database = openDatabase(file);
  const store = createSqliteDocumentStore(database, clock);
  await store.batch("incidents", key, [create("1")]);
  const other = openDatabase(file);
  other.exec("BEGIN IMMEDIATE");
  database.exec("PRAGMA busy_timeout = 0");
  const unavailable = { code: "store-unavailable" };
  await expect(store.batch("incidents", key, [create("2")])).rejects.toMatchObject(unavailable);
  expect(await store.read("incidents", key, "1")).toBeDefined();
  other.exec("COMMIT");
  expect(await store.batch("incidents", key, [create("2")])).toBe("done");
  other.close();
  await store.close();
  await expect(store.read("incidents", key, "1")).rejects.toMatchObject(unavailable);
  rmSync(folder, { recursive: true });
});

// Expired documents are hidden at once, but a file that keeps them grows for ever.
test("expired documents leave the file", async () => {
  let now = Date.UTC(2026, 0, 1);
  const database = openDatabase(":memory:");
  const store = createSqliteDocumentStore(database, { now: () => new Date(now) });
  for (const id of ["a", "b"]) await store.batch("control", [id], [lease(id)]);
  now += 61_000;
  await store.batch("control", ["c"], [lease("c")]);
  const rows = database.prepare("SELECT id FROM documents_control").all();
  expect(rows.map((row) => row["id"])).toEqual(["c"]);
  await store.close();
});
