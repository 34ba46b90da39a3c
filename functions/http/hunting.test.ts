import { beforeEach, describe, expect, test } from "vitest";

import { analyse } from "../../shared/kql/analyse.ts";
import { policyOf } from "../../shared/kql/policy.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { Json } from "../../shared/schemas/json.ts";
import { ProviderKqlPolicy } from "../../shared/schemas/providers.ts";
import { drain, testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, aProvider, TENANT } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { huntingQuery } from "./hunting.ts";
import { kqlAnalyze } from "./kql.ts";

const analyst = aPrincipal("analyst");
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps({
    kql: {
      analyse: async (query, schema, policy) =>
        analyse(query, schema, policyOf(policy ?? ProviderKqlPolicy.parse({}))),
      close: async () => {},
    },
  });
  deps.siem.schema = async () => BUILT_IN_SCHEMA;
  await providers.create(deps.documents, aProvider());
});

const hunt = (body: Json, as = analyst) => call(huntingQuery, deps, { as, body });
const check = (body: Json, as = analyst) => call(kqlAnalyze, deps, { as, body });
const recorded = () =>
  deps.documents.count("tenants", {
    partition: [TENANT],
    where: [{ op: "eq", field: "type", value: "hunting_query" }],
  });
const GOOD = { query: "SigninLogs | take 5", timespan: "P1D" };

describe("POST /api/v1/hunting/query", () => {
  test("200: the rows, with what was left out, and the timespan went along", async () => {
    deps.siem.answers(() => ({
      columns: [{ name: "n", type: "long" }],
      rows: Array.from({ length: 6_000 }, (_, i) => [i]),
      truncated: false,
      duration_ms: 7,
    }));
    const { status, json } = await hunt(GOOD);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      columns: [{ name: "n", type: "long" }],
      truncated: true,
      statistics: { row_count: 5_000, duration_ms: 7 },
    });
    const to = deps.clock.now();
    const from = new Date(to.getTime() - 86_400_000);
    expect(deps.siem.calls).toEqual([
      {
        method: "query",
        providerId: "sip_contoso",
        query: {
          kql: GOOD.query,
          timespan: { from: from.toISOString(), to: to.toISOString() },
          maxRows: 5_000,
          timeoutMs: 60_000,
          isHunt: true,
        },
      },
    ]);
  });

  // A query that reached the workspace unrecorded could never be asked about.
  test("it is recorded and audited before the workspace is asked", async () => {
    deps.siem.answers(() => {
      throw new Error("cut off");
    });
    await hunt(GOOD);
    expect(await recorded()).toBe(1);
    const [audit] = await drain(deps.queue, "audit");
    expect(audit?.body).toMatchObject({ action: "hunting.query", actor_id: analyst.id });
  });

  // The policy is the promise of the product: no query runs that was not understood.
  test.each([
    ["SigninLogs | evaluate python(typeof(*), 'x')", "Line 1, column 14"],
    ["union *", "Line 1"],
    ["SigninLogs\n| where Nope == 1", "Line 2, column 9"],
    ["SigninLogs | take 1; SigninLogs | take 2", "Line 1, column 22"],
  ])(
    "422: %s is refused with its place, and neither runs nor is recorded",
    async (query, place) => {
      const { status, json } = await hunt({ ...GOOD, query });
      expect(status).toBe(422);
      expect(json).toMatchObject({
        code: "kql-refused",
        errors: [{ pointer: "/query", detail: expect.stringContaining(place) as string }],
      });
      expect(deps.siem.calls).toEqual([]);
      expect(await recorded()).toBe(0);
    },
  );

  test("422: what the provider's own policy forbids", async () => {
    const kql_policy = ProviderKqlPolicy.parse({ denied_tables: ["SigninLogs"] });
    await providers.create(deps.documents, aProvider({ id: "sip_b", name: "b", kql_policy }));
    expect((await hunt({ ...GOOD, provider: "b" })).status).toBe(422);
  });

  // What happened on the day of the breach is asked by its date, from whichever zone the analyst sits in.
  test("200: an interval goes to the workspace as it was given, in UTC", async () => {
    const nothing = { columns: [], rows: [], truncated: false, duration_ms: 1 };
    deps.siem.answers(() => nothing);
    const timespan = "2026-01-02T01:00:00+01:00/2026-01-03T12:30:00Z";
    expect((await hunt({ ...GOOD, timespan })).status).toBe(200);
    expect(deps.siem.calls).toMatchObject([
      {
        query: {
          timespan: { from: "2026-01-02T00:00:00.000Z", to: "2026-01-03T12:30:00.000Z" },
        },
      },
    ]);
  });

  test.each([
    "P0D",
    "P91D",
    "a day",
    5,
    null,
    "2026-01-03T00:00:00Z/2026-01-02T00:00:00Z",
    "2026-01-02T00:00:00Z/2026-01-02T00:00:00Z",
    "2026-01-01T00:00:00Z/2026-04-02T00:00:00Z",
    "2026-01-01T00:00:00/2026-01-02T00:00:00",
    "2026-01-01T00:00:00Z/P1D",
    "2026-01-01T00:00:00Z/",
    "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z/2026-01-03T00:00:00Z",
  ])("422: the timespan %s", async (timespan) => {
    const { status, json } = await hunt({ ...GOOD, timespan });
    expect({ status, json }).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: "/timespan" }] },
    });
  });

  test("403: a viewer may neither hunt nor analyse", async () => {
    const viewer = aPrincipal("viewer");
    expect((await hunt(GOOD, viewer)).status).toBe(403);
    expect((await check({ query: "SigninLogs" }, viewer)).status).toBe(403);
  });

  test("404: a provider that is not the tenant's", async () => {
    expect((await hunt({ ...GOOD, provider: "sip_other" })).status).toBe(404);
    expect((await check({ query: "SigninLogs", provider: "sip_other" })).status).toBe(404);
  });
});

describe("POST /api/v1/kql/analyze", () => {
  test("200: tables, columns and output of a good query", async () => {
    const { status, json } = await check({ query: "SigninLogs | project UserPrincipalName" });
    expect({ status, json }).toMatchObject({
      status: 200,
      json: {
        ok: true,
        diagnostics: [],
        policy: [],
        tables: ["SigninLogs"],
        columns: ["UserPrincipalName"],
        output: [{ name: "UserPrincipalName", type: "string" }],
      },
    });
  });

  test("200: a wrong query is described, not refused", async () => {
    const { json } = await check({ query: "SigninLog | evaluate python(typeof(*), 'x')" });
    expect(json).toMatchObject({
      ok: false,
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ line: 1, column: 1, suggestion: "SigninLogs" }),
      ]) as unknown,
      policy: [{ rule: "plugin" }],
    });
  });
});
