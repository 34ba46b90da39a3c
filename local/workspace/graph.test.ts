/** Microsoft Graph security in the simulated tenant. */
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import type { JsonObject } from "../../shared/schemas/json.ts";
import type { Tenant } from "./tenant.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const ROOT = "https://graph.microsoft.com/v1.0/security";

/** Calls Graph as the tenant's application. */
async function graph(tenant: Tenant) {
  const client = createTenantHttpClient([tenant]);
  const send = async (method: "GET" | "PATCH" | "POST", url: string, body = "", headers = {}) => {
    const request = createPipelineRequest({
      url,
      method,
      body,
      headers: createHttpHeaders(headers),
    });
    const { status, bodyAsText } = await client.sendRequest(request);
    return { status, json: JSON.parse(bodyAsText ?? "null") };
  };
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    scope: "https://graph.microsoft.com/.default",
  });
  const login = `https://login.microsoftonline.com/${tenant.azureTenantId}/oauth2/v2.0/token`;
  const { json } = await send("POST", login, form.toString());
  return (method: "GET" | "PATCH" | "POST", path: string, body?: JsonObject) =>
    send(
      method,
      path.startsWith("https:") ? path : ROOT + path,
      body === undefined ? "" : JSON.stringify(body),
      { authorization: `Bearer ${json.access_token}` },
    );
}

/** All items of a list, page by page. */
async function all(call: Awaited<ReturnType<typeof graph>>, path: string): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  let link: string | undefined = path;
  for (let pages = 0; link !== undefined && pages < 100; pages += 1) {
    const {
      status,
      json,
    }: { status: number; json: { value: JsonObject[]; [key: string]: unknown } } = await call(
      "GET",
      link,
    );
    expect(status).toBe(200);
    items.push(...json.value);
    const next = json["@odata.nextLink"];
    link = typeof next === "string" ? next : undefined;
  }
  return items;
}

test("pages hold every incident once, with Defender's numbers and alerts when asked", async () => {
  const call = await graph(testTenant(testClock()));
  const whole = await all(call, "/incidents?$top=50");
  const paged = await all(call, "/incidents?$top=7&$expand=alerts");
  expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  // The alerts of a merged incident have moved to the one that took over.
  const merged = paged.filter(({ status }) => status === "redirected");
  const standing = paged.filter(({ status }) => status !== "redirected");
  expect(merged.every(({ alerts }) => JSON.stringify(alerts) === "[]")).toBe(true);
  for (const { alerts, id } of standing)
    expect(alerts).toEqual(expect.arrayContaining([expect.objectContaining({ incidentId: id })]));
  const { json } = await call("GET", "/incidents?$top=1&$count=true");
  expect(json["@odata.count"]).toBe(whole.length);
});

test("a filter gives what matches, in any case of letters", async () => {
  const call = await graph(testTenant(testClock()));
  const whole = await all(call, "/incidents");
  const high = await all(
    call,
    "/incidents?$filter=severity eq 'HIGH' and not (status eq 'resolved')",
  );
  expect(high.length).toBeGreaterThan(0);
  expect(high).toEqual(
    whole.filter(({ severity, status }) => severity === "high" && status !== "resolved"),
  );
  const since = "2026-06-10T00:00:00Z";
  const recent = await all(call, `/alerts_v2?$filter=createdDateTime ge ${since}&$top=20`);
  expect(recent.length).toBeGreaterThan(10);
  for (const { createdDateTime } of recent)
    expect(Date.parse(JSON.stringify(createdDateTime).slice(1, -1))).toBeGreaterThanOrEqual(
      Date.parse(since),
    );
});

// Whoever follows a number of Defender must land at the incident that took over.
test("a merged incident leads to the one that took over", async () => {
  const call = await graph(testTenant(testClock()));
  const merged = await all(call, "/incidents?$filter=status eq 'redirected'");
  expect(merged.length).toBeGreaterThan(0);
  for (const { redirectIncidentId } of merged)
    expect(
      await call("GET", `/incidents/${JSON.stringify(redirectIncidentId).slice(1, -1)}`),
    ).toMatchObject({
      status: 200,
      json: { redirectIncidentId: null },
    });
});

test("a change and a comment are seen in Sentinel", async () => {
  const clock = testClock();
  const tenant = testTenant(clock);
  const story = { family: "malware_host", truth: "false_positive" } as const;
  const [number = 0] = tenant.playStory(story).incident_numbers;
  const siem = testSiem(clock, createTenantHttpClient([tenant]));
  const provider = await testProvider(tenant);
  const before = await siem.incident(provider, number, lastDays(clock, 1));
  const call = await graph(tenant);
  const path = `/incidents/${before?.source_incident_id ?? ""}`;
  const body = { status: "resolved", classification: "falsePositive" };
  expect(await call("PATCH", path, body)).toMatchObject({ status: 200, json: body });
  const comment = { comment: "A vendor's update." };
  expect(await call("POST", `${path}/comments`, comment)).toMatchObject({
    status: 200,
    json: { value: [comment] },
  });
  clock.advance(60_000);
  expect(await siem.incident(provider, number, lastDays(clock, 1))).toMatchObject({
    status: "closed",
    classification: "false_positive",
  });
});

test.each([
  ["GET", "/incidents/0", undefined, 404],
  ["GET", "/incidents?$top=51", undefined, 400],
  ["GET", "/incidents?$filter=secret eq 1", undefined, 400],
  ["GET", "/secureScores", undefined, 404],
  ["POST", "/incidents", {}, 405],
] as const)("%s %s: %i", async (method, path, body, status) => {
  const call = await graph(testTenant(testClock()));
  expect(await call(method, path, body)).toMatchObject({ status });
});
