/** The part of the document store contract about single documents and batches. */
import { describe, expect, test } from "vitest";

import type { Write } from "../ports/documentStore.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { Scenario } from "./documentScenario.ts";

export function describeWrites(current: () => Scenario): void {
  describe("documents", () => {
    // Stores add fields of their own to what they keep; those must not leak into what is read.
    test("a document is read back as it was written", async () => {
      const { store, key, doc, create } = current();
      const written = doc("1", {
        a: [1, { b: null }],
        s: "日本 \u{1F600} \u0000 \"'`",
        n: 1.5e-7,
      });
      await create(written);
      expect(await store.read("incidents", key(), "1")).toEqual({
        doc: written,
        etag: expect.any(String),
      });
      expect(await store.read("incidents", key(), "2")).toBeUndefined();
      expect(await store.read("incidents", key("w:2"), "1")).toBeUndefined();
    });

    // A change that keeps the etag would let two writers both believe that they were alone.
    test("every write changes the etag", async () => {
      const { doc, create, batch, etagOf } = current();
      await create(doc("1"));
      const first = await etagOf("1");
      await batch({ kind: "patch", id: "1", set: { a: 1 } });
      const second = await etagOf("1");
      await batch({ kind: "replace", doc: doc("1"), etag: second });
      const third = await etagOf("1");
      await batch({ kind: "delete", id: "1" }, { kind: "create", doc: doc("1") });
      expect(new Set([first, second, third, await etagOf("1")]).size).toBe(4);
    });

    // The sync and the analyst patch different fields of one document at the same time.
    test("a patch sets and removes its fields and leaves the others", async () => {
      const { store, key, doc, create, batch } = current();
      await create(doc("1", { keep: { deep: [1] }, old: 1, gone: 2 }));
      const patch: Write = {
        kind: "patch",
        id: "1",
        set: { old: { now: "object" }, fresh: null },
        remove: ["gone", "never_there"],
      };
      expect(await batch(patch)).toBe("done");
      const stored = await store.read("incidents", key(), "1");
      expect(stored?.doc).toEqual(
        doc("1", { keep: { deep: [1] }, old: { now: "object" }, fresh: null }),
      );
    });

    // Ten is the port's limit; a store must not spend it on marks of its own.
    test("a patch may set or remove ten fields", async () => {
      const { doc, create, batch, docOf, etagOf } = current();
      const fields = Array.from({ length: 10 }, (_, index) => `f${index}`);
      await create(doc("1", { keep: 1 }));
      const set = Object.fromEntries(fields.map((field) => [field, field]));
      expect(await batch({ kind: "patch", id: "1", set })).toBe("done");
      expect(await docOf("1")).toEqual(doc("1", { keep: 1, ...set }));
      const etag = await etagOf("1");
      expect(await batch({ kind: "patch", id: "1", set: {}, remove: fields, etag })).toBe("done");
      expect(await docOf("1")).toEqual(doc("1", { keep: 1 }));
    });

    // These characters break resource addresses in one of the stores; both refuse them, so that moving is safe.
    test.each([".", "..", "a/b", "a\\b", "a?b", "a#b", "", "a\u0000b", "a ", "x".repeat(1024)])(
      "the id %j is refused in writes and absent in reads",
      async (id) => {
        const { store, key, doc, batch } = current();
        const refused = batch({ kind: "create", doc: doc(id) });
        await expect(refused).rejects.toMatchObject({ code: "invalid-fields" });
        expect(await store.read("incidents", key(), id)).toBeUndefined();
      },
    );

    // Ids come from vendors: workspace:number, run@time, e-mail addresses, quoted names.
    test("ids with other odd characters work everywhere", async () => {
      const { doc, create, batch, docOf, etagOf, paged } = current();
      const odd = [
        "w:1",
        "r@2026-01-01T00:00:00Z",
        "a b",
        "ü日本\u{1F600}",
        `"'\`;--`,
        "%2F",
        "a+b&c=d,[e]{f}",
      ];
      await create(...odd.map((id) => doc(id)));
      for (const id of odd) expect((await docOf(id))?.id).toBe(id);
      expect((await paged({})).toSorted()).toEqual(odd.toSorted());
      for (const id of odd) {
        expect(await batch({ kind: "patch", id, set: { seen: true } })).toBe("done");
        expect(await batch({ kind: "delete", id, etag: await etagOf(id) })).toBe("done");
      }
    });

    // A document under a key that is not its own would be visible to another tenant.
    test("a document outside the partition, or with the store's own fields, is refused", async () => {
      const { store, tenant, doc, batch } = current();
      const other = doc("1", {}, [`${tenant}-other`, "w:1"]);
      for (const bad of [other, doc("1", { ttl: 5 }), doc("1", { _etag: "x" })]) {
        const refused = batch({ kind: "create", doc: bad });
        await expect(refused).rejects.toMatchObject({ code: "invalid-fields" });
      }
      for (const field of ["id", "tenant_id", "_ts", "ttl", "a.b", 'a"b']) {
        const refused = batch({ kind: "patch", id: "1", set: { [field]: "x" } });
        await expect(refused).rejects.toMatchObject({ code: "invalid-fields" });
      }
      const short = store.read("incidents", [tenant], "1");
      await expect(short).rejects.toMatchObject({ code: "invalid-fields" });
    });
  });

  describe("batches", () => {
    // Deterministic ids make a duplicate conflict; anything else would make it multiply.
    test("each condition that does not hold is a conflict", async () => {
      const { doc, create, batch, docOf, etagOf } = current();
      await create(doc("1"));
      const stale = await etagOf("1");
      await batch({ kind: "patch", id: "1", set: { a: 1 } });
      const conflicts: Write[] = [
        { kind: "create", doc: doc("1") },
        { kind: "replace", doc: doc("1"), etag: stale },
        { kind: "replace", doc: doc("absent"), etag: stale },
        { kind: "patch", id: "1", set: { a: 2 }, etag: stale },
        { kind: "patch", id: "absent", set: { a: 2 } },
        { kind: "delete", id: "1", etag: stale },
        { kind: "delete", id: "absent" },
      ];
      for (const write of conflicts) expect(await batch(write)).toBe("conflict");
      expect(await docOf("1")).toEqual(doc("1", { a: 1 }));
    });

    // State without its outbox row is a notification that never goes out.
    test("a batch with one conflict changes nothing, whatever its place", async () => {
      const { doc, create, batch, etagOf, ids } = current();
      await create(doc("1", { n: 1 }), doc("2"));
      const before = [await etagOf("1"), await etagOf("2")];
      const fine: Write[] = [
        { kind: "create", doc: doc("new") },
        { kind: "patch", id: "1", set: { n: 2 } },
        { kind: "delete", id: "2" },
      ];
      for (let place = 0; place <= fine.length; place += 1) {
        const writes = fine.toSpliced(place, 0, { kind: "create", doc: doc("1") });
        expect(await batch(...writes)).toBe("conflict");
      }
      expect([await etagOf("1"), await etagOf("2")]).toEqual(before);
      expect(await ids()).toEqual(["1", "2"]);
      expect(await batch(...fine)).toBe("done");
      expect(await ids()).toEqual(["1", "new"]);
    });

    test("later writes of a batch see the earlier ones", async () => {
      const { doc, batch, docOf } = current();
      const writes: Write[] = [
        { kind: "create", doc: doc("1") },
        { kind: "patch", id: "1", set: { n: 1 } },
      ];
      expect(await batch(...writes)).toBe("done");
      expect(await docOf("1")).toEqual(doc("1", { n: 1 }));
    });

    // One store has these limits; the other keeps them, so that what works locally works there.
    test("more than 100 operations or 2 MB are too large, 100 are not", async () => {
      const { store, tenant, doc, batch } = current();
      const creates = (count: number, fields: JsonObject = {}): Write[] =>
        Array.from({ length: count }, (_, n) => ({ kind: "create", doc: doc(`d${n}`, fields) }));
      const tooLarge = { code: "too-large" };
      await expect(batch(...creates(101))).rejects.toMatchObject(tooLarge);
      await expect(batch(...creates(3, { big: "é".repeat(400_000) }))).rejects.toMatchObject(
        tooLarge,
      );
      expect(await batch(...creates(100))).toBe("done");
      expect(await store.count("incidents", { partition: [tenant] })).toBe(100);
      expect(await batch()).toBe("done");
    });

    // Six timers race for one schedule; each must start once.
    test("of two stores racing on one etag exactly one wins", async () => {
      const { harness, store, key, doc, create, etagOf, ids } = current();
      const other = await harness.open();
      for (let round = 0; round < 10; round += 1) {
        await create(doc(`r${round}`));
        const etag = await etagOf(`r${round}`);
        const claim = (by: string): Write[] => [
          { kind: "replace", doc: doc(`r${round}`, { by }), etag },
          { kind: "create", doc: doc(`run-${round}-${by}`) },
        ];
        const results = await Promise.all([
          store.batch("incidents", key(), claim("a")),
          other.batch("incidents", key(), claim("b")),
        ]);
        expect(results.toSorted()).toEqual(["conflict", "done"]);
        const winner = results[0] === "done" ? "a" : "b";
        const stored = await store.read("incidents", key(), `r${round}`);
        expect(stored?.doc["by"]).toBe(winner);
        expect(await ids({ where: [{ op: "prefix", field: "id", value: "run-" }] })).toHaveLength(
          round + 1,
        );
      }
      await other.close();
    });
  });
}
