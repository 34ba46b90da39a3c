/** How old the list is that is served, and the sync that is asked for. */
import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../../shared/domain/errors.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, aProvider, aSentinelIncident, NOW } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { incidentsList, incidentsSync } from "./incidents.ts";

const analyst = aPrincipal("analyst");
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, aProvider());
});

const list = (query: TestRequest["query"] = {}) =>
  call(incidentsList, deps, { as: analyst, query });

describe("GET /api/v1/incidents", () => {
  test("200: says how old the list is, in seconds and as a time; the seed's TTL brings it up to date", async () => {
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()] });
    const first = await list();
    expect(first.headers.get("age")).toBe("0");
    expect(first.json).toMatchObject({
      last_synced_at: NOW,
      items: [{ number: 12345 }],
      syncs: [{ provider_id: "sip_contoso", last_synced_at: NOW }],
    });
    deps.clock.advance(4 * 60_000);
    expect((await list()).headers.get("age")).toBe("240");
    deps.clock.advance(2 * 60_000);
    expect((await list()).headers.get("age")).toBe("0");
  });

  test("200: a list that Sentinel cannot refresh is served with its age and the reason", async () => {
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()] });
    await list();
    deps.clock.advance(10 * 60_000);
    deps.siem.failsNext("sip_contoso", new AppError("siem-unavailable", "down"));
    const reply = await list({ provider: "sentinel" });
    expect(reply).toMatchObject({
      status: 200,
      json: { items: [{ number: 12345 }], syncs: [{ error: { detail: "down" } }] },
    });
    expect(reply.headers.get("age")).toBe("600");
  });
});

describe("POST /api/v1/incidents/sync", () => {
  test("200: synchronises the caller's tenant and no other", async () => {
    const other = aProvider({ id: "sip_other", tenant_id: "fabrikam" });
    await providers.create(deps.documents, other);
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()] });
    const reply = await call(incidentsSync, deps, { as: aPrincipal("admin") });
    expect(reply.json).toEqual({ providers: [{ provider_id: "sip_contoso", changed: 1 }] });
  });

  test("403: an analyst is told which role it takes", async () => {
    const reply = await call(incidentsSync, deps, { as: analyst });
    expect(reply).toMatchObject({
      status: 403,
      json: { detail: expect.stringContaining("admin") },
    });
  });

  test("401: nobody is signed in", async () => {
    expect(await call(incidentsSync, deps)).toMatchObject({ status: 401 });
  });
});
