/** The connection test against a simulated tenant: every failure an administrator can cause, in words to act on. */
import type { HttpClient } from "@azure/core-rest-pipeline";
import { describe, expect, test } from "vitest";

import { createConnectionTest } from "../../shared/adapters/sentinel/connection.ts";
import { CLOUDS } from "../../shared/adapters/sentinel/connectionClouds.ts";
import type { ConnectionCheck, SiemProvider } from "../../shared/schemas/providers.ts";
import { armAddressOf } from "./arm.ts";
import { createFaults, FaultSpec } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { plainKeys, testClock, testProvider, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const faults = createFaults();
const wire = createTenantHttpClient([tenant], faults);
// The first query waits until a worker has loaded the language, which takes long on a busy machine.
const options = { clock, keys: plainKeys, httpClient: wire, checkTimeoutMs: 60_000 };
const check = createConnectionTest(options);
const provider = await testProvider(tenant, armAddressOf(tenant));

type State = ConnectionCheck["state"];
const states = (checks: readonly ConnectionCheck[]): State[] => checks.map(({ state }) => state);
const detailOf = (checks: readonly ConnectionCheck[], name: ConnectionCheck["name"]): string =>
  checks.find((one) => one.name === name)?.detail ?? "";
const TOKEN_FAILED: State[] = ["failed", "skipped", "skipped", "skipped", "skipped"];

test("a connection that works is ok in every check, in their order", async () => {
  const checks = await check(provider);
  expect(checks.map(({ name }) => name)).toEqual([
    "token",
    "query",
    "incidents_table",
    "graph",
    "arm",
  ]);
  expect(states(checks)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(detailOf(checks, "incidents_table")).toMatch(/[1-9]\d* rows/);
});

test("a provider without an address in Resource Manager is not asked for there", async () => {
  const checks = await check(await testProvider(tenant));
  expect(states(checks)).toEqual(["ok", "ok", "ok", "ok", "skipped"]);
});

// Before it is saved, the secret is in the form and nowhere else.
test("a given secret is tried instead of the sealed one", async () => {
  const unsaved = { ...provider, client_secret: undefined };
  expect(states(await check(unsaved, tenant.clientSecret))).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(detailOf(await check(provider, "another"), "token")).toContain("AADSTS7000215");
});

const GUID = "99999999-9999-4999-8999-999999999999";
const wrong: [string, Partial<SiemProvider>, ConnectionCheck["name"], RegExp, State[]][] = [
  ["a wrong tenant", { azure_tenant_id: GUID }, "token", /AADSTS90002.*tenant id/, TOKEN_FAILED],
  ["a wrong client", { client_id: GUID }, "token", /AADSTS700016.*client id/, TOKEN_FAILED],
  ["a malformed tenant", { azure_tenant_id: "a_b" }, "token", /tenant id/, TOKEN_FAILED],
  [
    "an unknown workspace",
    { workspace_id: GUID, workspace_name: null },
    "query",
    /knows no workspace.*Check the workspace id/,
    ["ok", "failed", "skipped", "ok", "skipped"],
  ],
  [
    "an unknown workspace name",
    { workspace_name: "elsewhere" },
    "arm",
    /knows no workspace elsewhere in the resource group soc.*Check the three/,
    ["ok", "ok", "ok", "ok", "failed"],
  ],
  ["no client secret", { client_secret: undefined }, "token", /no client secret/, TOKEN_FAILED],
];
test.each(wrong)("%s is told", async (_, over, name, words, expected) => {
  const checks = await check({ ...provider, ...over });
  expect(detailOf(checks, name)).toMatch(words);
  expect(states(checks)).toEqual(expected);
});

const FAULTS: [string, object, ConnectionCheck["name"], RegExp][] = [
  [
    "a wrong tenant",
    { target: "login", kind: "error_code", code: "AADSTS90002" },
    "token",
    /Check the tenant id/,
  ],
  [
    "a wrong secret",
    { target: "login", kind: "error_code", code: "AADSTS7000215" },
    "token",
    /secret.*value/,
  ],
  [
    "an expired secret",
    { target: "login", kind: "error_code", code: "AADSTS7000222" },
    "token",
    /expired/,
  ],
  [
    "no consent",
    { target: "login", kind: "error_code", code: "AADSTS7000229" },
    "token",
    /has not consented.*Grant admin consent/,
  ],
  [
    "a role that is missing on the workspace",
    { target: "loganalytics", kind: "status", status: 403 },
    "query",
    /Log Analytics Reader/,
  ],
  [
    "a workspace that is not found",
    { target: "loganalytics", kind: "status", status: 404 },
    "query",
    /knows no workspace.*Check the workspace id/,
  ],
  [
    "a throttled workspace",
    { target: "loganalytics", kind: "status", status: 429, retry_after: 30 },
    "query",
    /Log Analytics is throttling requests.*Try again in 30 seconds/,
  ],
  [
    "a workspace without Sentinel",
    { target: "loganalytics", kind: "missing_table", table: "SecurityIncident" },
    "incidents_table",
    /no table SecurityIncident.*Enable Microsoft Sentinel/,
  ],
  ["half an answer", { target: "loganalytics", kind: "partial" }, "incidents_table", /in part/],
  [
    "a missing Graph permission",
    { target: "graph", kind: "status", status: 403 },
    "graph",
    /SecurityIncident\.Read\.All and SecurityAlert\.Read\.All.*consent/,
  ],
  [
    "throttling by Graph",
    { target: "graph", kind: "status", status: 429, retry_after: 7 },
    "graph",
    /Microsoft Graph is throttling requests.*7 seconds/,
  ],
  ["Graph that is down", { target: "graph", kind: "status", status: 503 }, "graph", /failed \(503/],
  ["a cut answer", { target: "graph", kind: "truncated" }, "graph", /cut off/],
  [
    "a role that is missing in Resource Manager",
    { target: "arm", kind: "status", status: 403 },
    "arm",
    /Log Analytics Reader/,
  ],
  ["a lost connection", { target: "arm", kind: "disconnect" }, "arm", /management.*ECONNRESET/],
  ["a refused token", { target: "arm", kind: "expired_token" }, "arm", /refused the access token/],
  ["a sign-in that is down", { target: "login", kind: "disconnect" }, "token", /did not sign in/],
];
test.each(FAULTS)("%s is told", async (_, fault, name, words) => {
  faults.add(FaultSpec.parse(fault));
  const checks = await check(provider).finally(() => faults.clear());
  expect(detailOf(checks, name)).toMatch(words);
  expect(checks.find((one) => one.name === name)?.state).toBe("failed");
  // One broken service says nothing about the others.
  const others = checks.filter((one) => one.name !== name && one.state === "failed");
  expect(others).toEqual([]);
});

test("only the Graph permission that is missing is named", async () => {
  faults.add(FaultSpec.parse({ target: "graph", kind: "status", status: 403, count: 1 }));
  const checks = await check(provider).finally(() => faults.clear());
  expect(detailOf(checks, "graph")).toContain("SecurityIncident.Read.All");
  expect(detailOf(checks, "graph")).not.toContain("SecurityAlert.Read.All");
});

// Without an end of its own, one silent service would hold the administrator's page for minutes.
test("a service that does not answer fails its check in time", async () => {
  const impatient = createConnectionTest({ ...options, checkTimeoutMs: 50 });
  const silent: HttpClient = {
    sendRequest: (request) =>
      request.url.startsWith("https://graph.") ? new Promise(() => {}) : wire.sendRequest(request),
  };
  const patient = await createConnectionTest({
    ...options,
    httpClient: silent,
    checkTimeoutMs: 1500,
  })(provider);
  expect(states(patient)).toEqual(["ok", "ok", "ok", "failed", "ok"]);
  expect(detailOf(patient, "graph")).toMatch(/did not answer within 1\.5 seconds/);
  faults.add(FaultSpec.parse({ target: "login", kind: "latency", delay_ms: 60_000 }));
  const checks = await impatient(provider).finally(() => faults.clear());
  expect(states(checks)).toEqual(TOKEN_FAILED);
});

/** The tenant, with other permissions of the application. */
const allowing = (actions: string[], notActions: string[] = []): HttpClient => ({
  sendRequest: async (request) => {
    const response = await wire.sendRequest(request);
    if (!request.url.includes("Microsoft.Authorization")) return response;
    return { ...response, bodyAsText: JSON.stringify({ value: [{ actions, notActions }] }) };
  },
});

describe("write-back", () => {
  const writing = { ...provider, writeback_enabled: true };
  const arm = async (httpClient: HttpClient) =>
    (await createConnectionTest({ ...options, httpClient })(writing)).find(
      ({ name }) => name === "arm",
    );

  test("is ok with a role that may change incidents", async () => {
    expect(await arm(wire)).toMatchObject({ state: "ok" });
    for (const action of [
      "*",
      "Microsoft.SecurityInsights/*",
      "microsoft.securityinsights/*/write",
    ])
      expect(await arm(allowing([action]))).toMatchObject({ state: "ok" });
  });

  test("names the role that is missing", async () => {
    for (const client of [
      allowing(["*/read", "Microsoft.SecurityInsights/incidents/writeXtra"]),
      allowing(["*"], ["Microsoft.SecurityInsights/*"]),
      allowing([]),
    ])
      expect(await arm(client)).toMatchObject({
        state: "failed",
        detail: expect.stringContaining("Microsoft Sentinel Responder"),
      });
  });

  // Otherwise a note for one incident would be written to the incident of the same number elsewhere.
  test("refuses an address that is another workspace's", async () => {
    const other: SiemProvider = { ...writing, workspace_id: GUID };
    const checks = await check(other);
    expect(detailOf(checks, "arm")).toContain(`not ${GUID}`);
  });
});

// An unreadable secret must name the provider's problem, not crash the test or reach the network.
describe("a stored secret that cannot be read", () => {
  const sealed = provider.client_secret;
  if (sealed === undefined) throw new Error("The provider has a secret.");
  const flipped = Buffer.from(sealed.ct, "base64url");
  flipped[0] = (flipped[0] ?? 0) ^ 1;
  test.each<[string, Partial<SiemProvider>]>([
    ["a flipped bit", { client_secret: { ...sealed, ct: flipped.toString("base64url") } }],
    [
      "a wrong key",
      { client_secret: { ...sealed, wrapped: Buffer.alloc(32).toString("base64url") } },
    ],
    ["a key of the wrong length", { client_secret: { ...sealed, wrapped: "AAAA" } }],
    ["a broken iv", { client_secret: { ...sealed, iv: "" } }],
    ["a moved row", { id: "sip_other" }],
    ["another tenant's row", { tenant_id: "fabrikam" }],
  ])("%s", async (_, over) => {
    const checks = await check({ ...provider, ...over });
    expect(states(checks)).toEqual(TOKEN_FAILED);
    expect(detailOf(checks, "token")).toMatch(
      /stored client secret cannot be read.*enter the secret again/i,
    );
  });
});

// A government's secret sent to the public cloud, or a token of one cloud in another, is refused at best.
test.each(["usgov", "china"] as const)("%s is asked at its own addresses only", async (cloud) => {
  const [own, known] = [CLOUDS[cloud], CLOUDS.public];
  const asked = new Set<string>();
  /** The tenant, as if it were in that cloud. */
  const abroad: HttpClient = {
    sendRequest: (request) => {
      const form = new URLSearchParams(typeof request.body === "string" ? request.body : "");
      asked.add(new URL(request.url).origin).add(form.get("scope")?.split(" ")[0] ?? "");
      let { url, body } = request;
      for (const service of ["login", "logs", "graph", "arm"] as const) {
        url = url.replace(own[service], known[service]);
        if (typeof body === "string")
          body = body.replaceAll(
            encodeURIComponent(own[service]),
            encodeURIComponent(known[service]),
          );
      }
      return wire.sendRequest(Object.assign(request, { url, body }));
    },
  };
  const there = { ...provider, cloud };
  const checks = await createConnectionTest({ ...options, httpClient: abroad })(there);
  expect(states(checks)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  asked.delete("");
  expect(asked).toEqual(
    new Set([
      ...Object.values(own),
      ...[own.logs, own.graph, own.arm].map((service) => `${service}/.default`),
    ]),
  );
});
