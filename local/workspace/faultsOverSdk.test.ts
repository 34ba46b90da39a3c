/** Every fault of every simulated service, met by the SDK's own pipeline. */
import {
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { ClientSecretCredential } from "@azure/identity";
import { expect, test } from "vitest";

import { armAddressOf } from "./arm.ts";
import { createFaults, FaultSpec } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { testClock, testTenant } from "./testTenant.ts";

const tenant = testTenant(testClock());
const faults = createFaults();
const httpClient = createTenantHttpClient([tenant], faults);
const retryOptions = { maxRetries: 0 };
const address = armAddressOf(tenant);
const URLS = {
  graph: "https://graph.microsoft.com/v1.0/security/incidents?$top=1",
  arm: `https://management.azure.com/subscriptions/${address.subscription_id}/resourceGroups/${address.resource_group}/providers/Microsoft.OperationalInsights/workspaces/${address.workspace_name}?api-version=2022-10-01`,
  loganalytics: `https://api.loganalytics.io/v1/workspaces/${tenant.workspaceId}/metadata`,
} as const;

const signIn = () =>
  new ClientSecretCredential(tenant.azureTenantId, tenant.clientId, tenant.clientSecret, {
    httpClient,
    retryOptions,
  });

/** One call as a new client makes it: sign-in, then the request. */
async function call(target: keyof typeof URLS, token?: string) {
  const url = URLS[target];
  const held = token ?? (await signIn().getToken(`${new URL(url).origin}/.default`)).token;
  const headers = createHttpHeaders({ authorization: `Bearer ${held}` });
  const pipeline = createPipelineFromOptions({ retryOptions });
  const reply = await pipeline.sendRequest(httpClient, createPipelineRequest({ url, headers }));
  return { status: reply.status, headers: reply.headers, text: reply.bodyAsText ?? "", held };
}

async function under<T>(spec: object, work: () => Promise<T>): Promise<T> {
  faults.add(FaultSpec.parse(spec));
  try {
    return await work();
  } finally {
    faults.clear();
  }
}

const TARGETS = ["graph", "arm", "loganalytics"] as const;

test.each(TARGETS)("%s: a status comes with how long to wait", async (target) => {
  const spec = { target, kind: "status", status: 429, retry_after: 12 };
  const reply = await under(spec, () => call(target));
  expect([reply.status, reply.headers.get("retry-after")]).toEqual([429, "12"]);
  expect((await call(target)).status).toBe(200);
});

test.each(TARGETS)("%s: an error code stands where the service writes it", async (target) => {
  const spec = { target, kind: "error_code", status: 403, code: "Forbidden" };
  const reply = await under(spec, () => call(target));
  expect(reply.status).toBe(403);
  expect(JSON.parse(reply.text)).toMatchObject({ error: { code: "Forbidden" } });
});

test.each(TARGETS)("%s: a cut connection is one, and half an answer is no JSON", async (target) => {
  const cut = under({ target, kind: "disconnect" }, () => call(target));
  await expect(cut).rejects.toMatchObject({ code: "ECONNRESET" });
  const half = await under({ target, kind: "truncated" }, () => call(target));
  expect(() => JSON.parse(half.text)).toThrow(SyntaxError);
});

test.each(TARGETS)("%s: an expired token stays worthless, a new one opens", async (target) => {
  const reply = await under({ target, kind: "expired_token" }, () => call(target));
  expect(reply.status).toBe(401);
  expect((await call(target, reply.held)).status).toBe(401);
  expect((await call(target)).status).toBe(200);
});

test.each(TARGETS)("%s: a delay ends when the caller gives up", async (target) => {
  const { held: token } = await call(target);
  const request = createPipelineRequest({
    url: URLS[target],
    headers: createHttpHeaders({ authorization: `Bearer ${token}` }),
    abortSignal: AbortSignal.timeout(5),
  });
  const slow = under({ target, kind: "latency", delay_ms: 60_000 }, () =>
    createPipelineFromOptions({ retryOptions }).sendRequest(httpClient, request),
  );
  await expect(slow).rejects.toMatchObject({ name: "AbortError" });
});

test.each([
  [{ kind: "status", status: 500 }, /AADSTS90033/],
  [{ kind: "error_code", code: "AADSTS7000222" }, /AADSTS7000222/],
  [{ kind: "disconnect" }, /./],
  [{ kind: "truncated" }, /./],
])("login: %o fails the sign-in, and the next one works", async (spec, words) => {
  const refused = under({ target: "login", ...spec }, () => call("graph"));
  await expect(refused).rejects.toThrow(words);
  expect((await call("graph")).status).toBe(200);
});
