/** The embedded composition: its parts are limited as those on Azure are. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { expect, onTestFinished, test } from "vitest";

import { seal } from "../shared/domain/sealing.ts";
import { BEGUN_MAX } from "../shared/domain/queryBudget.ts";
import { readEnv } from "../shared/config/env.ts";
import { embeddedDeps, surround } from "../shared/embedded.ts";
import { createTenantHttpClient } from "./workspace/tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testTenant } from "./workspace/testTenant.ts";

/** The program as `local/run.ts` builds it, over a simulated tenant whose workspace is empty; how many queries reached it. */
async function embedded() {
  const directory = mkdtempSync(path.join(os.tmpdir(), "socmate-embedded-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const clock = testClock();
  const tenant = testTenant(clock);
  const wire = createTenantHttpClient([tenant]);
  let asked = 0;
  surround({
    clock,
    sentinelWire: {
      sendRequest: async (request) => {
        if (!new URL(request.url).pathname.endsWith("/query")) return wire.sendRequest(request);
        asked += 1;
        const headers = createHttpHeaders({ "content-type": "application/json" });
        return { request, status: 200, headers, bodyAsText: '{"tables":[]}' };
      },
    },
    outboundFetch: () => fetch,
    auth: {
      issuer: "test",
      audiences: [],
      tenantIds: [],
      keys: { kind: "fixed", jwks: { keys: [] } },
    },
    webOrigin: () => "http://127.0.0.1",
  });
  const env = readEnv({ AUTH_MODE: "local", DATA_DIR: directory });
  if (env.AUTH_MODE !== "local") throw new Error("This is no embedded run.");
  const deps = await embeddedDeps(env, { next: (prefix) => `${prefix}_1` });
  const place = { tenant_id: tenant.name, subject_id: "sip_test", field: "client_secret" };
  const client_secret = await seal(tenant.clientSecret, place, deps.keys, randomBytes);
  return {
    clock,
    asked: () => asked,
    deps,
    provider: await testProvider(tenant, { client_secret }),
  };
}

/** Lets everything happen that needs no time. */
async function turns(count = 100): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

// Thirty investigations at once met the workspace's own limit here, and some of them never saw their incident's alerts.
test("no more queries reach a workspace in half a minute of the local clock than it takes, and none is refused", async () => {
  const { clock, asked, deps, provider } = await embedded();
  const range = lastDays(clock, 1);
  const ask = () => deps.siem.incident(provider, 1, range);
  for (let i = 0; i < BEGUN_MAX; i += 1) await ask();
  const more = Promise.all(Array.from({ length: 50 }, ask));
  await turns();
  expect(asked()).toBe(BEGUN_MAX);
  clock.advance(40_000);
  await more;
  expect(asked()).toBe(BEGUN_MAX + 50);
});
