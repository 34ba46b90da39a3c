/** The part of the document store contract about documents that expire. */
import { describe, expect, test } from "vitest";

import type { Document, Write } from "../ports/documentStore.ts";
import type { Scenario } from "./documentScenario.ts";

/** Shorthands for one partition of `notifications`, whose documents may expire. */
function notifications({ store, tenant, harness }: Scenario) {
  const key = [tenant, "b"];
  return {
    store,
    tenant,
    advance: harness.advanceSeconds,
    read: async (id: string) => store.read("notifications", key, id),
    write: async (...writes: Write[]) => store.batch("notifications", key, writes),
    notification: (id: string): Document => ({ id, tenant_id: tenant, bucket: "b" }),
  };
}

export function describeExpiry(current: () => Scenario): void {
  describe("time to live", () => {
    // An expired lease or idempotency key that still counts would block its successor.
    test("an expired document is absent everywhere, and its id is free", async ({ skip }) => {
      const { store, tenant, advance, read, write, notification } = notifications(current());
      if (advance === undefined) {
        skip("this store's time cannot be moved");
        return;
      }
      await write(
        { kind: "create", doc: notification("short"), ttlSeconds: 10 },
        { kind: "create", doc: notification("long"), ttlSeconds: 100 },
        { kind: "create", doc: notification("ever") },
      );
      advance(9);
      expect((await read("short"))?.doc).toEqual(notification("short"));
      advance(2);
      expect(await read("short")).toBeUndefined();
      const page = await store.query("notifications", { partition: [tenant], limit: 10 });
      expect(page.items.map((item) => item.doc.id)).toEqual(["ever", "long"]);
      expect(await store.count("notifications", { partition: [tenant] })).toBe(2);
      expect(await write({ kind: "patch", id: "short", set: { a: 1 } })).toBe("conflict");
      expect(await write({ kind: "delete", id: "short" })).toBe("conflict");
      expect(await write({ kind: "create", doc: notification("short") })).toBe("done");
      advance(1000);
      expect(await read("short")).toBeDefined();
      expect(await read("long")).toBeUndefined();
    });

    test("a patch starts the time anew; a replace decides again", async ({ skip }) => {
      const { advance, read, write, notification } = notifications(current());
      if (advance === undefined) {
        skip("this store's time cannot be moved");
        return;
      }
      for (const id of ["patched", "kept"]) {
        await write({ kind: "create", doc: notification(id), ttlSeconds: 10 });
      }
      advance(6);
      await write({ kind: "patch", id: "patched", set: { a: 1 } });
      await write({
        kind: "replace",
        doc: notification("kept"),
        etag: (await read("kept"))?.etag ?? "",
      });
      advance(6);
      expect((await read("patched"))?.doc).toEqual({ ...notification("patched"), a: 1 });
      advance(6);
      expect(await read("patched")).toBeUndefined();
      expect(await read("kept")).toBeDefined();
    });

    test("a time to live out of bounds, or where the container has none, is refused", async () => {
      const { doc, batch } = current();
      const { write, notification } = notifications(current());
      for (const ttlSeconds of [0, -1, 1.5, 2 ** 31]) {
        const refused = write({ kind: "create", doc: notification("1"), ttlSeconds });
        await expect(refused).rejects.toMatchObject({ code: "invalid-fields" });
      }
      const refused = batch({ kind: "create", doc: doc("1"), ttlSeconds: 5 });
      await expect(refused).rejects.toMatchObject({ code: "invalid-fields" });
    });
  });
}
