/** Puts the local run together: tenants, issuer, page, controls, and the program in its host. */
import path from "node:path";

import { embeddedParts, surround } from "../shared/embedded.ts";
import { buildPage } from "./buildPage.ts";
import { peopleControls } from "./controls/people.ts";
import { serveControls } from "./controls/router.ts";
import { statsControls } from "./controls/stats.ts";
import { tenantControls } from "./controls/tenant.ts";
import { timeControls } from "./controls/time.ts";
import { openDemo } from "./demo.ts";
import { DEMO_TENANTS } from "./demoTenants.ts";
import { type Host, startHost } from "./host/host.ts";
import { createIssuer } from "./issuer/issuer.ts";
import { openLocalState, release } from "./localState.ts";
import { readOptions } from "./options.ts";
import { servePage } from "./page.ts";
import { seedProviders } from "./seedProviders.ts";
import { listenForSdks } from "./sdkListener.ts";
import { warmUp } from "./warmUp.ts";
import { httpClientOf } from "./workspace/tenantHttpClient.ts";
import type { WireListener } from "./workspace/wireListener.ts";

const ROOT = path.resolve(import.meta.dirname, "..");

export interface Running {
  url: string;
  host: Host;
  stop(): Promise<void>;
}

/**
 * Starts everything and answers when requests are accepted.
 * @throws CannotStart for an expected reason; Error with code EADDRINUSE when the port is taken.
 */
export async function run(env: Readonly<Record<string, string | undefined>>): Promise<Running> {
  const options = readOptions(env);
  const { directory, clock } = openLocalState(options);
  const issuer = await createIssuer(clock, env);
  const page = buildPage(ROOT);
  const demo = openDemo(options, directory, clock);
  const listener = await listenForSdks(options, directory, demo.wire);

  let host: Host | undefined;
  const started = (): Host => {
    if (host === undefined) throw new Error("The host has not started yet.");
    return host;
  };
  surround({
    clock,
    sentinelWire: httpClientOf(demo.wire),
    outboundFetch: (target, wire) => demo.faultsFor(target, wire),
    auth: issuer.auth,
    webOrigin: () => host?.url ?? `http://127.0.0.1:${options.port}`,
  });
  Object.assign(process.env, {
    AUTH_MODE: "local",
    DATA_DIR: options.dataDir,
    SYNC_CRON: options.syncCron,
  });
  const controls = [
    ...peopleControls(issuer),
    ...timeControls(started, clock),
    ...tenantControls(demo, issuer, clock),
    ...statsControls(started, embeddedParts, clock),
  ];
  const directoryOfPage = await page;
  host = await startHost({
    appDirectory: ROOT,
    load: async () => {
      await import("../functions/index.ts");
      await seedProviders(embeddedParts());
    },
    settings: process.env,
    clock,
    queues: () => embeddedParts().queue,
    timerStateFile: path.join(directory, "timers.json"),
    port: options.port,
    tellsClientAddress: true,
    // What is below `/api` is the functions' alone, and most of what is asked.
    intercept: async (request, response) =>
      request.url?.startsWith("/api/") !== true &&
      (servePage(directoryOfPage, { sign_in: "local" }, request, response) ||
        (await serveControls(controls, request, response))),
  });
  void begin(host, () => warmUp(embeddedParts(), DEMO_TENANTS, (one) => demo.workspaceOf(one)));
  return { url: host.url, host, stop: () => stop(started(), listener) };
}

/** A newcomer should not look at an empty queue until the timer's next turn, nor wait for the first hunt. */
async function begin(host: Host, warm: () => Promise<void>): Promise<void> {
  await host.runTimer("sync-incidents").catch((error: unknown) => {
    console.error("The first sync failed:", error);
  });
  await warm().catch(() => undefined);
}

async function stop(host: Host, listener: WireListener | undefined): Promise<void> {
  await listener?.close();
  await host.stop();
  const { documents, queue, kql } = embeddedParts();
  await Promise.all([kql.close(), queue.close()]);
  await documents.close();
  release();
}
