/** The Cosmos containers exactly as the adapter makes them, for Bicep to read. */
import { containerRequest } from "../shared/adapters/cosmos/indexing.ts";
import { type ContainerName, CONTAINERS } from "../shared/ports/containers.ts";

/** Text of `infra/containers.json`. */
export function cosmosContainers(): string {
  const names = Object.keys(CONTAINERS).filter((name): name is ContainerName => name in CONTAINERS);
  const requests = names.map((name) => containerRequest(name, CONTAINERS[name]));
  return `${JSON.stringify(requests, undefined, 2)}\n`;
}
