/** Where documents live: one container per kind of record, partitioned, with atomic batches and declarative queries. */
import type { JsonObject } from "../schemas/json.ts";
import type { ContainerName } from "./containers.ts";

/** A stored document: `id` is unique in its partition; the partition key fields are fields of the document. */
export type Document = JsonObject & { id: string };

/** One value per partition key path of the container, in their order. A query may give a prefix. */
export type PartitionKey = readonly string[];

export interface Stored {
  doc: Document;
  /** Changes with every write of the document. Opaque. */
  etag: string;
}

/**
 * One operation of a batch.
 * - `create` conflicts when the id is taken.
 * - `replace` and `patch` and `delete` conflict when the document is absent, or when `etag` is given and no longer current.
 * - `patch` sets and removes top-level fields and leaves the others alone; at most 10 fields in all.
 * - `ttlSeconds` lets the store drop the document that long after this write; absent means it stays. A patch starts the
 *   time anew. An expired document is absent.
 *
 * Top-level fields named `ttl`, or starting with `_`, belong to the store.
 */
export type Write =
  | { kind: "create"; doc: Document; ttlSeconds?: number }
  | { kind: "replace"; doc: Document; etag: string; ttlSeconds?: number }
  | { kind: "patch"; id: string; set: JsonObject; remove?: readonly string[]; etag?: string }
  | { kind: "delete"; id: string; etag?: string };

/**
 * Field names are top-level names or dotted paths, e.g. `owner.email`. A filter on an absent field is false, so `not` of it
 * is true. Comparisons never convert: a number is not equal to, and not in range with, a text. Texts compare by code point.
 * - `range` includes both bounds; it needs at least one.
 * - `prefix` is case-sensitive; `text` finds a part of a text whatever its case.
 * - `contains` asks whether an array has the element. `exists` counts `null` as there.
 */
export type Filter =
  | { op: "eq"; field: string; value: string | number | boolean | null }
  | { op: "in"; field: string; values: readonly (string | number)[] }
  | { op: "range"; field: string; from?: string | number; to?: string | number }
  | { op: "prefix"; field: string; value: string }
  | { op: "contains"; field: string; value: string | number }
  | { op: "exists"; field: string; exists: boolean }
  | { op: "text"; field: string; value: string }
  | { op: "and" | "or"; filters: readonly Filter[] }
  | { op: "not"; filter: Filter };

export interface Query {
  /** A full partition key, a prefix of one, or none: all partitions. */
  partition?: PartitionKey;
  /** All of them must hold. */
  where?: readonly Filter[];
  /** Documents whose field is not a text or a number are left out; numbers sort before texts. Ties are broken by partition key and id, ascending. */
  orderBy?: { field: string; direction: "asc" | "desc" };
  /** 1 to 1000. */
  limit: number;
  /** From an earlier page of the same query. Opaque. */
  cursor?: string;
  /** Skips this many documents; not together with `cursor`. */
  offset?: number;
  /** Only these top-level fields of each document (`id` is always there); absent means the whole document. */
  select?: readonly string[];
}

export interface Page {
  items: Stored[];
  /** Absent on the last page. */
  cursor?: string;
}

/**
 * Every method throws AppError `store-unavailable` when the store cannot be reached or stays busy,
 * `too-large` when a batch exceeds 100 operations or 2 MB, and `invalid-fields` for what no store accepts
 * (domain/documentLimits.ts and domain/documentQuery.ts have the rules).
 */
export interface DocumentStore {
  /** `undefined` when absent. */
  read(container: ContainerName, key: PartitionKey, id: string): Promise<Stored | undefined>;
  /** All or nothing, in one partition. `conflict` when any write's condition does not hold. */
  batch(
    container: ContainerName,
    key: PartitionKey,
    writes: readonly Write[],
  ): Promise<"done" | "conflict">;
  /** @throws AppError `invalid-fields` when the cursor is not one of this query's. */
  query(container: ContainerName, query: Query): Promise<Page>;
  /** How many documents match; `orderBy`, `limit` and paging do not apply. */
  count(container: ContainerName, query: Pick<Query, "partition" | "where">): Promise<number>;
  close(): Promise<void>;
}
