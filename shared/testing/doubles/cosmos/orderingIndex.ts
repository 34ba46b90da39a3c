/** Whether a container's indexing policy can serve an ORDER BY; the service refuses the others. */
import { badRequest } from "./cosmosError.ts";
import type { Ordering } from "./sqlSyntax.ts";
import type { ContainerDefinition } from "./storedContainer.ts";

type CompositeIndex = ContainerDefinition["indexingPolicy"]["compositeIndexes"][number];

/**
 * One path needs a range index. Several need a composite index of exactly these paths, in this order, with these
 * directions or all of them reversed (https://learn.microsoft.com/azure/cosmos-db/index-policy#composite-indexes).
 */
export function checkOrdering(definition: ContainerDefinition, orderBy: readonly Ordering[]): void {
  const [first, second] = orderBy;
  if (first === undefined) return;
  const { includedPaths, compositeIndexes } = definition.indexingPolicy;
  if (second === undefined) {
    const path = pathOf(first);
    const indexed = [`${path}/?`, `${path}/*`, "/*"];
    if (includedPaths.some((included) => indexed.includes(included.path))) return;
    throw badRequest("The order by query does not have a corresponding index to be served from.");
  }
  if (compositeIndexes.some((index) => serves(index, orderBy))) return;
  throw badRequest("The order by query does not have a corresponding composite index.");
}

function serves(index: CompositeIndex, orderBy: readonly Ordering[]): boolean {
  if (index.length !== orderBy.length) return false;
  const sameDirections = index.map(
    ({ order }, position) => (order === "descending") === orderBy[position]?.descending,
  );
  const samePaths = index.every(({ path }, position) => {
    const ordering = orderBy[position];
    return ordering !== undefined && path === pathOf(ordering);
  });
  return samePaths && new Set(sameDirections).size === 1;
}

const pathOf = (ordering: Ordering): string => `/${ordering.steps.join("/")}`;
