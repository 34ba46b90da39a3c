/** BlobStore in a directory: one file per tenant and content, named by its hash. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { AppError } from "../../domain/errors.ts";
import type { BlobStore } from "../../ports/blobStore.ts";

const HASH = /^[0-9a-f]{64}$/;

/**
 * Opens a store below `directory`, which is created on the first write. Several processes may share it.
 * A `put` that was acknowledged survives a power cut: file and folder are synced before it resolves.
 * The content type is not kept, for nothing reads it back.
 */
export function createFileBlobStore(directory: string): BlobStore {
  // Tenant ids come from tokens: hashed, none can name a path outside its folder, or another tenant's
  // on a file system that ignores case.
  const pathOf = (tenantId: string, hash: string): string =>
    join(directory, sha256(Buffer.from(tenantId)), hash.slice(0, 2), hash);

  return {
    async put(tenantId, content) {
      const hash = sha256(content);
      const path = pathOf(tenantId, hash);
      await translateErrors(async () => {
        const stored = await readIfPresent(path);
        // A damaged file is replaced: here are the right bytes.
        if (stored === undefined || sha256(stored) !== hash) await writeDurably(path, content);
      });
      return hash;
    },

    async get(tenantId, hash) {
      if (!HASH.test(hash)) return undefined;
      const content = await translateErrors(() => readIfPresent(pathOf(tenantId, hash)));
      if (content !== undefined && sha256(content) !== hash) {
        throw new AppError("store-unavailable", "Stored content no longer fits its hash.");
      }
      return content;
    },
  };
}

const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Readers see the whole file or none: it gets its name when all of it is on disk. */
async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const firstCreated = await mkdir(folder, { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const last = firstCreated === undefined ? folder : dirname(firstCreated);
  for (let at = folder; at.length >= last.length; at = dirname(at)) await syncFolder(at);
}

/** Makes new names in the folder durable. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function translateErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new AppError("store-unavailable", "The blob folder cannot be used.", { cause });
  }
}
