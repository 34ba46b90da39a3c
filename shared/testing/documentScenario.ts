/** A tenant of its own for one test of the document store contract, with shorthands for writing and reading in it. */
import { randomUUID } from "node:crypto";

import { expect } from "vitest";
import { z } from "zod";

import type { Document, DocumentStore, Query, Write } from "../ports/documentStore.ts";
import type { JsonObject } from "../schemas/json.ts";

export interface DocumentStoreHarness {
  /** A connection of its own to the same data. */
  open: () => Promise<DocumentStore>;
  /** Moves the store's time on; absent when its time cannot be moved, as with a real account. */
  advanceSeconds?: (seconds: number) => void;
  /** How many random cases each property tries: fewer for stores that answer slowly. */
  propertyRuns: number;
  dispose: () => Promise<void>;
}

type Key = readonly [tenant: string, incident: string];

export interface Scenario {
  harness: DocumentStoreHarness;
  store: DocumentStore;
  tenant: string;
  /** A partition in `incidents`, of this tenant unless told otherwise. */
  key: (incident?: string, of?: string) => Key;
  /** An incident's document; in the partition `w:1` unless told otherwise. */
  doc: (id: string, fields?: JsonObject, at?: Key) => Document;
  /** Creates documents in `incidents`, each in its own batch. */
  create: (...docs: readonly Document[]) => Promise<void>;
  /** A batch in the partition `w:1`. */
  batch: (...writes: readonly Write[]) => Promise<"done" | "conflict">;
  /** The document in the partition `w:1`. */
  docOf: (id: string) => Promise<Document | undefined>;
  etagOf: (id: string) => Promise<string>;
  /** The ids of a page of this tenant. */
  ids: (query?: Partial<Query>) => Promise<string[]>;
  /** The ids of all pages, two documents each; `between` runs after each page. */
  paged: (query: Partial<Query>, between?: (page: number) => Promise<void>) => Promise<string[]>;
}

const PAGES_MAX = 50;

export function makeScenario(harness: DocumentStoreHarness, store: DocumentStore): Scenario {
  const tenant = `t-${randomUUID()}`;
  const key = (incident = "w:1", of = tenant): Key => [of, incident];
  const read = async (id: string) => store.read("incidents", key(), id);
  const query = async (some: Partial<Query>) =>
    store.query("incidents", { partition: [tenant], limit: 100, ...some });
  return {
    harness,
    store,
    tenant,
    key,
    doc: (id, fields = {}, at = key()) => ({
      type: "incident",
      ...fields,
      id,
      tenant_id: at[0],
      incident_key: at[1],
    }),
    create: async (...docs) => {
      for (const doc of docs) {
        const at = z.tuple([z.string(), z.string()]).parse([doc["tenant_id"], doc["incident_key"]]);
        expect(await store.batch("incidents", at, [{ kind: "create", doc }])).toBe("done");
      }
    },
    batch: async (...writes) => store.batch("incidents", key(), writes),
    docOf: async (id) => (await read(id))?.doc,
    etagOf: async (id) => {
      const stored = await read(id);
      if (stored === undefined) throw new Error(`${id} is absent`);
      return stored.etag;
    },
    ids: async (some = {}) => (await query(some)).items.map((item) => item.doc.id),
    paged: async (some, between) => {
      const found: string[] = [];
      let cursor: string | undefined;
      for (let number = 1; number <= PAGES_MAX; number += 1) {
        const position = cursor === undefined ? {} : { cursor };
        const page = await query({ limit: 2, ...some, ...position });
        found.push(...page.items.map((item) => item.doc.id));
        cursor = page.cursor;
        if (cursor === undefined) return found;
        await between?.(number);
      }
      throw new Error("paging does not end");
    },
  };
}
