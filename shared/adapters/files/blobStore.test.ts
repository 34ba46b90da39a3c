/** The BlobStore contract on a directory, and what only files can do. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { blobStoreContract } from "../../testing/blobStore.contract.ts";
import { createFileBlobStore } from "./blobStore.ts";

const makeFolder = () => mkdtemp(join(tmpdir(), "blobs-"));

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
}

blobStoreContract("files", async () => {
  const folder = await makeFolder();
  const root = join(folder, "blobs");
  return {
    first: createFileBlobStore(root),
    second: createFileBlobStore(root),
    // The whole folder is counted: a temporary file or one outside the root shows.
    countStored: async () => (await listFiles(folder)).length,
    corrupt: async (bytes) => {
      for (const file of await listFiles(folder)) await writeFile(file, bytes);
    },
    unreachable: () => createFileBlobStore("/dev/null/blobs"),
    dispose: () => rm(folder, { recursive: true }),
  };
});

// A disk error would otherwise stay for ever: the same alert is put again with every sync.
test("putting the right bytes again repairs a damaged file", async () => {
  const folder = await makeFolder();
  const store = createFileBlobStore(folder);
  const hash = await store.put("contoso", Buffer.from("right"), "text/plain");
  for (const file of await listFiles(folder)) await writeFile(file, "wrong");
  await store.put("contoso", Buffer.from("right"), "text/plain");
  expect(await store.get("contoso", hash)).toEqual(Buffer.from("right"));
  await rm(folder, { recursive: true });
});
