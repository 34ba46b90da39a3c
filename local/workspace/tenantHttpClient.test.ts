/** The wire of the simulated services, byte by byte where clients depend on it. */
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import { createFaults } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { LOG_ANALYTICS_LIMITS } from "./throttle.ts";
import { testClock, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const client = createTenantHttpClient([tenant]);

async function send(
  url: string,
  body: string,
  headers: Record<string, string> = {},
  over = client,
): Promise<{ status: number; json: Record<string, unknown>; text: string }> {
  const request = createPipelineRequest({
    url,
    method: "POST",
    body,
    headers: createHttpHeaders(headers),
  });
  const response = await over.sendRequest(request);
  const text = response.bodyAsText ?? "";
  return { status: response.status, json: text === "" ? {} : JSON.parse(text), text };
}

async function token(over = client): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    scope: "https://api.loganalytics.io/.default",
  });
  const url = `https://login.microsoftonline.com/${tenant.azureTenantId}/oauth2/v2.0/token`;
  return String((await send(url, form.toString(), {}, over)).json["access_token"]);
}

const bearer = await token();
const QUERY = `https://api.loganalytics.io/v1/workspaces/${tenant.workspaceId}/query`;

const query = async (body: object, headers: Record<string, string> = {}) =>
  send(QUERY, JSON.stringify(body), {
    authorization: `Bearer ${bearer}`,
    "content-type": "application/json",
    ...headers,
  });

test("values travel as the service writes them", async () => {
  const { status, json } = await query({
    query:
      'print Time = datetime(2026-06-01 10:00:00.1234567), Bag = dynamic({"a": [1]}), Long = long(7), Real = real(nan), Flag = true, None = datetime(null), Span = 26h',
  });
  expect(status).toBe(200);
  expect(json).toEqual({
    tables: [
      {
        name: "PrimaryResult",
        columns: [
          { name: "Time", type: "datetime" },
          { name: "Bag", type: "dynamic" },
          { name: "Long", type: "long" },
          { name: "Real", type: "real" },
          { name: "Flag", type: "bool" },
          { name: "None", type: "datetime" },
          { name: "Span", type: "timespan" },
        ],
        rows: [["2026-06-01T10:00:00.1234567Z", '{"a":[1]}', 7, "NaN", true, null, "1.02:00:00"]],
      },
    ],
  });
});

test("statistics come when they are asked for", async () => {
  const body = { query: "SigninLogs | take 3" };
  expect(await query(body)).not.toHaveProperty("json.statistics");
  const { json } = await query(body, { prefer: "wait=30,include-statistics=true" });
  expect(json).toMatchObject({
    statistics: { query: { datasetStatistics: [{ tableRowCount: 3 }] } },
  });
});

test("preferences that the service knows are heard, others are left alone", async () => {
  const prefer =
    "wait=600, ai.response-thinning=false, include-render=true, include-dataSources=true";
  const { json } = await query({ query: "print 1" }, { prefer });
  expect(json).toMatchObject({ render: {}, dataSources: [{ resourceId: tenant.workspaceId }] });
});

test("a query in the address is answered like one in the body", async () => {
  const request = createPipelineRequest({
    url: `${QUERY}?query=${encodeURIComponent("print One = 1")}&timespan=P1D`,
    headers: createHttpHeaders({ authorization: `Bearer ${bearer}` }),
  });
  const { status, bodyAsText } = await client.sendRequest(request);
  expect(status).toBe(200);
  expect(JSON.parse(bodyAsText ?? "")).toMatchObject({ tables: [{ rows: [[1]] }] });
});

test("a query across workspaces is refused rather than answered from one of them", async () => {
  const body = { query: "print 1", workspaces: [tenant.workspaceId] };
  expect(await query(body)).toMatchObject({ status: 200 });
  expect(await query({ ...body, workspaces: ["another"] })).toMatchObject({ status: 400 });
});

test.each([
  ["PT1H", 0],
  ["2026-06-17T16:00:00Z/2026-06-17T17:00:00Z", 0],
  ["P30D", 1],
  ["PT720H/2026-06-17T16:00:00Z", 1],
  ["2026-05-18T16:00:00Z/P30D", 1],
])("the timespan %s bounds what is read", async (timespan, some) => {
  const { json } = await query({
    query: "SigninLogs | where ResultType == '0' | take 1 | count",
    timespan,
  });
  expect(json).toMatchObject({ tables: [{ rows: [[some]] }] });
});

test("200 with nothing: the body or its type is no JSON", async () => {
  const headers = { authorization: `Bearer ${bearer}` };
  expect(await send(QUERY, '{"query":"print 1"}', headers)).toMatchObject({
    status: 200,
    text: "",
  });
  const typed = { ...headers, "content-type": "application/json" };
  expect(await send(QUERY, "{broken", typed)).toMatchObject({ status: 200, text: "" });
});

test("400: what is wrong with the query stands in the inner errors", async () => {
  const syntax = await query({ query: "SigninLogs | where (" });
  expect(syntax).toMatchObject({
    status: 400,
    json: { error: { code: "BadArgumentError", innererror: { code: "SyntaxError" } } },
  });
  const semantic = await query({ query: "NoSuchTable | take 1" });
  expect(semantic).toMatchObject({
    status: 400,
    json: { error: { code: "BadArgumentError", innererror: { code: "SemanticError" } } },
  });
  expect(semantic.text).toContain("NoSuchTable");
  expect(await query({ query: "print 1", timespan: "yesterday" })).toMatchObject({ status: 400 });
});

test.each(["", "Bearer ", "Bearer forged", `Basic ${bearer}`])(
  "401: authorization %o is no token",
  async (authorization) => {
    const reply = await query({ query: "print 1" }, { authorization });
    expect(reply.status).toBe(401);
  },
);

test("404: another path or another workspace", async () => {
  const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
  for (const path of [
    "/v1/workspaces",
    "/v1/workspaces/00000000-0000-0000-0000-000000000000/query",
  ])
    expect(
      await send(`https://api.loganalytics.io${path}`, '{"query":"print 1"}', headers),
    ).toMatchObject({ status: 404 });
});

// Nothing of the simulation may leave the machine.
test("any other host cannot be found", async () => {
  await expect(send("https://example.com/", "")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("429: more requests than the service takes in 30 seconds", async () => {
  const over = createTenantHttpClient([tenant], createFaults(), {
    ...LOG_ANALYTICS_LIMITS,
    requests: 2,
  });
  const headers = {
    authorization: `Bearer ${await token(over)}`,
    "content-type": "application/json",
  };
  const statuses = [];
  for (let index = 0; index < 3; index += 1)
    statuses.push((await send(QUERY, '{"query":"print 1"}', headers, over)).status);
  expect(statuses).toEqual([200, 200, 429]);
});

test("204: a workspace that holds nothing", async () => {
  const empty = { ...tenant, tables: { ...tenant.tables, rowCount: () => 0 } };
  const over = createTenantHttpClient([empty]);
  const headers = {
    authorization: `Bearer ${await token(over)}`,
    "content-type": "application/json",
  };
  expect(await send(QUERY, '{"query":"print 1"}', headers, over)).toMatchObject({
    status: 204,
    text: "",
  });
});
