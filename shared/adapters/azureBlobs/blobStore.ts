/** BlobStore in one container of an Azure storage account. Importing this module loads the SDK. */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";

import type { TokenCredential } from "@azure/identity";
import { BlobServiceClient, RestError } from "@azure/storage-blob";

import { AppError } from "../../domain/errors.ts";
import type { BlobStore } from "../../ports/blobStore.ts";

const HASH = /^[0-9a-f]{64}$/;
const RETRIES = {
  maxTries: 3,
  tryTimeoutInMs: 20_000,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 2_000,
};

export type AzureBlobOptions =
  /** `url` of the account's blob endpoint, e.g. `https://account.blob.core.windows.net`. */
  ({ url: string; credential: TokenCredential } | { connectionString: string }) & {
    /** Must exist: the infrastructure creates it. */
    container: string;
  };

/** Opens the store; connects on first use. Blobs are named `<SHA-256 of the tenant id>/<content hash>`. */
export function createAzureBlobStore(options: AzureBlobOptions): BlobStore {
  const settings = { retryOptions: RETRIES };
  const service =
    "connectionString" in options
      ? BlobServiceClient.fromConnectionString(options.connectionString, settings)
      : new BlobServiceClient(options.url, options.credential, settings);
  const container = service.getContainerClient(options.container);
  const blobOf = (tenantId: string, hash: string) =>
    container.getBlockBlobClient(`${sha256(Buffer.from(tenantId))}/${hash}`);

  return {
    async put(tenantId, content, contentType) {
      const hash = sha256(content);
      const blob = blobOf(tenantId, hash);
      try {
        await blob.upload(Buffer.from(content), content.byteLength, {
          blobHTTPHeaders: { blobContentType: contentType },
          // The name says what is in it, so the first one is as good as this one.
          conditions: { ifNoneMatch: "*" },
        });
      } catch (cause) {
        if (!hasCode(cause, "BlobAlreadyExists")) throw unavailable(cause);
      }
      return hash;
    },

    async get(tenantId, hash) {
      if (!HASH.test(hash)) return undefined;
      const content = await download(blobOf(tenantId, hash));
      if (content !== undefined && sha256(content) !== hash) {
        throw new AppError("store-unavailable", "Stored content no longer fits its hash.");
      }
      return content;
    },
  };
}

interface Downloadable {
  download(): Promise<{ readableStreamBody?: NodeJS.ReadableStream }>;
}

async function download(blob: Downloadable): Promise<Buffer | undefined> {
  try {
    const { readableStreamBody } = await blob.download();
    if (readableStreamBody === undefined) throw new Error("The answer has no body.");
    return await buffer(readableStreamBody);
  } catch (cause) {
    if (hasCode(cause, "BlobNotFound")) return undefined;
    throw unavailable(cause);
  }
}

const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof RestError && error.code === code;

const unavailable = (cause: unknown): AppError =>
  new AppError("store-unavailable", "The blob container cannot be used.", { cause });
