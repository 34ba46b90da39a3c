/** Resource Manager's incidents in the simulated tenant: what an analyst changes there is seen in the tables. */
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import type { JsonObject } from "../../shared/schemas/json.ts";
import { armAddressOf } from "./arm.ts";
import type { Tenant } from "./tenant.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";
import { rowsUntil, textOf } from "./workspaceRows.ts";

const API = "api-version=2025-09-01";
const MINUTE = 60_000;

/** Calls Resource Manager as the tenant's application. */
async function arm(tenant: Tenant) {
  const client = createTenantHttpClient([tenant]);
  const send = async (
    method: "GET" | "PUT" | "POST" | "DELETE",
    url: string,
    body = "",
    headers = {},
  ) => {
    const request = createPipelineRequest({
      url,
      method,
      body,
      headers: createHttpHeaders(headers),
    });
    const { status, bodyAsText } = await client.sendRequest(request);
    return { status, json: bodyAsText ? JSON.parse(bodyAsText) : undefined };
  };
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    scope: "https://management.azure.com/.default",
  });
  const login = `https://login.microsoftonline.com/${tenant.azureTenantId}/oauth2/v2.0/token`;
  const { json } = await send("POST", login, form.toString());
  const address = armAddressOf(tenant);
  const base = `https://management.azure.com/subscriptions/${address.subscription_id}/resourceGroups/${address.resource_group}/providers/Microsoft.OperationalInsights/workspaces/${address.workspace_name}/providers/Microsoft.SecurityInsights/incidents`;
  return (method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: JsonObject, more = {}) =>
    send(
      method,
      path.startsWith("https:") ? path : `${base}${path}${path.includes("?") ? "&" : "?"}${API}`,
      body === undefined ? "" : JSON.stringify(body),
      { authorization: `Bearer ${json.access_token}`, ...more },
    );
}

async function played() {
  const clock = testClock();
  const tenant = testTenant(clock);
  const [number = 0] = tenant.playStory({
    family: "phishing",
    truth: "true_positive",
  }).incident_numbers;
  const call = await arm(tenant);
  const found = await call("GET", `?$filter=properties/incidentNumber eq ${number}`);
  return { clock, tenant, number, call, incident: found.json.value[0] };
}

test("the list filters, sorts and pages without losing or repeating an incident", async () => {
  const call = await arm(testTenant(testClock()));
  const seen: number[] = [];
  let link =
    "?$filter=properties/severity eq 'High' or properties/severity eq 'Low'&$top=5&$orderby=properties/createdTimeUtc desc";
  for (let pages = 0; link !== "" && pages < 50; pages += 1) {
    const { status, json } = await call("GET", link);
    expect(status).toBe(200);
    expect(json.value.length).toBeLessThanOrEqual(5);
    for (const { properties } of json.value) {
      expect(["High", "Low"]).toContain(properties.severity);
      seen.push(properties.incidentNumber);
    }
    link = json.nextLink ?? "";
  }
  expect(seen.length).toBeGreaterThan(10);
  expect(new Set(seen).size).toBe(seen.length);
});

// Write-back is worth nothing when the next sync does not see it, or when a product's later change undoes it.
test("a change appears as a new row, is seen by a sync, and outlives what products write later", async () => {
  const { clock, tenant, number, call, incident } = await played();
  const { title, severity } = incident.properties;
  const closed = await call("PUT", `/${incident.name}`, {
    etag: incident.etag,
    properties: {
      title,
      severity,
      status: "Closed",
      classification: "TruePositive",
      classificationReason: "SuspiciousActivity",
    },
  });
  expect(closed).toMatchObject({
    status: 200,
    json: { properties: { status: "Closed", classification: "TruePositive" } },
  });
  expect(closed.json.etag).not.toBe(incident.etag);
  const siem = testSiem(clock, createTenantHttpClient([tenant]));
  const provider = await testProvider(tenant);
  expect(await siem.incident(provider, number, lastDays(clock, 1))).toMatchObject({
    status: "new",
  });
  for (const wait of [MINUTE, 60 * MINUTE]) {
    clock.advance(wait);
    expect(await siem.incident(provider, number, lastDays(clock, 1))).toMatchObject({
      status: "closed",
      classification: "true_positive",
      alert_count: 2,
    });
  }
});

test("409 and 412: who changes what was changed meanwhile is told", async () => {
  const { call, incident } = await played();
  const { title, severity } = incident.properties;
  const body = { etag: incident.etag, properties: { title, severity, status: "Active" } };
  expect(await call("PUT", `/${incident.name}`, body)).toMatchObject({ status: 200 });
  expect(await call("PUT", `/${incident.name}`, body)).toMatchObject({ status: 409 });
  const header = { "if-match": incident.etag };
  expect(await call("PUT", `/${incident.name}`, body, header)).toMatchObject({ status: 412 });
});

test("comments and tasks are kept, counted and read again", async () => {
  const { call, incident } = await played();
  const message = { properties: { message: "Checked with the owner." } };
  expect(await call("PUT", `/${incident.name}/comments/c1`, message)).toMatchObject({
    status: 201,
  });
  const task = { properties: { title: "Reset the password", status: "New" } };
  expect(await call("PUT", `/${incident.name}/tasks/t1`, task)).toMatchObject({ status: 201 });
  expect((await call("GET", `/${incident.name}/comments`)).json.value).toMatchObject([
    { name: "c1", properties: { message: "Checked with the owner." } },
  ]);
  expect((await call("GET", `/${incident.name}/tasks/t1`)).json).toMatchObject(task);
  expect((await call("GET", `/${incident.name}`)).json).toMatchObject({
    properties: { additionalData: { commentsCount: 1 } },
  });
});

// A client that goes on with the etag it was given must not be told of a conflict with itself.
test("the etag of a reply holds until the next change, also within one millisecond", async () => {
  const { call, incident } = await played();
  const { title, severity } = incident.properties;
  let { etag } = incident;
  for (const status of ["Active", "New", "Active"]) {
    const reply = await call("PUT", `/${incident.name}`, {
      etag,
      properties: { title, severity, status },
    });
    expect(reply).toMatchObject({ status: 200, json: { properties: { status } } });
    expect((await call("GET", `/${incident.name}`)).json.etag).toBe(reply.json.etag);
    ({ etag } = reply.json);
  }
});

test("comments and tasks go away, and what is not there is no error", async () => {
  const { call, incident } = await played();
  const message = { properties: { message: "For a moment." } };
  for (const part of ["comments", "tasks"]) {
    const body = part === "comments" ? message : { properties: { title: "Look", status: "New" } };
    await call("PUT", `/${incident.name}/${part}/x1`, body);
    expect(await call("DELETE", `/${incident.name}/${part}/x1`)).toMatchObject({ status: 200 });
    expect(await call("DELETE", `/${incident.name}/${part}/x1`)).toMatchObject({ status: 204 });
    expect((await call("GET", `/${incident.name}/${part}`)).json.value).toEqual([]);
    expect(await call("GET", `/${incident.name}/${part}/x1`)).toMatchObject({ status: 404 });
  }
});

test("an incident that is made by hand is Sentinel's own, with the next number, and is synchronised", async () => {
  const { clock, tenant, call, number } = await played();
  const name = "5d9e0f0a-3c0b-4f8e-9a54-0c0c8c6f2d11";
  const properties = { title: "Reported by phone", severity: "Low", status: "New" };
  const made = await call("PUT", `/${name}`, { properties });
  expect(made).toMatchObject({
    status: 201,
    json: { name, properties: { incidentNumber: number + 1, providerName: "Azure Sentinel" } },
  });
  expect(made.json.properties.providerIncidentId).toBe(String(number + 1));
  clock.advance(MINUTE);
  const siem = testSiem(clock, createTenantHttpClient([tenant]));
  const found = await siem.incident(await testProvider(tenant), number + 1, lastDays(clock, 1));
  expect(found).toMatchObject({ title: "Reported by phone", status: "new", alert_ids: [] });
  const [next] = tenant.playStory({
    family: "phishing",
    truth: "true_positive",
  }).incident_numbers;
  expect(next).toBeGreaterThan(number + 1);
});

test("relations show the alerts; one that is taken away and given back changes the incident", async () => {
  const { call, incident } = await played();
  const path = `/${incident.name}/relations`;
  const { json } = await call("GET", path);
  expect(json.value).toHaveLength(2);
  const [first] = json.value;
  expect((await call("GET", `${path}/${first.name}`)).json).toEqual(first);
  expect(await call("DELETE", `${path}/${first.name}`)).toMatchObject({ status: 200 });
  expect((await call("POST", `/${incident.name}/alerts`)).json.value).toHaveLength(1);
  const { relatedResourceId } = first.properties;
  expect(await call("PUT", `${path}/again`, { properties: { relatedResourceId } })).toMatchObject({
    status: 201,
  });
  expect((await call("GET", `/${incident.name}`)).json).toMatchObject({
    properties: { additionalData: { alertsCount: 2 } },
  });
});

test("a reopened incident keeps the time at which it was closed, and loses its verdict", async () => {
  const { clock, tenant, number, call, incident } = await played();
  const { title, severity } = incident.properties;
  const verdict = { classification: "FalsePositive", classificationReason: "InaccurateData" };
  for (const more of [{ status: "Closed", ...verdict }, { status: "Active" }]) {
    const properties = { title, severity, ...more };
    expect(await call("PUT", `/${incident.name}`, { properties })).toMatchObject({ status: 200 });
    clock.advance(MINUTE);
  }
  const siem = testSiem(clock, createTenantHttpClient([tenant]));
  const found = await siem.incident(await testProvider(tenant), number, lastDays(clock, 1));
  expect(found).toMatchObject({ status: "active", classification: null });
  expect(found?.closed_at).toBe(new Date(clock.now().getTime() - 2 * MINUTE).toISOString());
});

test("alerts and entities are those of the incident", async () => {
  const { call, incident, tenant, number } = await played();
  const { json: alerts } = await call("POST", `/${incident.name}/alerts`);
  expect(alerts.value).toHaveLength(2);
  const { json } = await call("POST", `/${incident.name}/entities`);
  const text = JSON.stringify(json.entities);
  const ids = JSON.stringify(alerts.value);
  const listed = rowsUntil(tenant, "SecurityAlert", tenant.now())
    .filter((alert) => ids.includes(textOf(alert["SystemAlertId"])))
    .map((alert) => textOf(alert["Entities"]))
    .join();
  // What only the logs hold, such as where a stolen password was used, no alert lists.
  const inAlerts = (tenant.truth(number)?.entities ?? []).filter(({ value }) =>
    listed.includes(value),
  );
  expect(inAlerts.map(({ type }) => type)).toEqual(["account", "url", "mail_message", "mailbox"]);
  for (const { value } of inAlerts) expect(text).toContain(value);
  const sum = json.metaData.reduce((total: number, one: { count: number }) => total + one.count, 0);
  expect(sum).toBe(json.entities.length);
});

test.each([
  ["GET", "/00000000-0000-4000-8000-000000000000", undefined, 404],
  ["GET", "?$filter=properties/incidentNumber eq", undefined, 400],
  ["GET", "?$filter=properties/secret eq 1", undefined, 400],
  ["GET", "?$top=5000", undefined, 400],
  ["PUT", "/{name}", { properties: { title: "x", severity: "Grave", status: "New" } }, 400],
  ["PUT", "/{name}", { properties: { title: "x", severity: "Low", status: "Closed" } }, 400],
  ["PUT", "/{name}/comments/c1", { properties: { message: "x".repeat(30_001) } }, 400],
  ["POST", "/{name}/runPlaybook", { logicAppsResourceId: "/subscriptions/1" }, 204],
  ["POST", "/{name}/comments", undefined, 405],
  ["PUT", "/{name}/comments", { properties: { message: "x" } }, 405],
  ["PUT", "/not-a-guid", { properties: { title: "x", severity: "Low", status: "New" } }, 400],
  ["PUT", "/{name}/relations/r1", { properties: { relatedResourceId: "/entities/none" } }, 404],
] as const)("%s %s %o: %i", async (method, path, body, status) => {
  const { call, incident } = await played();
  expect(await call(method, path.replace("{name}", incident.name), body)).toMatchObject({ status });
});
