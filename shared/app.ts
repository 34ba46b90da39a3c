/** Composition root: chooses the adapters by the settings. The only place that knows all of them. */
import { ulid } from "ulid";

import { jsonLog } from "./adapters/console/jsonLog.ts";
import { type AzureEnv, azureSettings, readEnv } from "./config/env.ts";
import type { Deps } from "./ports/deps.ts";
import type { Ids } from "./ports/ids.ts";

/** Everything the program needs, by the settings of this process. @throws Error when they are not usable. */
export async function createDeps(): Promise<Deps> {
  const env = readEnv();
  if (env.AUTH_MODE === "entra") return await azureDeps(env);
  const { embeddedDeps } = await import("./embedded.ts");
  return await embeddedDeps(env, ids);
}

const ids: Ids = { next: (prefix) => `${prefix}_${ulid()}` };

async function azureDeps(env: AzureEnv): Promise<Deps> {
  const [identity, cosmos, serviceBus, blobs, sentinel, keyVault, kql] = await Promise.all([
    import("@azure/identity"),
    import("./adapters/cosmos/documentStore.ts"),
    import("./adapters/serviceBus/workQueue.ts"),
    import("./adapters/azureBlobs/blobStore.ts"),
    import("./adapters/sentinel/sentinel.ts"),
    import("./adapters/keyVault/keyWrapper.ts"),
    import("./kql/analyser.ts"),
  ]);
  const clientId = env.MANAGED_IDENTITY_CLIENT_ID;
  const credential = new identity.ManagedIdentityCredential({ clientId });
  const clock = { now: () => new Date() };
  const keys = keyVault.createKeyVaultKeyWrapper({ keyUrl: env.KEY_VAULT_KEY_URL, credential });
  return {
    clock,
    ids,
    log: jsonLog,
    documents: cosmos.createCosmosDocumentStore({
      endpoint: env.COSMOS_ENDPOINT,
      database: env.COSMOS_DATABASE,
      credential,
      clock,
    }),
    queue: serviceBus.createServiceBusWorkQueue({
      fullyQualifiedNamespace: env.SERVICE_BUS__fullyQualifiedNamespace,
      credential,
    }),
    blobs: blobs.createAzureBlobStore({
      url: env.BLOB_ENDPOINT,
      container: env.BLOB_CONTAINER,
      credential,
    }),
    siem: sentinel.createSentinel({ clock, keys, managedIdentityClientId: clientId }),
    kql: kql.createKqlAnalyser(),
    keys,
    settings: azureSettings(env),
  };
}
