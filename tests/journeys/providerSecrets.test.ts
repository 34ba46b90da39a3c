/** A provider's secret goes to Entra ID and nowhere else: not to replies, logs, files, queues. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { HttpClient } from "@azure/core-rest-pipeline";
import { afterAll, expect, test, vi } from "vitest";

import {
  siemProvidersCreate,
  siemProvidersDefault,
  siemProvidersDelete,
  siemProvidersGet,
  siemProvidersList,
  siemProvidersTest,
  siemProvidersTestSaved,
  siemProvidersUpdate,
} from "../../functions/http/siemProviders.ts";
import type { AnyEndpoint } from "../../functions/kit/endpoint.ts";
import { createFaults, FaultSpec } from "../../local/workspace/faults.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { testClock, testTenant } from "../../local/workspace/testTenant.ts";
import { jsonLog } from "../../shared/adapters/console/jsonLog.ts";
import { createLocalKeyWrapper } from "../../shared/adapters/localKeys/keyWrapper.ts";
import { createSentinel } from "../../shared/adapters/sentinel/sentinel.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../../shared/adapters/sqlite/workQueue.ts";
import type { Json, JsonObject } from "../../shared/schemas/json.ts";
import { ProviderView } from "../../shared/schemas/siemProviders.ts";
import { rewrapSecrets } from "../../shared/services/rewrapSecrets.ts";
import { syncIncidents } from "../../shared/services/syncIncidents.ts";
import { drain, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";

const folder = mkdtempSync(path.join(tmpdir(), "secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** No text of the product, and long enough that a part of it is no chance. */
const PLANTED = "Zq8~PLANTED-right-SECRET-1e7";
const WRONG = "Zq9~PLANTED-wrong-SECRET-5b2";
/** What may be seen of a secret is its last four characters. */
const TRACES = [PLANTED, WRONG].flatMap((secret) => {
  const body = secret.slice(0, -4);
  return [body, Buffer.from(body).toString("base64").slice(0, 30), encodeURIComponent(body)];
});

test("a planted secret is found in no reply, log, database file or queue", async () => {
  const clock = testClock();
  const tenant = testTenant(clock, { clientSecret: PLANTED });
  const faults = createFaults();
  const wire = createTenantHttpClient([tenant], faults);
  /** To hold the test to its word: the secret did travel, to the token endpoint alone. */
  const carriers = new Set<string>();
  const watched: HttpClient = {
    sendRequest: (request) => {
      const body = typeof request.body === "string" ? request.body : "";
      const all = request.url + JSON.stringify(request.headers.toJSON()) + body;
      if (TRACES.some((trace) => all.includes(trace))) carriers.add(new URL(request.url).host);
      return wire.sendRequest(request);
    },
  };
  const keys = createLocalKeyWrapper(path.join(folder, "keys.json"));
  const database = openDatabase(path.join(folder, "socmate.sqlite"));
  const documents = createSqliteDocumentStore(database, clock);
  const queue = createSqliteWorkQueue(database, clock);
  const siem = createSentinel({ clock, keys, httpClient: watched, retryDelayMs: 1 });
  const deps = { ...testDeps(), clock, keys, documents, queue, siem, log: jsonLog };
  const seen: string[] = [];
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    seen.push(String(text));
    return true;
  });
  const admin = aPrincipal("admin");
  const send = async (endpoint: AnyEndpoint, id: string, body?: JsonObject): Promise<Json> => {
    const reply = await call(endpoint, deps, {
      as: admin,
      params: { id },
      ...(body !== undefined && { body }),
    });
    seen.push(JSON.stringify([reply.json, [...reply.headers]]));
    return reply.json;
  };

  const connection = {
    provider_type: "sentinel",
    workspace_id: tenant.workspaceId,
    tenant_id: tenant.azureTenantId,
    client_id: tenant.clientId,
  };
  const right = { ...connection, client_secret: PLANTED };
  const wrong = { ...connection, client_secret: WRONG };
  for (const body of [right, wrong, { ...right, workspace_id: "x y" }, { ...right, more: PLANTED }])
    await send(siemProvidersTest, "", body);
  const { id } = ProviderView.parse(await send(siemProvidersCreate, "", { ...right, name: "One" }));
  for (const more of [{}, { name: "Two", sync_interval: "never" }, { name: "sentinel" }])
    await send(siemProvidersCreate, "", { name: "One", ...right, ...more });
  for (const fault of [
    { target: "login", kind: "error_code" },
    { target: "login", kind: "disconnect" },
    { target: "loganalytics", kind: "status", status: 500 },
  ]) {
    faults.add(FaultSpec.parse(fault));
    await send(siemProvidersTestSaved, id);
    await syncIncidents(deps);
    faults.clear();
  }
  await send(siemProvidersUpdate, id, { client_secret: WRONG });
  await send(siemProvidersTestSaved, id);
  await syncIncidents(deps);
  await send(siemProvidersUpdate, id, { client_secret: PLANTED });
  await send(siemProvidersTestSaved, id);
  await syncIncidents(deps);
  await rewrapSecrets(deps);
  await send(siemProvidersDefault, id);
  await send(siemProvidersGet, id);
  await send(siemProvidersList, "");
  await send(siemProvidersDelete, id);
  stderr.mockRestore();
  for (const name of ["audit", "notifications", "investigations"] as const)
    seen.push(JSON.stringify(await drain(queue, name)));
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name)));

  expect(carriers).toEqual(new Set(["login.microsoftonline.com"]));
  expect(seen.join("\n")).toContain("provider.test-failed");
  expect(seen.join("\n")).toContain("****-1e7");
  expect(files.some((content) => content.includes("sip_"))).toBe(true);
  for (const trace of TRACES) {
    expect(seen.filter((text) => text.includes(trace))).toEqual([]);
    expect(files.filter((content) => content.includes(trace))).toEqual([]);
  }
  await documents.close();
});
