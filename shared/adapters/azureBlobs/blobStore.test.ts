/** The BlobStore contract on the real SDK against azurite, in a container of its own for each test. */
import { randomUUID } from "node:crypto";

import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll } from "vitest";

import { startAzurite, type Azurite } from "../../testing/azurite.ts";
import { blobStoreContract } from "../../testing/blobStore.contract.ts";
import { createAzureBlobStore } from "./blobStore.ts";

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

blobStoreContract("azure blobs", async () => {
  const { connectionString } = azurite;
  const container = `test-${randomUUID()}`;
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const client = service.getContainerClient(container);
  await client.create();
  const names = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const blob of client.listBlobsFlat()) found.push(blob.name);
    return found;
  };
  return {
    first: createAzureBlobStore({ connectionString, container }),
    second: createAzureBlobStore({ connectionString, container }),
    countStored: async () => (await names()).length,
    corrupt: async (bytes) => {
      for (const name of await names()) {
        await client.getBlockBlobClient(name).upload(Buffer.from(bytes), bytes.byteLength);
      }
    },
    unreachable: () => createAzureBlobStore({ connectionString, container: "absent" }),
    dispose: async () => {
      await client.delete();
    },
  };
});
