/** The Cosmos DB store over its wire double, for tests of what must hold on both stores. */
import { afterAll, beforeAll } from "vitest";

import { createCosmosDocumentStore } from "../adapters/cosmos/documentStore.ts";
import { ensureContainers } from "../adapters/cosmos/indexing.ts";
import type { Clock } from "../ports/clock.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { type CosmosDouble, startCosmosDouble } from "./doubles/cosmos/server.ts";

/**
 * One double for all tests of the file that calls this; what they store stays, so each takes a tenant of its own.
 * @returns opens a store on it, in a test.
 */
export function cosmosForTests(): (clock: Clock) => DocumentStore {
  let double: CosmosDouble | undefined;
  const connection = () => ({ endpoint: double?.endpoint ?? "", database: "test", key: "a2V5" });
  beforeAll(async () => {
    double = await startCosmosDouble();
    await ensureContainers(connection());
  });
  afterAll(() => double?.close());
  return (clock) => createCosmosDocumentStore({ ...connection(), clock });
}
