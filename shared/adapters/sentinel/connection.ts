/** The connection test: signs in and asks each service once, and says what an administrator can change. */
import type { TokenCredential } from "@azure/identity";

import { AppError } from "../../domain/errors.ts";
import type { Siem } from "../../ports/siem.ts";
import type { ConnectionCheck, SiemProvider } from "../../schemas/providers.ts";
import { checkArm, workspacePath } from "./connectionArm.ts";
import { CLOUDS } from "./connectionClouds.ts";
import { checkGraph } from "./connectionGraph.ts";
import { checkIncidents, checkQuery, logsClient } from "./connectionLogs.ts";
import { signIn, testCredential } from "./connectionSignIn.ts";
import { translate } from "./errors.ts";
import type { SentinelOptions } from "./workspaceReader.ts";

/** Each check may take this long. Signing in comes first; then three go side by side, one of them with two steps. */
const CHECK_MS = 10_000;

type Name = ConnectionCheck["name"];
type Work = (abortSignal: AbortSignal) => Promise<string>;

/** At most one query at a time runs here besides the four that the queue for workspaces lets in. */
export function createConnectionTest(
  options: SentinelOptions & { checkTimeoutMs?: number },
): Siem["check"] {
  const limitMs = options.checkTimeoutMs ?? CHECK_MS;
  return async (provider, secret) => {
    const { login, logs, graph, arm } = CLOUDS[provider.cloud];
    const attempt = (name: Name, service: string, work: Work) =>
      tried(name, provider, { service, limitMs }, work);
    let credential: TokenCredential | undefined;
    const token = await attempt("token", `Microsoft Entra ID (${login})`, async (abortSignal) => {
      const made = await testCredential(options, provider, secret);
      await signIn(made, provider, logs, abortSignal);
      credential = made;
      return "Microsoft Entra ID signed the application in.";
    });
    if (credential === undefined) return [token, ...notTried("Signing in failed.")];

    const signedIn = credential;
    const client = logsClient(options, signedIn, logs);
    const asked = async (service: string, abortSignal: AbortSignal) => ({
      httpClient: options.httpClient,
      token: await signIn(signedIn, provider, service, abortSignal),
      abortSignal,
    });
    const overLogs = async () => {
      const query = await attempt("query", "Log Analytics", () =>
        checkQuery(client, provider, options.clock.now(), limitMs),
      );
      if (query.state === "failed")
        return [query, skipped("incidents_table", "The workspace did not answer.")];
      const table = await attempt("incidents_table", "Log Analytics", () =>
        checkIncidents(client, provider, options.clock.now(), limitMs),
      );
      return [query, table];
    };
    const hasAddress = workspacePath(provider) !== undefined;
    const [ofLogs, ofGraph, ofArm] = await Promise.all([
      overLogs(),
      attempt("graph", "Microsoft Graph", async (abortSignal) =>
        checkGraph(graph, await asked(graph, abortSignal)),
      ),
      hasAddress
        ? attempt("arm", "Azure Resource Manager", async (abortSignal) =>
            checkArm(arm, provider, await asked(arm, abortSignal)),
          )
        : skipped("arm", NO_ADDRESS),
    ]);
    return [token, ...ofLogs, ofGraph, ofArm];
  };
}

const NO_ADDRESS =
  "Subscription, resource group and workspace name are not given; write-back and portal links need them.";

const skipped = (name: Name, detail: string): ConnectionCheck => ({
  name,
  state: "skipped",
  detail,
});
const notTried = (why: string): ConnectionCheck[] =>
  (["query", "incidents_table", "graph", "arm"] as const).map((name) => skipped(name, why));

/** A check that ends in time, whatever the service does. */
async function tried(
  name: Name,
  provider: SiemProvider,
  { service, limitMs }: { service: string; limitMs: number },
  work: Work,
): Promise<ConnectionCheck> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new AppError(
          "query-timeout",
          `${service} did not answer within ${limitMs / 1000} seconds.`,
        ),
      );
      abort.abort();
    }, limitMs);
  });
  try {
    return { name, state: "ok", detail: await Promise.race([work(abort.signal), late]) };
  } catch (error) {
    return { name, state: "failed", detail: translate(error, provider).detail };
  } finally {
    clearTimeout(timer);
  }
}
