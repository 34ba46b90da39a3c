/** What every BlobStore adapter must do. */
import { createHash } from "node:crypto";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { BlobStore } from "../ports/blobStore.ts";

/** An empty store, opened twice, and a way behind its back. */
export interface BlobStoreBench {
  first: BlobStore;
  second: BlobStore;
  /** Contents held for all tenants together. */
  countStored(): Promise<number>;
  /** Overwrites every stored content with these bytes. */
  corrupt(bytes: Uint8Array): Promise<void>;
  /** A store of the same kind whose place does not exist or does not answer. */
  unreachable(): BlobStore;
  dispose(): Promise<void>;
}

const JSON_TYPE = "application/json";
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

export function blobStoreContract(adapter: string, open: () => Promise<BlobStoreBench>): void {
  describe(`BlobStore contract: ${adapter}`, () => {
    let bench: BlobStoreBench;
    let store: BlobStore;
    beforeEach(async () => {
      bench = await open();
      store = bench.first;
    });
    afterEach(async () => bench.dispose());

    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    test.each([
      { what: "text", content: Buffer.from('{"q":"ß 🔑"}') },
      { what: "every byte", content: every },
      { what: "nothing", content: new Uint8Array(0) },
      { what: "5 MB", content: new Uint8Array(5 * 1024 * 1024).map((_, i) => (i * 31) % 251) },
      { what: "a view into a larger buffer", content: every.subarray(10, 20) },
    ])("$what comes back equal under its SHA-256", async ({ content }) => {
      const hash = await store.put("contoso", content, JSON_TYPE);
      expect(hash).toBe(sha256(content));
      const found = await bench.second.get("contoso", hash);
      expect(found).toBeInstanceOf(Uint8Array);
      expect(Buffer.compare(found ?? Buffer.from("absent"), content)).toBe(0);
    });

    test("storing the same bytes again changes nothing", async () => {
      const hash = await store.put("contoso", Buffer.from("same"), JSON_TYPE);
      expect(await bench.second.put("contoso", Buffer.from("same"), "text/plain")).toBe(hash);
      expect(await bench.countStored()).toBe(1);
      expect(await store.get("contoso", hash)).toEqual(Buffer.from("same"));
    });

    test("concurrent puts of the same content all succeed and store it once", async () => {
      const content = new Uint8Array(200_000).fill(7);
      const hashes = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 === 0 ? store : bench.second).put("contoso", content, JSON_TYPE),
        ),
      );
      expect(new Set(hashes)).toEqual(new Set([sha256(content)]));
      expect(await bench.countStored()).toBe(1);
      expect(await store.get("contoso", sha256(content))).toEqual(Buffer.from(content));
    });

    // Raw alerts of one customer must never be readable by another who can guess or learn a hash.
    test("another tenant's content looks absent", async () => {
      const hash = await store.put("contoso", Buffer.from("secret"), JSON_TYPE);
      for (const tenant of ["fabrikam", "CONTOSO", "contoso/", "../contoso", ""]) {
        expect(await store.get(tenant, hash)).toBeUndefined();
      }
      expect(await store.get("contoso", hash)).toEqual(Buffer.from("secret"));
    });

    test("the same content of two tenants is stored for each", async () => {
      const content = Buffer.from("shared");
      const hash = await store.put("contoso", content, JSON_TYPE);
      expect(await store.put("fabrikam", content, JSON_TYPE)).toBe(hash);
      expect(await bench.countStored()).toBe(2);
      expect(await store.get("fabrikam", hash)).toEqual(content);
    });

    test.each([
      "a/../b",
      "..",
      ".",
      "tenant with spaces",
      "ünï/çode",
      "%2e%2e%2f",
      "x".repeat(500),
    ])("tenant id %j is only a name", async (tenantId) => {
      const hash = await store.put(tenantId, Buffer.from("v"), JSON_TYPE);
      expect(await store.get(tenantId, hash)).toEqual(Buffer.from("v"));
      expect(await bench.countStored()).toBe(1);
    });

    test.each(["0".repeat(64), "", "../../etc/passwd", "ABC", "g".repeat(64), "a/b"])(
      "hash %j that was never stored is absent",
      async (hash) => {
        await store.put("contoso", Buffer.from("other"), JSON_TYPE);
        expect(await store.get("contoso", hash)).toBeUndefined();
      },
    );

    // Evidence that changed after the fact must not be shown as what the query returned.
    test.each(["tampered", ""])(
      "content that no longer fits its hash is refused: %j",
      async (bytes) => {
        const hash = await store.put("contoso", Buffer.from("original"), JSON_TYPE);
        await bench.corrupt(Buffer.from(bytes));
        await expect(store.get("contoso", hash)).rejects.toMatchObject({
          name: "AppError",
          code: "store-unavailable",
        });
      },
    );

    test("a store that cannot be used says so", async () => {
      const broken = bench.unreachable();
      const unavailable = { name: "AppError", code: "store-unavailable" };
      await expect(broken.put("contoso", Buffer.from("v"), JSON_TYPE)).rejects.toMatchObject(
        unavailable,
      );
      await expect(broken.get("contoso", "0".repeat(64))).rejects.toMatchObject(unavailable);
    });
  });
}
