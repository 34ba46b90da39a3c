/** The connection to a Cosmos DB account. */

import { CosmosClient } from "@azure/cosmos";
import type { TokenCredential } from "@azure/identity";

export interface CosmosConnection {
  /** The account's address, e.g. `https://name.documents.azure.com`. */
  endpoint: string;
  database: string;
  /** How the program signs in on Azure. */
  credential?: TokenCredential;
  /** An account key: for the emulator and the tests' double only; accounts on Azure have keys turned off. */
  key?: string;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** How long the SDK waits in all for a busy account before a caller is told to come back. */
const THROTTLED_WAIT_SECONDS_MAX = 15;
const THROTTLED_ATTEMPTS_MAX = 9;

/** The SDK's client. One region: looking for others would retry a dead endpoint for two minutes. */
export function createClient({ endpoint, credential, key }: CosmosConnection): CosmosClient {
  const sign = key === undefined ? credential && { aadCredentials: credential } : { key };
  if (sign === undefined) throw new Error("Cosmos DB needs a credential.");
  return new CosmosClient({
    endpoint,
    ...sign,
    connectionPolicy: {
      enableEndpointDiscovery: false,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retryOptions: {
        maxRetryAttemptCount: THROTTLED_ATTEMPTS_MAX,
        fixedRetryIntervalInMilliseconds: 0,
        maxWaitTimeInSeconds: THROTTLED_WAIT_SECONDS_MAX,
      },
    },
  });
}
