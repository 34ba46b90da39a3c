/** The simulated services on a real socket: the SDKs reach them with nothing injected but the address. */
import { ClientSecretCredential } from "@azure/identity";
import { LogsQueryClient } from "@azure/monitor-query-logs";
import { generate } from "selfsigned";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createFaults } from "./faults.ts";
import { armAddressOf } from "./arm.ts";
import { testClock, testTenant } from "./testTenant.ts";
import { createWire } from "./wire.ts";
import { listenOnLoopback, type WireListener } from "./wireListener.ts";

const tenant = testTenant(testClock());
const faults = createFaults();
const wire = createWire([tenant], faults);
let plain: WireListener;
let secure: WireListener;
let cert = "";
beforeAll(async () => {
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  cert = made.cert;
  secure = await listenOnLoopback(wire, { port: 0, tls: { key: made.private, cert } });
  plain = await listenOnLoopback(wire, { port: 0 });
});
afterAll(async () => {
  await Promise.all([plain.close(), secure.close()]);
});

/** A token of the identity endpoint that App Service gives its programs. */
async function identityToken(resource: string): Promise<string> {
  const reply = await fetch(
    `${plain.url}/msi/token?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`,
    { headers: { "x-identity-header": tenant.clientSecret } },
  );
  expect(reply.status).toBe(200);
  return JSON.parse(await reply.text()).access_token;
}

/** Calls with a token for the service. */
const call = async (resource: string, path: string, init: RequestInit = {}) => {
  const authorization = `Bearer ${await identityToken(resource)}`;
  const headers = { authorization, "content-type": "application/json" };
  return fetch(path.startsWith("http") ? path : plain.url + path, { headers, ...init });
};

test("over TLS the real credential signs in and the real client reads rows", async () => {
  const trust = { tlsOptions: { ca: cert }, retryOptions: { maxRetries: 0 } };
  const credential = new ClientSecretCredential(
    tenant.azureTenantId,
    tenant.clientId,
    tenant.clientSecret,
    { ...trust, authorityHost: secure.url, disableInstanceDiscovery: true },
  );
  const client = new LogsQueryClient(credential, {
    ...trust,
    endpoint: `${secure.url}/v1`,
    credentials: { scopes: ["https://api.loganalytics.io/.default"] },
  });
  const result = await client.queryWorkspace(
    tenant.workspaceId,
    "SigninLogs | summarize Rows = count()",
    { startTime: new Date("2026-06-01T00:00:00Z"), endTime: new Date("2026-06-17T16:00:00Z") },
  );
  expect(result).toMatchObject({ status: "Success", tables: [{ name: "PrimaryResult" }] });
});

// A link that led to Microsoft's host would send the reader's next page request out of the machine.
test("links of pages lead back to the listener, and a token serves one service only", async () => {
  const graph = "https://graph.microsoft.com";
  const first = await call(graph, "/v1.0/security/incidents?$top=5");
  const next = JSON.parse(await first.text())["@odata.nextLink"];
  expect(next.startsWith(plain.url)).toBe(true);
  expect((await call(graph, next)).status).toBe(200);
  const address = armAddressOf(tenant);
  const incidents = `/subscriptions/${address.subscription_id}/resourceGroups/${address.resource_group}/providers/Microsoft.OperationalInsights/workspaces/${address.workspace_name}/providers/Microsoft.SecurityInsights/incidents?api-version=2025-09-01&$top=5`;
  const listed = await call("https://management.azure.com", incidents);
  expect(JSON.parse(await listed.text()).nextLink.startsWith(plain.url)).toBe(true);
  expect((await call(graph, incidents)).status).toBe(401);
});

test("the identity endpoint refuses a wrong header, and unknown paths are not found", async () => {
  const url = `${plain.url}/msi/token?resource=https://graph.microsoft.com`;
  expect((await fetch(url, { headers: { "x-identity-header": "no" } })).status).toBe(401);
  expect((await fetch(`${plain.url}/nothing/here`)).status).toBe(404);
});

test("a cut connection and half an answer are seen as such by a client", async () => {
  const query = `/v1/workspaces/${tenant.workspaceId}/metadata`;
  const logs = "https://api.loganalytics.io";
  faults.add({ target: "loganalytics", kind: "disconnect", count: 1 });
  await expect(call(logs, query)).rejects.toThrow(TypeError);
  faults.add({ target: "loganalytics", kind: "truncated", count: 1 });
  const half = await call(logs, query);
  await expect(half.text()).rejects.toThrow(TypeError);
  expect((await call(logs, query)).status).toBe(200);
});

test("413: a body that no service of these takes", async () => {
  const path = `/v1/workspaces/${tenant.workspaceId}/query`;
  const body = "x".repeat(5_000_001);
  const reply = await call("https://api.loganalytics.io", path, { method: "POST", body });
  expect(reply.status).toBe(413);
});
