/** Tokens of a managed identity, asked for by the credential that a deployment uses. */
import { ManagedIdentityCredential } from "@azure/identity";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const httpClient = createTenantHttpClient([tenant]);
const METADATA = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01";

async function ask(query: string, headers: Record<string, string>, method: "GET" | "POST" = "GET") {
  const request = createPipelineRequest({
    url: METADATA + query,
    method,
    headers: createHttpHeaders(headers),
    allowInsecureConnection: true,
  });
  const { status, bodyAsText } = await httpClient.sendRequest(request);
  return { status, json: JSON.parse(bodyAsText ?? "null") };
}

const LOGS = "&resource=https://api.loganalytics.io";

// A provider with a managed identity would otherwise first be tried in front of a customer.
test("a provider with a managed identity reads its workspace", async () => {
  const siem = testSiem(clock, httpClient);
  const provider = { ...(await testProvider(tenant)), auth: "managed_identity" as const };
  let count = 0;
  for await (const page of siem.changedIncidents(provider, lastDays(clock, 31), 100))
    count += page.length;
  expect(count).toBeGreaterThan(55);
});

test("the credential gets a token for each service it names", async () => {
  const credential = new ManagedIdentityCredential({ clientId: tenant.clientId, httpClient });
  const tokens = new Set<string>();
  for (const service of ["api.loganalytics.io", "graph.microsoft.com", "management.azure.com"])
    tokens.add((await credential.getToken(`https://${service}/.default`)).token);
  expect(tokens.size).toBe(3);
});

test("its end is told in seconds of the machine's time", async () => {
  const { json } = await ask(LOGS, { metadata: "true" });
  expect(json).toMatchObject({ token_type: "Bearer", client_id: tenant.clientId });
  expect(Number(json.expires_on) - Number(json.not_before)).toBe(Number(json.expires_in));
});

test.each([
  ["without the header Metadata", LOGS, {}, 400],
  ["for an identity that is not there", `${LOGS}&client_id=other`, { metadata: "true" }, 400],
  ["for an unknown service", "&resource=https://example.com", { metadata: "true" }, 400],
])("%s there is no token", async (_, query, headers, status) => {
  const reply = await ask(query, headers);
  expect(reply.status).toBe(status);
  expect(reply.json).not.toHaveProperty("access_token");
});
