/** Containers as Cosmos DB wants them, made from containers.json: keys, expiry, indexes. Bicep follows the same rules. */
import { PartitionKeyDefinitionVersion, PartitionKeyKind } from "@azure/cosmos";
import type { ContainerRequest, IndexingPolicy } from "@azure/cosmos";

import { fieldPath } from "../../domain/documentQuery.ts";
import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerDefinition, ContainerName } from "../../ports/containers.ts";
import { createClient } from "./client.ts";
import type { CosmosConnection } from "./client.ts";

/**
 * Creates the database and the containers that are missing. For tests and the emulator; on Azure the template makes them.
 */
export async function ensureContainers(connection: CosmosConnection): Promise<void> {
  const client = createClient(connection);
  const { database } = await client.databases.createIfNotExists({ id: connection.database });
  for (const [name, definition] of Object.entries(CONTAINERS)) {
    await database.containers.createIfNotExists(containerRequest(name, definition));
  }
  client.dispose();
}

/** A container with `defaultTtl: -1` lets documents expire that say so, and keeps the others. */
export function containerRequest(
  id: ContainerName | (string & {}),
  definition: ContainerDefinition,
): ContainerRequest {
  const paths = definition.partitionKey.map((field) => `/${field}`);
  const kind = paths.length > 1 ? PartitionKeyKind.MultiHash : PartitionKeyKind.Hash;
  return {
    id,
    partitionKey: { paths, kind, version: PartitionKeyDefinitionVersion.V2 },
    indexingPolicy: indexingPolicy(definition),
    ...(definition.ttl ? { defaultTtl: -1 } : {}),
  };
}

/**
 * Indexes what containers.json names, the partition key and the id, and nothing else. For each field that orders, the last
 * of a composite pair, one composite index a direction, which ends in the partition key and the id because they break
 * ties. The pair's filter has no place in it: the service uses a composite index for filter and order only when ORDER BY
 * names the filtered field first (https://learn.microsoft.com/azure/cosmos-db/index-policy#composite-indexes), and an
 * order needs an index of exactly its own fields. Filters use the fields' range indexes.
 */
export function indexingPolicy(definition: ContainerDefinition): IndexingPolicy {
  const ties = tieFields(definition);
  const included = [...new Set([...ties, ...definition.indexed])];
  const orderings = definition.composite.flatMap((fields) => fields.slice(-1));
  const composites = [
    ...(ties.length > 1 ? [ties.map(ascending)] : []),
    ...orderings.flatMap((field) => [
      [ascending(field), ...ties.map(ascending)],
      [{ path: `/${field}`, order: "descending" as const }, ...ties.map(ascending)],
    ]),
  ];
  return {
    indexingMode: "consistent",
    automatic: true,
    // `/*` covers a field's value and, of an array, its elements.
    includedPaths: included.map((field) => ({ path: `/${fieldPath(field).join("/")}/*` })),
    excludedPaths: [{ path: "/*" }],
    compositeIndexes: composites,
  };
}

/** The fields that order documents when nothing else does: the partition key and the id. */
export const tieFields = (definition: ContainerDefinition): string[] => [
  ...new Set([...definition.partitionKey, "id"]),
];

const ascending = (field: string) => ({ path: `/${field}`, order: "ascending" as const });
