import { randomUUID } from "node:crypto";

import { DefaultAzureCredential } from "@azure/identity";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { DocumentStore, Write } from "../../ports/documentStore.ts";
import { documentStoreContract } from "../../testing/documentStore.contract.ts";
import { startCosmosDouble } from "../../testing/doubles/cosmos/server.ts";
import type { CosmosDouble, Fault } from "../../testing/doubles/cosmos/server.ts";
import { createCosmosDocumentStore } from "./documentStore.ts";
import { ensureContainers } from "./indexing.ts";

const clock = { now: () => new Date(Date.UTC(2026, 0, 1)) };

documentStoreContract("Cosmos DB, wire double", async () => {
  const double = await startCosmosDouble();
  const connection = { endpoint: double.endpoint, database: "test", key: "a2V5" };
  await ensureContainers(connection);
  return {
    open: async () => createCosmosDocumentStore({ ...connection, clock }),
    advanceSeconds: double.advanceSeconds,
    propertyRuns: 8,
    dispose: double.close,
  };
});

// oxlint-disable-next-line node/no-process-env -- a real account is a choice of who runs the tests
const { COSMOS_ENDPOINT, COSMOS_DATABASE = "socmate" } = process.env;
documentStoreContract(
  "Cosmos DB, the account at COSMOS_ENDPOINT",
  async () => {
    const endpoint = COSMOS_ENDPOINT ?? "";
    const credential = new DefaultAzureCredential();
    const options = { endpoint, database: COSMOS_DATABASE, credential, clock };
    return {
      open: async () => createCosmosDocumentStore(options),
      propertyRuns: 2,
      dispose: async () => {},
    };
  },
  { skip: COSMOS_ENDPOINT === undefined },
);

describe("Cosmos DB that fails", () => {
  let double: CosmosDouble;
  let store: DocumentStore;
  let key: string[];
  beforeAll(async () => {
    double = await startCosmosDouble();
    const connection = { endpoint: double.endpoint, database: "test", key: "a2V5" };
    await ensureContainers(connection);
    store = createCosmosDocumentStore({ ...connection, clock });
  });
  afterAll(async () => {
    await store.close();
    await double.close();
  });
  beforeEach(() => {
    key = [randomUUID(), "w:1"];
  });

  const doc = (id: string) => ({ id, tenant_id: key[0] ?? "", incident_key: "w:1" });
  const create = (id: string): Write => ({ kind: "create", doc: doc(id) });
  const batch = async (...writes: Write[]) => store.batch("incidents", key, writes);
  const throttle: Fault = { kind: "throttle", retryAfterMs: 1 };

  // A busy account is normal; callers must not see it while the SDK can wait.
  test("short throttling is waited out", async () => {
    double.failNext(throttle, 3);
    expect(await batch(create("1"))).toBe("done");
    double.failNext(throttle, 3);
    expect(await store.count("incidents", { partition: key })).toBe(1);
  });

  // Without the delay, clients and queues come back at once and keep the account busy.
  test("long throttling is store-unavailable with the delay, for every method", async () => {
    const attempts = 10;
    const acts = [
      async () => batch(create("1")),
      async () => store.read("incidents", key, "1"),
      async () => store.query("incidents", { partition: key, limit: 1 }),
      async () => store.count("incidents", { partition: key }),
    ];
    for (const act of acts) {
      double.failNext({ kind: "throttle", retryAfterMs: 20 }, attempts);
      const unavailable = { code: "store-unavailable", retryAfterSeconds: 1 };
      await expect(act()).rejects.toMatchObject(unavailable);
    }
    expect(await store.read("incidents", key, "1")).toBeUndefined();
  });

  // The answer got lost, the write did not. Reporting a conflict would lose the message that belongs to it.
  test.each<Fault>([{ kind: "cut-after" }, { kind: "cut-before" }, { kind: "unavailable" }])(
    "a batch is carried out once although its request meets $kind",
    async (fault) => {
      double.failNext(fault);
      expect(await batch(create("1"), create("2"))).toBe("done");
      const etag = (await store.read("incidents", key, "1"))?.etag ?? "";
      double.failNext(fault);
      expect(await batch({ kind: "replace", doc: { ...doc("1"), n: 1 }, etag })).toBe("done");
      const next = (await store.read("incidents", key, "1"))?.etag ?? "";
      double.failNext(fault);
      expect(await batch({ kind: "patch", id: "1", set: { m: 2 }, etag: next })).toBe("done");
      expect((await store.read("incidents", key, "1"))?.doc).toEqual({ ...doc("1"), n: 1, m: 2 });
      expect(await store.count("incidents", { partition: key })).toBe(2);
    },
  );

  // The repair must not take another writer's document for its own.
  test("a conflict with somebody else stays a conflict after a lost answer", async () => {
    await batch(create("1"));
    double.failNext({ kind: "cut-before" });
    expect(await batch(create("1"))).toBe("conflict");
  });

  // An outage must end in an answer, not in a request that hangs until the host kills it.
  test("a service that stays away is store-unavailable", async () => {
    double.failNext({ kind: "cut-before" }, 3);
    await expect(batch(create("1"))).rejects.toMatchObject({ code: "store-unavailable" });
    double.failNext({ kind: "unavailable" }, 3);
    await expect(batch(create("1"))).rejects.toMatchObject({ code: "store-unavailable" });
    expect(await batch(create("1"))).toBe("done");
    const nowhere = createCosmosDocumentStore({
      endpoint: "http://127.0.0.1:9",
      database: "test",
      key: "a2V5",
      clock,
    });
    const read = nowhere.read("incidents", key, "1");
    await expect(read).rejects.toMatchObject({ code: "store-unavailable" });
    await nowhere.close();
  });

  // Taken for absence, a worker would drop the message whose record another instance has just written.
  test("a replica that is behind is store-unavailable, not absence, for every method", async () => {
    await batch(create("1"));
    const acts = [
      async () => store.read("incidents", key, "1"),
      async () => store.query("incidents", { partition: key, limit: 1 }),
      async () => store.count("incidents", { partition: key }),
      async () => batch(create("2")),
    ];
    for (const act of acts) {
      double.failNext({ kind: "behind-session" });
      await expect(act()).rejects.toMatchObject({ code: "store-unavailable" });
    }
    expect(await store.read("incidents", key, "2")).toBeUndefined();
  });

  // The service takes only complete keys in a query's header, so a tenant's query has none and keeps to its condition.
  test("a query of one tenant reaches its partitions and nobody else's", async () => {
    const other = [randomUUID(), "w:1"];
    await batch(create("1"));
    await store.batch(
      "incidents",
      [key[0] ?? "", "w:2"],
      [{ kind: "create", doc: { ...doc("2"), incident_key: "w:2" } }],
    );
    await store.batch("incidents", other, [
      { kind: "create", doc: { ...doc("3"), tenant_id: other[0] ?? "" } },
    ]);
    const partition = key.slice(0, 1);
    const { items } = await store.query("incidents", { partition, limit: 10 });
    expect(items.map((item) => item.doc.id)).toEqual(["1", "2"]);
    expect(await store.count("incidents", { partition })).toBe(2);
  });

  // Point reads and batches are one request each; a second one would double what the account charges.
  test("a read is one request and a batch is one request", async () => {
    const before = double.requests.length;
    await batch(create("1"));
    await store.read("incidents", key, "1");
    expect(double.requests.slice(before)).toEqual(["POST batch", "GET document"]);
  });
});
