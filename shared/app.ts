/** Composition root: chooses the adapters by the settings. The only place that knows all of them. */
import { ulid } from "ulid";

import { jsonLog } from "./adapters/console/jsonLog.ts";
import { createTelemetry } from "./adapters/telemetry/telemetry.ts";
import { traced } from "./adapters/telemetry/tracedPorts.ts";
import { createChannels } from "./channels.ts";
import { type AzureHostEnv, azureSettings, mailServerOf, readEnv } from "./config/env.ts";
import { createKqlAnalyser } from "./kql/analyser.ts";
import {
  lazyBlobStore,
  lazyDocumentStore,
  lazyKeyWrapper,
  lazyLanguageModel,
  lazySiem,
  lazyWorkQueue,
  once,
} from "./lazyPorts.ts";
import type { Deps } from "./ports/deps.ts";
import type { Ids } from "./ports/ids.ts";
import { createQueryBudget } from "./repositories/queryBudget.ts";

/** Everything the program needs, by the settings of this process. @throws Error when they are not usable. */
export async function createDeps(): Promise<Deps> {
  const env = readEnv();
  if (env.AUTH_MODE === "entra") return azureDeps(env);
  const { embeddedDeps } = await import("./embedded.ts");
  return await embeddedDeps(env, ids);
}

const ids: Ids = { next: (prefix) => `${prefix}_${ulid()}` };

/** Where the analyser's worker is: in the deployed app it stands beside the entry, as scripts/packageApp.ts lays it out. */
const analyserWorker = import.meta.url.endsWith(".ts")
  ? "./kql/analyserWorker.ts"
  : "./analyserWorker.mjs";

/** Nothing of an SDK is loaded here: each adapter comes with its first call. */
function azureDeps(env: AzureHostEnv): Deps {
  const clientId = env.MANAGED_IDENTITY_CLIENT_ID;
  const clock = { now: () => new Date() };
  const identity = once(async () => {
    const { createCredential } = await import("./adapters/azureIdentity/credential.ts");
    return createCredential({ clientId, identityEndpoint: env.IDENTITY_ENDPOINT });
  });
  const keys = lazyKeyWrapper(async () => {
    const { createKeyVaultKeyWrapper } = await import("./adapters/keyVault/keyWrapper.ts");
    const credential = await identity.get();
    return createKeyVaultKeyWrapper({ keyUrl: env.KEY_VAULT_KEY_URL, credential });
  });
  const documents = lazyDocumentStore(async () => {
    const { createCosmosDocumentStore } = await import("./adapters/cosmos/documentStore.ts");
    const { COSMOS_ENDPOINT: endpoint, COSMOS_DATABASE: database } = env;
    const credential = await identity.get();
    return createCosmosDocumentStore({ endpoint, database, credential, clock });
  });
  const deps: Deps = {
    clock,
    ids,
    log: jsonLog,
    documents,
    queue: lazyWorkQueue(async () => {
      const { createServiceBusWorkQueue } = await import("./adapters/serviceBus/workQueue.ts");
      const fullyQualifiedNamespace = env.SERVICE_BUS__fullyQualifiedNamespace;
      const credential = await identity.get();
      return createServiceBusWorkQueue({ fullyQualifiedNamespace, credential });
    }),
    blobs: lazyBlobStore(async () => {
      const { createAzureBlobStore } = await import("./adapters/azureBlobs/blobStore.ts");
      const { BLOB_ENDPOINT: url, BLOB_CONTAINER: container } = env;
      return createAzureBlobStore({ url, container, credential: await identity.get() });
    }),
    siem: lazySiem(async () => {
      const { createSentinel } = await import("./adapters/sentinel/sentinel.ts");
      const budget = createQueryBudget({ documents });
      return createSentinel({ clock, keys, budget, managedIdentityClientId: clientId });
    }),
    kql: createKqlAnalyser({ workerUrl: new URL(analyserWorker, import.meta.url) }),
    keys,
    model: lazyLanguageModel(async () => {
      const { createOpenAiModels } = await import("./adapters/openAi/languageModel.ts");
      return createOpenAiModels({ keys, credential: await identity.get() });
    }),
    ...createChannels({ clock, mail: mailServerOf(env), allowLoopback: false }),
    settings: azureSettings(env),
  };
  const telemetryString = env.APPLICATIONINSIGHTS_CONNECTION_STRING;
  if (telemetryString === undefined) return deps;
  return traced(
    deps,
    createTelemetry(async () => {
      const { azureMonitorOutlet } = await import("./adapters/telemetry/azureMonitor.ts");
      return azureMonitorOutlet(telemetryString, await identity.get());
    }),
  );
}
