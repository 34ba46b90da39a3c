/** The part of the document store contract about queries: isolation, filters, order, paging. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Query, Write } from "../ports/documentStore.ts";
import { documentFields, filters, orderValues } from "./documentArbitraries.ts";
import { inOrder, matches } from "./documentFilters.ts";
import { makeScenario } from "./documentScenario.ts";
import type { Scenario } from "./documentScenario.ts";

export function describeQueries(current: () => Scenario): void {
  describe("partitions", () => {
    // One leaked document is a breach between customers.
    test("a query never leaves its partition, whatever its filter", async () => {
      const { store, tenant, key, doc, create, ids } = current();
      const stranger = `${tenant}-x`;
      await create(doc("1"), doc("2", {}, key("w:2")), doc("3", {}, key("w:1", stranger)));
      const open: Query["where"] = [
        {
          op: "or",
          filters: [
            { op: "exists", field: "id", exists: true },
            { op: "eq", field: "tenant_id", value: stranger },
          ],
        },
      ];
      expect(await ids({ where: open })).toEqual(["1", "2"]);
      expect(await ids({ where: open, partition: key("w:2") })).toEqual(["2"]);
      expect(await ids({ where: open, partition: [`${tenant}-none`] })).toEqual([]);
      expect(await store.count("incidents", { partition: [tenant], where: open })).toBe(2);
      const everywhere: Query["where"] = [{ op: "prefix", field: "tenant_id", value: tenant }];
      expect(await ids({ where: everywhere, partition: [] })).toEqual(["1", "2", "3"]);
      const page = await store.query("incidents", { where: everywhere, limit: 5 });
      expect(page.items).toHaveLength(3);
      expect(await store.count("incidents", { where: everywhere })).toBe(3);
    });
  });

  describe("queries", () => {
    // Two stores that read one filter differently would show different incidents on Azure than locally.
    test("every filter tree means what the reference says", async () => {
      const { harness, store } = current();
      const docs = fc.array(documentFields, { minLength: 15, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(
          docs,
          fc.array(filters, { minLength: 12, maxLength: 12 }),
          async (some, trees) => {
            const { key, doc } = makeScenario(harness, store);
            const at = key();
            const all = some.map((fields, index) => doc(`d${index}`, fields));
            const writes = all.map((one): Write => ({ kind: "create", doc: one }));
            expect(await store.batch("incidents", at, writes)).toBe("done");
            for (const [index, filter] of trees.entries()) {
              const expected = all.filter((one) => matches(one, filter)).map((one) => one.id);
              // By prefix the indexes are used, by the whole key they may not be.
              const partition = index % 2 === 0 ? at.slice(0, 1) : at;
              const page = await store.query("incidents", {
                partition,
                where: [filter],
                limit: 100,
              });
              expect(page.items.map((item) => item.doc.id)).toEqual(expected.toSorted());
              expect(await store.count("incidents", { partition, where: [filter] })).toBe(
                expected.length,
              );
            }
          },
        ),
        { numRuns: harness.propertyRuns },
      );
    });

    // Keyset paging breaks silently when the position and the order disagree: rows are skipped or repeated.
    test("pages follow the promised order, with ties and mixed types", async () => {
      const { harness, store } = current();
      const rows = fc.array(fc.tuple(orderValues, fc.constantFrom("w:1", "w:2")), {
        minLength: 5,
        maxLength: 20,
      });
      await fc.assert(
        fc.asyncProperty(
          rows,
          fc.constantFrom("asc" as const, "desc" as const),
          async (some, direction) => {
            const { key, doc, create, ids, paged } = makeScenario(harness, store);
            const all = some.map(([value, incident], n) =>
              doc(`d${n}`, value === undefined ? {} : { last_modified_at: value }, key(incident)),
            );
            await create(...all);
            const orderBy = { field: "last_modified_at", direction };
            const expected = inOrder(all, ["tenant_id", "incident_key"], orderBy).map(
              (one) => one.id,
            );
            expect(
              await paged({ orderBy, where: [{ op: "eq", field: "type", value: "incident" }] }),
            ).toEqual(expected);
            expect(await ids({ orderBy, offset: 2, limit: 3 })).toEqual(expected.slice(2, 5));
          },
        ),
        { numRuns: harness.propertyRuns },
      );
    });

    // The list changes while an analyst pages through it.
    test("inserts between pages neither repeat nor hide what was there", async () => {
      const { doc, create, paged } = current();
      const add = async (n: number): Promise<void> =>
        create(doc(`d${n}`, { last_modified_at: `2026-01-0${n}` }));
      for (const n of [1, 3, 5, 7, 9]) await add(n);
      const orderBy = { field: "last_modified_at", direction: "desc" } as const;
      const found = await paged({ orderBy }, (page) => add(page * 2));
      expect(found.filter((id) => Number(id.slice(1)) % 2 === 1)).toEqual([
        "d9",
        "d7",
        "d5",
        "d3",
        "d1",
      ]);
      expect(new Set(found).size).toBe(found.length);
    });

    // A cursor is a client's to send back; one of another query would silently skip documents.
    test("a foreign or damaged cursor is invalid", async () => {
      const { store, tenant, doc, create, ids } = current();
      await create(doc("1"), doc("2"), doc("3"));
      const where: Query["where"] = [{ op: "eq", field: "type", value: "incident" }];
      const { cursor = "" } = await store.query("incidents", {
        partition: [tenant],
        where,
        limit: 1,
      });
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(await ids({ where, cursor, limit: 1 })).toEqual(["2"]);
      const invalid = { code: "invalid-fields" };
      const misuses: Partial<Query>[] = [
        { cursor },
        { where, cursor, partition: [`${tenant}-x`] },
        { where, cursor, orderBy: { field: "number", direction: "asc" } },
        { where, cursor, offset: 1 },
        { where, cursor: cursor.slice(0, -4) },
        { where, cursor: "" },
        { where, cursor: Buffer.from("null").toString("base64url") },
      ];
      for (const misuse of misuses) await expect(ids(misuse)).rejects.toMatchObject(invalid);
    });

    test("limits, ranges and field names out of bounds are invalid", async () => {
      const { ids } = current();
      const invalid = { code: "invalid-fields" };
      const misuses: Partial<Query>[] = [
        { limit: 0 },
        { limit: 1001 },
        { limit: 1.5 },
        { offset: -1 },
        { where: [{ op: "range", field: "a" }] },
        { where: [{ op: "range", field: "a", from: 1, to: "b" }] },
        { where: [{ op: "eq", field: "a' OR 1=1 --", value: 1 }] },
        { where: [{ op: "exists", field: 'a"].b', exists: true }] },
        { where: [{ op: "contains", field: "", value: 1 }] },
        { orderBy: { field: "a DESC, b", direction: "asc" } },
        { select: ["a b"] },
      ];
      for (const misuse of misuses) await expect(ids(misuse)).rejects.toMatchObject(invalid);
    });

    test("select returns its fields and the id, with the document's etag", async () => {
      const { store, tenant, doc, create, etagOf } = current();
      await create(
        doc("1", { number: 1, order: { deep: true }, note: "long", last_modified_at: 5 }),
        doc("2"),
      );
      const orderings: Partial<Query>[] = [
        {},
        { orderBy: { field: "last_modified_at", direction: "asc" } },
      ];
      for (const order of orderings) {
        const page = await store.query("incidents", {
          partition: [tenant],
          select: ["order", "number", "none"],
          limit: 1,
          ...order,
        });
        expect(page.items).toEqual([
          { doc: { id: "1", number: 1, order: { deep: true } }, etag: await etagOf("1") },
        ]);
      }
    });
  });
}
