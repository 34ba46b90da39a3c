import { documentStoreContract } from "../../testing/documentStore.contract.ts";
import { startCosmosDouble } from "../../testing/doubles/cosmos/server.ts";
import { createCosmosDocumentStore } from "./documentStore.ts";
import { ensureContainers } from "./indexing.ts";

documentStoreContract("Cosmos DB, wire double", async () => {
  const double = await startCosmosDouble();
  const connection = { endpoint: double.endpoint, database: "test", key: "a2V5" };
  await ensureContainers(connection);
  return {
    open: async () => createCosmosDocumentStore(connection),
    advanceSeconds: double.advanceSeconds,
    propertyRuns: 8,
    dispose: double.close,
  };
});
