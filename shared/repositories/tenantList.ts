/** A short list of a tenant: one document in container `tenants`, so that names are unique and their number is bounded. */
import { z } from "zod";

import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Stored, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { commit } from "./outbox.ts";
import { queryAll } from "./pages.ts";

const CONTAINER = "tenants";
/** Tenants that are read at once. */
const PAGE = 100;

const OfTenant = z.looseObject({ tenant_id: z.string() });

/** What a change leaves, and what it answers once that is done. */
export interface TenantListChange<Item, Result> {
  items: readonly Item[];
  messages: readonly OutboxMessage[];
  result: Result;
}

export interface TenantList<Item> {
  /** In the order in which they were set up. */
  list: (documents: DocumentStore, tenantId: string) => Promise<Item[]>;
  /**
   * Decides on the items as they are and writes the outcome if they still are so; otherwise decides anew.
   * @throws AppError `conflict` when it loses too many races; whatever `decide` throws.
   */
  change: <Result>(
    deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
    tenantId: string,
    decide: (known: readonly Item[]) => TenantListChange<Item, Result>,
  ) => Promise<Result>;
  /**
   * Writes items anew that nobody edited: no act for the audit trail, and one try.
   * @param renewed `undefined` when the items are not as they were expected: a conflict.
   */
  renew: (
    documents: DocumentStore,
    tenantId: string,
    renewed: (known: readonly Item[]) => readonly Item[] | undefined,
  ) => Promise<"done" | "conflict">;
  /** Of every tenant that has a list. */
  all: (documents: DocumentStore) => Promise<{ tenant_id: string; items: Item[] }[]>;
}

/**
 * @param id of the document, its type and the field that holds the items
 * @param what the list in words, for who loses too many races
 */
export function tenantList<Schema extends z.ZodType>(
  id: string,
  schema: Schema,
  what: string,
): TenantList<z.output<Schema>> {
  type Item = z.output<Schema>;
  const Items = z.array(schema);
  const itemsOf = (doc: z.output<typeof OfTenant>): Item[] => Items.parse(doc[id]);
  const itemsIn = (stored: Stored | undefined): Item[] | undefined =>
    stored && itemsOf(OfTenant.parse(stored.doc));
  const writeOf = (tenantId: string, stored: Stored | undefined, items: readonly Item[]): Write => {
    const doc = asDeepDocument({ id, type: id, tenant_id: tenantId, [id]: items });
    return stored === undefined
      ? { kind: "create", doc }
      : { kind: "replace", doc, etag: stored.etag };
  };

  return {
    async list(documents, tenantId) {
      return itemsIn(await documents.read(CONTAINER, [tenantId], id)) ?? [];
    },

    async change(deps, tenantId, decide) {
      const attempt = async () => {
        const stored = await deps.documents.read(CONTAINER, [tenantId], id);
        const { items, messages, result } = decide(itemsIn(stored) ?? []);
        const write = writeOf(tenantId, stored, items);
        const outcome = await commit(deps, CONTAINER, [tenantId], [write], messages);
        return outcome === "done" ? { result } : "conflict";
      };
      return (await retryOnConflict(attempt, { what })).result;
    },

    async renew(documents, tenantId, renewed) {
      const stored = await documents.read(CONTAINER, [tenantId], id);
      const known = itemsIn(stored);
      const items = known && renewed(known);
      if (items === undefined) return "conflict";
      return documents.batch(CONTAINER, [tenantId], [writeOf(tenantId, stored, items)]);
    },

    async all(documents) {
      const where = [{ op: "eq", field: "type", value: id } as const];
      const found: { tenant_id: string; items: Item[] }[] = [];
      for await (const stored of queryAll(documents, CONTAINER, { where, limit: PAGE })) {
        const doc = OfTenant.parse(stored.doc);
        found.push({ tenant_id: doc.tenant_id, items: itemsOf(doc) });
      }
      return found;
    },
  };
}
