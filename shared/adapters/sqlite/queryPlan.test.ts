import { beforeAll, expect, test } from "vitest";

import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerName } from "../../ports/containers.ts";
import type { Query } from "../../ports/documentStore.ts";
import { openDatabase } from "./database.ts";
import { createSqliteDocumentStore } from "./documentStore.ts";
import { compileCount, compilePage } from "./querySql.ts";
import { describeTable } from "./tables.ts";

const database = openDatabase(":memory:");
beforeAll(() => {
  createSqliteDocumentStore(database, { now: () => new Date(0) });
});

function plan({
  sql,
  parameters,
}: {
  sql: string;
  parameters: (string | number | null)[];
}): string {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
  return rows.map((row) => String(row["detail"])).join("; ");
}

const pagePlan = (container: ContainerName, query: Query): string =>
  plan(compilePage(describeTable(container), query, 0));

const planInPartition = (container: ContainerName, field: string): string =>
  pagePlan(container, {
    partition: ["t", "p"],
    where: [ofType],
    orderBy: { field, direction: "asc" },
    limit: 20,
  });

const ofType = { op: "eq", field: "type", value: "x" } as const;

// Sorting the whole tenant for each page makes the incident list slower with every incident.
test.each(
  Object.entries(CONTAINERS).flatMap(([name, { composite }]) =>
    composite.flatMap((fields) =>
      (["asc", "desc"] as const).map((direction) => ({
        name: name as ContainerName,
        fields,
        direction,
      })),
    ),
  ),
)(
  "$name: a tenant's page by $fields $direction follows an index",
  ({ name, fields, direction }) => {
    const field = fields.at(-1) ?? "";
    const fixed = fields.slice(0, -1);
    const found = pagePlan(name, {
      partition: ["t"],
      where: [
        ...fixed.map((held) => ({ op: "eq", field: held, value: "x" }) as const),
        { op: "in", field: "severity", values: ["High"] },
        // A filter with an index of its own must not tempt the planner away from the order.
        ...(fixed[0] === "type" ? [{ op: "eq", field: "status", value: "New" } as const] : []),
      ],
      orderBy: { field, direction },
      limit: 20,
    });
    const bounds = fixed.map((held) => `f_${held}=? AND `).join("");
    expect(found).toContain(`by_${fields.join("_")} (k1=? AND ${bounds}f_${field}<?)`);
    expect(found).not.toContain("TEMP B-TREE FOR ORDER BY");
  },
);

// The next page starts where the last one ended, instead of reading everything before it again.
test("a cursor becomes a bound of the index", () => {
  const query: Query = {
    partition: ["t"],
    where: [ofType],
    orderBy: { field: "last_modified_at", direction: "desc" },
    limit: 20,
  };
  const first = compilePage(describeTable("incidents"), query, 0);
  const cursor = first.cursorOf({ value: "2026", key: ["t", "w:1"], id: "1" });
  const next = compilePage(describeTable("incidents"), { ...query, cursor }, 0);
  expect(plan(next)).toContain("f_last_modified_at<?");
  // One upper bound only: of two, the index may take the one that excludes nothing.
  expect(next.sql).not.toContain("f_last_modified_at\" < x''");
});

// A session's steps must not be looked for among all steps of the tenant.
test("one small partition is read by its key, a large one by its own index", () => {
  expect(planInPartition("sessions", "seq")).toContain("(k1=? AND k2=?)");
  expect(planInPartition("notifications", "created_at")).toContain(
    "in_type_created_at (k1=? AND k2=? AND f_type=?",
  );
  expect(planInPartition("audit", "seq")).toContain("in_type_seq (k1=? AND k2=? AND f_type=?");
});

// The outbox sweep runs every minute over all tenants and finds nothing most of the time.
test("a query over all partitions by type does not read all documents", () => {
  const query = {
    where: [ofType],
    orderBy: { field: "created_at", direction: "asc" },
    limit: 20,
  } as const;
  expect(pagePlan("incidents", query)).toContain("by_type (f_type=?)");
  const count = compileCount(describeTable("incidents"), { where: [ofType] }, 0);
  expect(plan(count)).toContain("by_type (f_type=?)");
});

// Each page of the list asks first which versions it shows: twenty documents that it has lines of need not be read for that.
test("the versions of the newest documents are read from the list's index alone", () => {
  const found = pagePlan("incidents", {
    partition: ["t"],
    where: [ofType, { op: "in", field: "severity", values: ["high"] }],
    orderBy: { field: "last_modified_at", direction: "desc" },
    limit: 20,
    select: ["incident_key"],
  });
  expect(found).toContain("USING COVERING INDEX documents_incidents_by_type_last_modified_at");
});

// The list's search and its total: to read 100,000 documents for one of them takes seconds.
test("a searched, filtered count reads the list's index and no document", () => {
  const count = compileCount(
    describeTable("incidents"),
    {
      partition: ["t"],
      where: [
        ofType,
        { op: "range", field: "last_modified_at", from: "2026" },
        { op: "in", field: "severity", values: ["high"] },
        { op: "text", field: "title", value: "Spray" },
      ],
    },
    0,
  );
  expect(plan(count)).toContain(
    "USING COVERING INDEX documents_incidents_by_type_last_modified_at",
  );
});
