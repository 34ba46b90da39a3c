import { CosmosClient, PartitionKeyKind } from "@azure/cosmos";
import type { Container, SqlParameter } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startCosmosDouble } from "./server.ts";
import type { CosmosDouble } from "./server.ts";

let double: CosmosDouble;
let client: CosmosClient;
let container: Container;
beforeAll(async () => {
  double = await startCosmosDouble();
  client = new CosmosClient({ endpoint: double.endpoint, key: "a2V5" });
  const { database } = await client.databases.createIfNotExists({ id: "d" });
  const made = await database.containers.createIfNotExists({
    id: "c",
    partitionKey: { paths: ["/tenant", "/session"], kind: PartitionKeyKind.MultiHash },
    indexingPolicy: {
      includedPaths: [{ path: "/n/?" }],
      excludedPaths: [{ path: "/*" }],
      compositeIndexes: [
        [
          { path: "/n", order: "descending" },
          { path: "/id", order: "ascending" },
        ],
      ],
    },
  });
  container = made.container;
  for (const [tenant, session, id, n] of [
    ["a", "1", "x", 1],
    ["a", "2", "x", 2],
    ["b", "1", "x", 3],
  ] as const) {
    await container.items.create({ id, tenant, session, n });
  }
});
afterAll(async () => {
  client.dispose();
  await double.close();
});

const rows = async (query: string, partitionKey?: string[], parameters: SqlParameter[] = []) => {
  const scope = partitionKey === undefined ? {} : { partitionKey };
  const found = await container.items.query<{ n: number }>({ query, parameters }, scope).fetchAll();
  return found.resources.map((one) => one.n);
};
const statusOf = async (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => "done",
    (error: { code?: number }) => error.code,
  );

// A double that lets a query reach another partition would hide the leak that it is there to show.
test("queries stay in the partition that they name, and reach all without one", async () => {
  const all = "SELECT * FROM c ORDER BY c.n";
  expect(await rows(all, ["a", "2"])).toEqual([2]);
  expect(await rows(all)).toEqual([1, 2, 3]);
});

// The service takes no part of a hierarchical key in the header; a double that does would hide it until Azure.
test("400: a query whose header names only a part of the key", async () => {
  expect(await statusOf(rows("SELECT * FROM c", ["a"]))).toBe(400);
});

// What the double passes over in silence would fail for the first time on Azure.
test.each([
  "SELEC * FROM c",
  "SELECT * FROM c WHERE c.n LIKE 'a'",
  "SELECT * FROM c WHERE LOWER(c.n) = 'a'",
  "SELECT * FROM c WHERE c.n = 'single'",
  "SELECT * FROM c WHERE c.n = 1; DROP",
  "SELECT * FROM c WHERE (c.n = 1",
  "SELECT * FROM c ORDER BY c.n GROUP BY c.n",
  "SELECT * FROM c WHERE c.n = @missing",
  "SELECT * FROM c ORDER BY c.other",
  "SELECT * FROM c ORDER BY c.n ASC, c.id ASC",
  "SELECT * FROM c ORDER BY c.n DESC, c.id ASC, c.tenant ASC",
])("400: %s", async (query) => {
  expect(await statusOf(rows(query, ["a", "1"]))).toBe(400);
  expect(await statusOf(rows(query))).toBe(400);
});

test("a composite index serves its order and the exact reverse", async () => {
  expect(await rows("SELECT * FROM c ORDER BY c.n DESC, c.id ASC")).toEqual([3, 2, 1]);
  expect(await rows("SELECT * FROM c ORDER BY c.n ASC, c.id DESC")).toEqual([1, 2, 3]);
});

// The adapter's filters rely on undefined being neither true nor false.
test("comparisons of two types are undefined, and so is their opposite", async () => {
  expect(await rows(`SELECT * FROM c WHERE c.n < "9"`)).toEqual([]);
  expect(await rows(`SELECT * FROM c WHERE NOT (c.n < "9")`)).toEqual([]);
  expect(await rows(`SELECT * FROM c WHERE NOT ((c.n < "9") ?? false) ORDER BY c.n`)).toEqual([
    1, 2, 3,
  ]);
  expect(await rows(`SELECT * FROM c WHERE c.none = 1 OR c.n = 1`)).toEqual([1]);
  expect(await rows(`SELECT * FROM c WHERE NOT (c.none = 1 AND c.n = 1)`)).toHaveLength(2);
});

test("pages continue where they stopped", async () => {
  const query = container.items.query("SELECT * FROM c ORDER BY c.n", { maxItemCount: 2 });
  expect((await query.fetchNext()).resources).toHaveLength(2);
  expect((await query.fetchNext()).resources).toHaveLength(1);
});

// The service refuses these; an adapter that sends them must fail here first.
test("patches are as strict as the service", async () => {
  const item = container.item("x", ["a", "1"]);
  const patch = async (path: string, op: "set" | "remove" = "set") =>
    statusOf(item.patch([op === "set" ? { op, path, value: "v" } : { op, path }]));
  expect(await patch("/absent", "remove")).toBe(400);
  for (const path of ["/id", "/tenant", "/_etag"]) expect(await patch(path)).toBe(400);
  const many = Array.from({ length: 11 }, (_, n) => ({
    op: "set" as const,
    path: `/f${n}`,
    value: n,
  }));
  expect(await statusOf(item.patch(many))).toBe(400);
});

test("a document under another key than its own is refused", async () => {
  const batch = container.items.batch(
    [{ operationType: "Create", resourceBody: { id: "z", tenant: "b", session: "1" } }],
    ["a", "1"],
  );
  const { result = [] } = await batch;
  expect(result.map((one) => one.statusCode)).toEqual([400]);
  expect((await container.item("z", ["b", "1"]).read()).statusCode).toBe(404);
});
