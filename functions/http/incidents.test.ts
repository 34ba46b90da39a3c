import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import * as syncState from "../../shared/repositories/syncState.ts";
import { IncidentPage, IncidentView } from "../../shared/schemas/incidents.ts";
import type { SyncState } from "../../shared/schemas/providers.ts";
import { testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { anIncident, aPrincipal, aProvider } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { incidentsGet, incidentsList, incidentsPatch } from "./incidents.ts";

const analyst = aPrincipal("analyst");
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, aProvider());
});

const put = async (...records: ReturnType<typeof anIncident>[]): Promise<void> => {
  for (const record of records) await incidents.create(deps, record, []);
};

const list = (query: TestRequest["query"] = {}, as = analyst) =>
  call(incidentsList, deps, { as, query });
const get = (number: number | string, more: TestRequest = {}) =>
  call(incidentsGet, deps, { as: analyst, params: { number }, ...more });

const numbers = async (query: TestRequest["query"] = {}): Promise<number[]> => {
  const reply = await list(query);
  expect(reply.status).toBe(200);
  return IncidentPage.parse(reply.json).items.map((item) => item.number);
};

describe("GET /api/v1/incidents", () => {
  test("200: newest change first, with total, without Sentinel's raw row", async () => {
    await put(
      anIncident({ number: 1, last_modified_at: "2026-01-15T10:00:00.000Z" }),
      anIncident({ number: 2, last_modified_at: "2026-01-15T11:00:00.000Z" }),
    );
    const reply = await list();
    expect(reply.json).toMatchObject({
      items: [{ number: 2 }, { number: 1 }],
      total: 2,
      limit: 20,
      next_cursor: null,
    });
    expect(JSON.stringify(reply.json)).not.toMatch(/"sentinel"|"tenant_id"|"alerted"/);
  });

  test("200: each filter of the seed and the API page chooses its incidents", async () => {
    await put(
      anIncident({ number: 1, severity: "low", status: "closed", title: "Beacon to C2" }),
      anIncident({ number: 2, severity: "low", local_severity: "critical", tags: ["vip"] }),
      anIncident({ number: 3, severity: "high", local_severity: "low", local_status: "waiting" }),
      anIncident({ number: 4, assigned_to: "bo@contoso.example", status: "active" }),
    );
    const sorted = { sort: "number" };
    expect(await numbers({ ...sorted, severity: "critical" })).toEqual([2]);
    expect(await numbers({ ...sorted, severity: "low" })).toEqual([1, 3]);
    expect(await numbers({ ...sorted, severity: ["high", "critical"] })).toEqual([2, 4]);
    expect(await numbers({ ...sorted, status: ["closed", "active"] })).toEqual([1, 4]);
    expect(await numbers({ ...sorted, local_status: "waiting" })).toEqual([3]);
    expect(await numbers({ ...sorted, assigned_to: "bo@contoso.example" })).toEqual([4]);
    expect(await numbers({ ...sorted, assigned_to: "none" })).toEqual([1, 2, 3]);
    expect(await numbers({ ...sorted, tag: "vip" })).toEqual([2]);
    expect(await numbers({ ...sorted, q: "beacon TO" })).toEqual([1]);
    expect(await numbers({ ...sorted, q: "#3" })).toEqual([3]);
    expect(await numbers({ sort: "-number" })).toEqual([4, 3, 2, 1]);
  });

  test("200: timespan bounds the last change, updated_since our own", async () => {
    await put(
      anIncident({ number: 1, last_modified_at: "2026-01-08T11:59:59.000Z" }),
      anIncident({ number: 2, last_modified_at: "2026-01-08T12:00:00.000Z" }),
      anIncident({ number: 3, updated_at: "2026-01-15T12:30:00.000Z" }),
    );
    expect(await numbers()).toEqual([3, 2]);
    expect(await numbers({ timespan: "PT1H" })).toEqual([3]);
    expect(await numbers({ timespan: "P1M" })).toEqual([3, 2, 1]);
    expect(await numbers({ updated_since: "2026-01-15T12:30:00Z" })).toEqual([3]);
    expect(await numbers({ timespan: "P99999999999Y" })).toEqual([3, 2, 1]);
  });

  // Whoever polls goes by what we changed, in the order we changed it; Sentinel's times would lose local changes.
  test("200: updated_since gives changes in their order, and changes_cursor only what came after", async () => {
    await put(
      anIncident({ number: 1, updated_at: "2026-01-15T11:59:59.000Z" }),
      anIncident({ number: 2, updated_at: "2026-01-15T11:00:00.000Z" }),
      anIncident({ number: 3, last_modified_at: "2025-11-01T00:00:00.000Z" }),
    );
    const Page = z.object({
      items: z.array(z.object({ number: z.number() })),
      next_cursor: z.string().nullable(),
      changes_cursor: z.string(),
    });
    const page = async (query: Readonly<Record<string, string | number>>) =>
      Page.parse((await call(incidentsList, deps, { as: aPrincipal("viewer"), query })).json);
    const first = await page({ updated_since: "2026-01-01T00:00:00Z", limit: 2 });
    expect(first.items.map(({ number }) => number)).toEqual([2, 1]);
    const second = await page({ cursor: first.next_cursor ?? "" });
    expect(second.items.map(({ number }) => number)).toEqual([3]);
    expect(second.next_cursor).toBeNull();
    expect(await page({ cursor: second.changes_cursor })).toMatchObject({ items: [] });
    await call(incidentsPatch, deps, {
      as: aPrincipal("analyst"),
      params: { number: 2 },
      body: { notes: "Seen." },
    });
    const later = await page({ cursor: second.changes_cursor });
    expect(later.items.map(({ number }) => number)).toEqual([2]);
  });

  test("200: provider is the default one, an id or a name", async () => {
    const second = aProvider({ id: "sip_2", name: "Lab", is_default: false, workspace_id: "w2" });
    await providers.create(deps.documents, second);
    await put(
      anIncident({ number: 1 }),
      anIncident({ number: 2, provider_id: "sip_2", incident_key: "w2:2" }),
    );
    expect(await numbers({ provider: "sentinel" })).toEqual([1]);
    expect(await numbers({ provider: "sip_2" })).toEqual([2]);
    expect(await numbers({ provider: "Lab" })).toEqual([2]);
  });

  // Its incidents still stand in the list, with its id: a filter by that id must give them.
  test("200: a provider that was deleted is named by its id, in its own tenant only", async () => {
    await put(
      anIncident({ number: 1 }),
      anIncident({ number: 2, provider_id: "sip_gone", incident_key: "w2:2" }),
    );
    expect(await numbers({ provider: "sip_gone" })).toEqual([2]);
    expect(await list({ provider: "sip_gone" }, stranger)).toMatchObject({ status: 422 });
  });

  // The time bound of the first page moves on with the clock; the second page must still follow the first.
  test("200: pages by cursor, minutes apart, show each incident once", async () => {
    await put(...[1, 2, 3, 4, 5].map((number) => anIncident({ number })));
    const seen: number[] = [];
    let cursor: string | null | undefined;
    do {
      const reply = await list({ limit: 2, ...(cursor && { cursor }) });
      const page = IncidentPage.parse(reply.json);
      seen.push(...page.items.map((item) => item.number));
      cursor = page.next_cursor;
      deps.clock.advance(60_000);
    } while (cursor !== null);
    expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  });

  test("200: pages by offset", async () => {
    await put(...[1, 2, 3].map((number) => anIncident({ number })));
    const reply = await list({ limit: 2, offset: 2, sort: "number" });
    expect(reply.json).toMatchObject({ items: [{ number: 3 }], offset: 2, total: 3 });
  });

  test("200: another tenant's incidents are not in the list, whatever it asks for", async () => {
    await put(anIncident());
    expect((await list({}, stranger)).json).toMatchObject({ items: [], total: 0 });
  });

  const bad = [
    ["severity", "urgent", "/query/severity/0"],
    ["status", "open", "/query/status/0"],
    ["timespan", "yesterday", "/query/timespan"],
    ["timespan", "P", "/query/timespan"],
    ["limit", "-1", "/query/limit"],
    ["limit", "101", "/query/limit"],
    ["offset", "-1", "/query/offset"],
    ["sort", "title", "/query/sort"],
    ["cursor", "nonsense", "/query/cursor"],
    ["provider", "nobody", "/query/provider"],
    ["colour", "red", "/query/colour"],
    ["updated_since", "monday", "/query/updated_since"],
  ] as const;
  test.each(bad)("422: %s=%s is named", async (name, value, pointer) => {
    const reply = await list({ [name]: value });
    expect(reply.status).toBe(422);
    expect(reply.json).toMatchObject({ code: "invalid-fields", errors: [{ pointer }] });
  });

  test("422: offset together with a cursor", async () => {
    await put(anIncident({ number: 1 }), anIncident({ number: 2 }));
    const { next_cursor } = IncidentPage.parse((await list({ limit: 1 })).json);
    const reply = await list({ limit: 1, offset: 1, cursor: next_cursor ?? "" });
    expect(reply.json).toMatchObject({ status: 422, errors: [{ pointer: "/query/offset" }] });
  });

  test("422: a cursor of another order", async () => {
    await put(anIncident({ number: 1 }), anIncident({ number: 2 }));
    const { next_cursor } = IncidentPage.parse((await list({ limit: 1 })).json);
    const reply = await list({ limit: 1, sort: "number", cursor: next_cursor ?? "" });
    expect(reply.json).toMatchObject({ status: 422, errors: [{ pointer: "/query/cursor" }] });
  });
});

describe("GET /api/v1/incidents/{number}", () => {
  test("200: the whole incident, with Sentinel's own row", async () => {
    await put(anIncident());
    const reply = await get(12345);
    expect(reply.status).toBe(200);
    expect(IncidentView.parse(reply.json)).toMatchObject({
      number: 12345,
      sentinel: { IncidentNumber: 12345 },
      alerts: [],
      entities: [],
    });
  });

  test("304: nothing changed since the ETag was given; 200 when something did", async () => {
    await put(anIncident());
    const etag = (await get(12345)).headers.get("etag") ?? "";
    const headers = { "if-none-match": etag };
    expect((await get(12345, { headers })).status).toBe(304);
    deps.clock.advance(15 * 60_000);
    expect(await get(12345, { headers })).toMatchObject({
      status: 200,
      json: { sync: { settled: true } },
    });
  });

  test("200: settled once the counts held over two syncs", async () => {
    await put(anIncident());
    expect((await get(12345)).json).toMatchObject({ sync: { settled: false } });
    // The sync that brought them is the first of the two.
    for (const [last_success_at, settled] of [
      ["2026-01-15T12:00:00.000Z", false],
      ["2026-01-15T12:05:00.000Z", true],
    ] as const) {
      const synced = (state: SyncState) => ({ ...state, last_success_at });
      await syncState.update(deps.documents, aProvider(), 1, synced);
      expect((await get(12345)).json).toMatchObject({ sync: { settled } });
    }
  });

  test("200: of a number in several workspaces the default provider's, or the one that is named", async () => {
    await providers.create(
      deps.documents,
      aProvider({ id: "sip_2", name: "Lab", is_default: false, workspace_id: "w2" }),
    );
    await put(
      anIncident({ number: 7, provider_id: "sip_2", incident_key: "w2:7", title: "lab" }),
      anIncident({ number: 7, title: "production" }),
      anIncident({ number: 8, provider_id: "sip_2", incident_key: "w2:8", title: "lab only" }),
    );
    expect((await get(7)).json).toMatchObject({ title: "production" });
    expect((await get(7, { query: { provider: "Lab" } })).json).toMatchObject({ title: "lab" });
    expect((await get(8)).json).toMatchObject({ title: "lab only" });
    expect(await get(8, { query: { provider: "sentinel" } })).toMatchObject({ status: 404 });
  });

  test("404: unknown, out of range, not a number", async () => {
    for (const number of [1, "99999999999999999999", "-1", "1.5", "abc"]) {
      expect((await get(number)).status).toBe(404);
    }
  });

  // A 403 here would tell the caller that the incident exists in somebody else's tenant.
  test("404: another tenant's incident looks absent", async () => {
    await put(anIncident());
    expect(await get(12345)).toMatchObject({ status: 200 });
    expect(await get(12345, { as: stranger })).toMatchObject({ status: 404 });
  });
});
