import type { BlobStore } from "./blobStore.ts";
import type { Channels } from "./channels.ts";
import type { Circuits } from "./circuits.ts";
import type { Clock } from "./clock.ts";
import type { DocumentStore } from "./documentStore.ts";
import type { Ids } from "./ids.ts";
import type { KeyWrapper } from "./keyWrapper.ts";
import type { KqlAnalyser } from "./kqlAnalyser.ts";
import type { LanguageModel } from "./languageModel.ts";
import type { Log } from "./log.ts";
import type { OutboundHttp } from "./outboundHttp.ts";
import type { ModelPrices } from "../schemas/models.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { Siem } from "./siem.ts";
import type { Telemetry } from "./telemetry.ts";
import type { WorkQueue } from "./workQueue.ts";

/** All the application needs from outside. Built once in `shared/app.ts`; a service takes a `Pick` of it. */
export interface Deps {
  clock: Clock;
  ids: Ids;
  log: Log;
  documents: DocumentStore;
  blobs: BlobStore;
  queue: WorkQueue;
  siem: Siem;
  kql: KqlAnalyser;
  keys: KeyWrapper;
  model: LanguageModel;
  channels: Channels;
  circuits: Circuits;
  outbound: OutboundHttp;
  /** Absent where nothing is to be told: spans and figures are off. */
  telemetry?: Telemetry;
  settings: Settings;
}

/** What the program reads of its settings besides the choice of adapters. */
export interface Settings {
  auth: AuthSettings;
  /** Where the page lives, without a trailing slash: links in notifications, and the one origin CORS admits. */
  webOrigin: string;
  /** NCRONTAB of the incident sync. */
  syncCron: string;
  models: ModelSettings;
  edge: EdgeSettings;
}

/** What stands between a client and the program. */
export interface EdgeSettings {
  /** How many proxies that are ours add the address they saw to X-Forwarded-For; the platform's own front end is one. */
  proxies: number;
  /** Requests a minute of callers that have no limit of their own. */
  requestsPerMinute: Readonly<Record<"user" | "application" | "api_key", number>>;
  /** Whether several instances share the limits through the store. */
  isShared: boolean;
}

export interface ModelSettings {
  /** Azure OpenAI of the deployment itself, asked by its identity; `undefined` when it has none. */
  azure:
    | { endpoint: string; deployment: string; apiVersion: string; prices: ModelPrices | null }
    | undefined;
  /** What a session's model may use up when its start does not say. */
  budget: Readonly<SessionBudget>;
}

/** How a token is checked. The local run differs only in these values. */
export interface AuthSettings {
  /** `iss` with `{tid}` for the tenant, e.g. `https://login.microsoftonline.com/{tid}/v2.0`. */
  issuer: string;
  audiences: readonly string[];
  /** Tenants that may sign in. */
  tenantIds: readonly string[];
  keys:
    | { kind: "remote"; uri: string }
    | { kind: "fixed"; jwks: { keys: Record<string, unknown>[] } };
}
