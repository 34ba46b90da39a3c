/** The embedded half of the composition root: one SQLite file, files, and what the local run hands in. */
import path from "node:path";

import type { HttpClient } from "@azure/core-rest-pipeline";

import { jsonLog } from "./adapters/console/jsonLog.ts";
import { createFileBlobStore } from "./adapters/files/blobStore.ts";
import { createLocalKeyWrapper } from "./adapters/localKeys/keyWrapper.ts";
import { openDatabase } from "./adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "./adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "./adapters/sqlite/workQueue.ts";
import { createChannels } from "./channels.ts";
import { type EmbeddedEnv, mailServerOf, requestsPerMinute } from "./config/env.ts";
import { createKqlAnalyser } from "./kql/analyser.ts";
import { lazyLanguageModel, lazySiem } from "./lazyPorts.ts";
import type { Clock } from "./ports/clock.ts";
import type { AuthSettings, Deps } from "./ports/deps.ts";
import type { Ids } from "./ports/ids.ts";
import { createQueryBudget } from "./repositories/queryBudget.ts";

/** What only the local run can give: its clock, the wire of its simulated tenants, its issuer's keys. */
export interface Surroundings {
  clock: Clock;
  sentinelWire: HttpClient;
  /** The fetch for models and webhook receivers, with the faults that the local run puts in their way. */
  outboundFetch: (target: "model" | "webhook", wire?: typeof fetch) => typeof fetch;
  auth: AuthSettings;
  /** Asked whenever a link is made: the port is known only once the host listens. */
  webOrigin: () => string;
}

let surroundings: Surroundings | undefined;
let built: Deps | undefined;

/** Called by the local run before it loads the program's entry. */
export function surround(given: Surroundings): void {
  surroundings = given;
}

/** The parts the program was built from; the local host takes its queue from here. */
export function embeddedParts(): Deps {
  if (built === undefined) throw new Error("The embedded program has not been loaded yet.");
  return built;
}

/** @throws Error outside the local run. */
export async function embeddedDeps(env: EmbeddedEnv, ids: Ids): Promise<Deps> {
  if (surroundings === undefined) {
    throw new Error("AUTH_MODE=local works only in the local run: use npm start.");
  }
  const { clock, sentinelWire, auth, webOrigin, outboundFetch } = surroundings;
  const database = openDatabase(path.join(env.DATA_DIR, "socmate.sqlite"));
  const keys = createLocalKeyWrapper(path.join(env.DATA_DIR, "keys.json"));
  const documents = createSqliteDocumentStore(database, clock);
  built = {
    clock,
    ids,
    log: jsonLog,
    documents,
    queue: createSqliteWorkQueue(database, clock),
    blobs: createFileBlobStore(path.join(env.DATA_DIR, "blobs")),
    siem: lazySiem(async () => {
      const { createSentinel } = await import("./adapters/sentinel/sentinel.ts");
      // The simulated workspaces limit by the clock that is moved, and so must the budget.
      const budget = createQueryBudget({ documents, now: () => clock.now().getTime() });
      return createSentinel({ clock, keys, budget, httpClient: sentinelWire });
    }),
    kql: createKqlAnalyser(),
    keys,
    model: lazyLanguageModel(async () => {
      const { createOpenAiModels } = await import("./adapters/openAi/languageModel.ts");
      return createOpenAiModels({ keys, outboundFetch: outboundFetch("model") });
    }),
    ...createChannels({
      clock,
      mail: mailServerOf(env),
      allowLoopback: env.WEBHOOK_LOOPBACK === "allow",
      through: (wire) => outboundFetch("webhook", wire),
    }),
    settings: {
      auth,
      get webOrigin() {
        return webOrigin();
      },
      syncCron: env.SYNC_CRON,
      models: { azure: undefined, budget: env.INVESTIGATION_BUDGET },
      edge: { proxies: 1, requestsPerMinute: requestsPerMinute(env), isShared: false },
    },
  };
  return built;
}
