import { expect, test } from "vitest";

import { openDatabase } from "./database.ts";
import { createSqliteDocumentStore } from "./documentStore.ts";

const clock = { now: () => new Date(0) };

// A new version may index another field; its filter must find the documents that an older version wrote.
test("a field that is indexed later is filled from the documents that are there", async () => {
  const database = openDatabase(":memory:");
  const older = createSqliteDocumentStore(database, clock);
  const key = ["t", "w:1"];
  const values = ["High", 5, 4.5, true, null, ["High"], { a: 1 }];
  for (const [index, severity] of values.entries()) {
    const doc = { id: `d${index}`, tenant_id: "t", incident_key: "w:1", severity };
    await older.batch("incidents", key, [{ kind: "create", doc }]);
  }
  database.exec(`DROP INDEX "documents_incidents_by_type_last_modified_at"`);
  database.exec(`ALTER TABLE documents_incidents DROP COLUMN f_severity`);
  const newer = createSqliteDocumentStore(database, clock);
  const find = async (value: string | number | boolean) => {
    const where = [{ op: "eq", field: "severity", value } as const];
    const page = await newer.query("incidents", { partition: key, where, limit: 10 });
    return page.items.map((item) => item.doc.id);
  };
  expect(await find("High")).toEqual(["d0"]);
  expect(await find(5)).toEqual(["d1"]);
  expect(await find(4.5)).toEqual(["d2"]);
  expect(await find(true)).toEqual(["d3"]);
  expect(await find(1)).toEqual([]);
  expect(await find('["High"]')).toEqual([]);
  const where = [{ op: "contains", field: "severity", value: "High" } as const];
  expect(await newer.count("incidents", { where })).toBe(1);
  await newer.close();
});

// A new version may search another field: the list's index has to hold it, and the text of what is there.
test("a field that is searched later is found in the documents that are there, by the index", async () => {
  const database = openDatabase(":memory:");
  const older = createSqliteDocumentStore(database, clock);
  const key = ["t", "w:1"];
  const titles = ["ÄRGER mit Straße", 5, null, ["ärger"]];
  for (const [index, title] of titles.entries()) {
    const doc = { id: `d${index}`, tenant_id: "t", incident_key: "w:1", title };
    await older.batch("incidents", key, [{ kind: "create", doc }]);
  }
  const index = "documents_incidents_by_type_last_modified_at";
  database.exec(`DROP INDEX "${index}"`);
  database.exec(`ALTER TABLE documents_incidents DROP COLUMN l_title`);
  database.exec(`CREATE INDEX "${index}" ON documents_incidents (k1, f_type, f_last_modified_at)`);
  const newer = createSqliteDocumentStore(database, clock);
  const where = [{ op: "text", field: "title", value: "äRGER" } as const];
  const page = await newer.query("incidents", { partition: key, where, limit: 10 });
  expect(page.items.map((item) => item.doc.id)).toEqual(["d0"]);
  const columns = database.prepare(`PRAGMA index_info("${index}")`).all();
  expect(columns.map((column) => column["name"])).toContain("l_title");
  await newer.close();
});
