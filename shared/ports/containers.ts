/** Containers as data: partition keys, expiry and indexes. Bicep, both stores and their tests read the same file. */
import containers from "./containers.json" with { type: "json" };

export type ContainerName = keyof typeof containers;

export interface ContainerDefinition {
  /** Top-level fields whose values make the partition key, in order. `["id"]`: every document is its own partition. */
  partitionKey: readonly string[];
  /** Whether documents may carry a time to live. */
  ttl: boolean;
  /** Fields that filters and orderings may use quickly; everything else is not indexed. */
  indexed: readonly string[];
  /**
   * Pairs of the field that is filtered and the one that then orders. Only the second orders documents; SQLite has an index
   * of both, Cosmos DB one of the second alone.
   */
  composite: readonly (readonly string[])[];
  /** Whether one partition may hold thousands of documents, so that orderings inside it need an index of their own. */
  largePartitions?: boolean;
  /** Fields that the most used list filters by, in its order: a store may keep them in that order's index. */
  covering?: { orderedBy: string; fields: readonly string[] };
  /** Fields whose text the same list searches: a store may keep it there as well, in lower case. */
  searched?: readonly string[];
}

export const CONTAINERS: Readonly<Record<ContainerName, ContainerDefinition>> = containers;
