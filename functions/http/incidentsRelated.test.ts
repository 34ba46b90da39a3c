import { beforeEach, describe, expect, test } from "vitest";

import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { SentinelIncident } from "../../shared/schemas/incidents.ts";
import { IncidentTimeline } from "../../shared/schemas/incidentsRelated.ts";
import { AuditMessage } from "../../shared/schemas/messages.ts";
import { appendAudit } from "../../shared/services/appendAudit.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { drain, testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import {
  anAlert,
  anIncident,
  aPrincipal,
  aProvider,
  aSentinelIncident,
} from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { incidentsEnrich, incidentsGet, incidentsPatch, incidentsSync } from "./incidents.ts";
import { incidentsEntities, incidentsSimilar, incidentsTimeline } from "./incidentsRelated.ts";

const analyst = aPrincipal("analyst");
const RARE = { Type: "ip", Address: "203.0.113.7" };
const COMMON = { Type: "url", Url: "https://portal.example/" };
const PRIVATE = { Type: "ip", Address: "10.0.0.1" };
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, aProvider());
});

/** An incident with one alert that names these entities, enriched. */
async function enriched(
  number: number,
  entities: (typeof RARE | typeof COMMON)[],
  over: Partial<SentinelIncident> = {},
): Promise<void> {
  const id = `alert-${number}`;
  const row = { number, title: `Incident ${"x".repeat(number)}`, tactics: [], ...over };
  await incidents.create(deps, anIncident({ ...row, alert_ids: [id] }), []);
  deps.siem.holds("sip_contoso", { alerts: [anAlert({ id, entities })] });
  const reply = await call(incidentsEnrich, deps, { as: analyst, params: { number } });
  expect(reply.status).toBe(200);
}

const ask = (endpoint: typeof incidentsSimilar, number: number, query = {}) =>
  call(endpoint, deps, { as: analyst, params: { number }, query });

describe("GET /api/v1/incidents/{number}/similar", () => {
  // Half of all incidents share the portal's address: without weights the one that matters drowns.
  test("200: a rare entity counts for more than a common one, and each reason is said", async () => {
    await enriched(1, [RARE, COMMON]);
    await enriched(2, [RARE]);
    for (const number of [3, 4, 5, 6]) await enriched(number, [COMMON]);
    const reply = await ask(incidentsSimilar, 1);
    expect(reply.json).toMatchObject({
      items: [
        {
          number: 2,
          score: 0.631,
          reasons: [{ kind: "entity", value: "203.0.113.7", incidents: 2, is_more: false }],
        },
        { number: 6, reasons: [{ kind: "entity", incidents: 5, weight: 0.387 }] },
        { number: 5 },
        { number: 4 },
        { number: 3 },
      ],
    });
  });

  test("200: the same title, whatever its numbers, and shared tactics count as well", async () => {
    const tactics = ["InitialAccess", "Persistence"];
    await enriched(1, [RARE], { title: "Mail campaign 17", tactics });
    await enriched(2, [COMMON], { title: "mail  campaign 18", tactics: ["Persistence"] });
    await enriched(3, [COMMON], { title: "Something else", tactics });
    expect((await ask(incidentsSimilar, 1)).json).toMatchObject({
      items: [
        {
          number: 2,
          score: 0.625,
          reasons: [{ kind: "title" }, { kind: "tactics", shared: ["Persistence"], weight: 0.125 }],
        },
      ],
    });
  });

  test("200: private and other tenants' entities join nothing", async () => {
    await enriched(1, [PRIVATE]);
    await enriched(2, [PRIVATE]);
    expect((await ask(incidentsSimilar, 1)).json).toMatchObject({ items: [] });
  });

  test("200: the number of queries does not grow with what is stored", async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      Type: "ip",
      Address: `203.0.113.${i + 1}`,
    }));
    await enriched(1, many);
    for (let number = 2; number <= 60; number += 1) await enriched(number, many.slice(0, 2));
    let calls = 0;
    const { documents } = deps;
    const counted = {
      ...deps,
      documents: {
        read: (...args: Parameters<typeof documents.read>) => (
          (calls += 1),
          documents.read(...args)
        ),
        query: (...args: Parameters<typeof documents.query>) => (
          (calls += 1),
          documents.query(...args)
        ),
        batch: documents.batch.bind(documents),
        count: documents.count.bind(documents),
        close: documents.close.bind(documents),
      },
    };
    const reply = await call(incidentsSimilar, counted, { as: analyst, params: { number: 1 } });
    expect(reply.status).toBe(200);
    expect(calls).toBeLessThanOrEqual(54);
  });

  test("200: nothing before it was enriched; 404: no such incident", async () => {
    await incidents.create(deps, anIncident({ number: 1 }), []);
    expect((await ask(incidentsSimilar, 1)).json).toEqual({ items: [] });
    expect(await ask(incidentsSimilar, 2)).toMatchObject({ status: 404 });
  });
});

describe("GET /api/v1/incidents/{number}/entities", () => {
  test("200: each with its provenance and what other incidents tell of it, in pages", async () => {
    await enriched(1, [RARE, PRIVATE]);
    await enriched(2, [RARE], { created_at: "2026-01-14T11:55:00.000Z" });
    const reply = await ask(incidentsEntities, 1);
    expect(reply.json).toMatchObject({
      total: 2,
      items: [
        {
          value: "203.0.113.7",
          sources: [{ alert_id: "alert-1", path: "/0" }],
          known: {
            incidents: 1,
            is_more: false,
            latest: [2],
            first_seen_at: "2026-01-14T11:55:00.000Z",
          },
        },
        { value: "10.0.0.1", private: true, known: null },
      ],
    });
    expect((await ask(incidentsEntities, 1, { limit: 1, offset: 1 })).json).toMatchObject({
      items: [{ value: "10.0.0.1" }],
      total: 2,
    });
    expect(await ask(incidentsEntities, 1, { limit: 0 })).toMatchObject({ status: 422 });
  });
});

describe("GET /api/v1/incidents/{number}/timeline", () => {
  test("200: activity, alerts, comments and our own changes, oldest first", async () => {
    const sentinel = {
      Comments: [
        {
          message: "Looks like a test.",
          createdTimeUtc: "2026-01-15T11:58:00.1234567Z",
          author: { name: "Bo", userPrincipalName: "bo@contoso.example" },
        },
        { message: "no time" },
      ],
      Tasks: "[broken",
    };
    await enriched(1, [RARE], { sentinel });
    const body = { notes: "seen" };
    await call(incidentsPatch, deps, { as: analyst, params: { number: 1 }, body });
    for (const message of await drain(deps.queue, "audit")) {
      await appendAudit(deps, AuditMessage.parse(message.body));
    }
    const { json } = await ask(incidentsTimeline, 1);
    expect(json).toMatchObject({
      items: [
        { kind: "first_activity", at: "2026-01-15T11:30:00.000Z" },
        { kind: "alert_started", alert_id: "alert-1" },
        { kind: "last_activity" },
        { kind: "alert_ended" },
        { kind: "created" },
        { kind: "comment", title: "Looks like a test.", by: "bo@contoso.example" },
        { kind: "first_seen" },
        { kind: "enriched" },
        { kind: "changed" },
        { kind: "changed" },
      ],
      truncated: false,
    });
    expect(JSON.stringify(json)).toContain('"fields":["notes"]');
  });
});

const rowAt = (minute: number, modified_by: string, over: Partial<SentinelIncident> = {}) => ({
  ...aSentinelIncident({ last_modified_at: `2026-01-15T11:${minute}:00.000Z`, ...over }),
  modified_by,
});

describe("GET /api/v1/incidents/{number}/timeline, history", () => {
  const owner = { name: "Bo", email: null, user_principal_name: "bo@contoso.example" };
  const active = { status: "active", owner: { ...owner, object_id: null } } as const;
  const rows = [
    rowAt(55, "Incident created from alert"),
    rowAt(57, "bo@contoso.example", { ...active, alert_ids: ["alert-1"] }),
    rowAt(58, "Microsoft Defender XDR - alert correlation", {
      ...active,
      alert_ids: ["alert-1", "alert-2"],
    }),
  ];
  const params = { number: 12345 };
  const told = async () =>
    JSON.stringify((await call(incidentsTimeline, deps, { as: analyst, params })).json);

  // Without the rows nobody can tell who took an incident: the newest one names only who came last.
  test("200: Sentinel's rows tell who changed what and when, also what came after they were read", async () => {
    const incident = aSentinelIncident({ ...active, alert_ids: ["alert-1", "alert-2"] });
    await incidents.create(deps, anIncident(incident), []);
    const alerts = [anAlert(), anAlert({ id: "alert-2", name: "Inbox rule" })];
    deps.siem.holds("sip_contoso", { incidents: [incident], alerts, rows });
    await call(incidentsEnrich, deps, { as: analyst, params });
    await sync({
      ...incident,
      status: "closed",
      classification: "true_positive",
      closed_at: deps.clock.now().toISOString(),
      sentinel: { ModifiedBy: "cy@contoso.example" },
    });
    const { items } = IncidentTimeline.parse(JSON.parse(await told()));
    const kinds = new Set(["updated", "closed"]);
    expect(items.filter(({ kind }) => kinds.has(kind))).toEqual([
      {
        at: "2026-01-15T11:57:00.000Z",
        kind: "updated",
        title: "status: new → active; owner: none → bo@contoso.example",
        by: "bo@contoso.example",
        fields: ["status", "owner"],
      },
      {
        at: "2026-01-15T11:58:00.000Z",
        kind: "updated",
        title: "1 alert added (Inbox rule)",
        by: "Microsoft Defender XDR - alert correlation",
        fields: ["alerts"],
      },
      {
        at: "2026-01-15T12:00:00.000Z",
        kind: "closed",
        title: "status: active → closed; classification: none → true_positive",
        by: "cy@contoso.example",
        fields: ["status", "classification"],
      },
    ]);
  });

  // An object id tells nobody who investigated.
  test("200: an investigation is shown with the name of who began it", async () => {
    await incidents.create(deps, anIncident(), []);
    const session = await startInvestigation(deps, analyst, {
      query: "What happened in #12345?",
      persona: "soc_analyst",
      provider: "sentinel",
    });
    expect(session.incident_number).toBe(12345);
    expect(await told()).toContain(`"by":"${analyst.id}"`);
    for (const message of await drain(deps.queue, "audit")) {
      await appendAudit(deps, AuditMessage.parse(message.body));
    }
    expect(await told()).toContain(`"by":"${analyst.name}"`);
    expect(await told()).not.toContain(`"by":"${analyst.id}"`);
  });
});

const show = async () =>
  (await call(incidentsGet, deps, { as: analyst, params: { number: 12345 } })).json;
const sync = async (over: Partial<SentinelIncident>): Promise<void> => {
  const last_modified_at = deps.clock.now().toISOString();
  const row = aSentinelIncident({ ...over, last_modified_at });
  deps.siem.holds("sip_contoso", { incidents: [row] });
  await call(incidentsSync, deps, { as: aPrincipal("admin") });
  deps.clock.advance(60_000);
};

describe("conditions", () => {
  // Defender moves the alerts of merged incidents and leaves the empty one in Sentinel.
  test("an incident without any alert is shown as a phantom, until it has one", async () => {
    await sync({ alert_ids: [], alert_count: 0 });
    expect(await show()).toMatchObject({ conditions: ["phantom"] });
    await sync({ alert_ids: ["alert-1"] });
    expect(await show()).toMatchObject({ conditions: [] });
  });

  test("a closed incident that is open again is shown as reopened, also after later changes", async () => {
    await sync({ status: "closed" });
    expect(await show()).toMatchObject({ conditions: [] });
    await sync({ status: "active" });
    await sync({ status: "active", title: "changed" });
    expect(await show()).toMatchObject({
      conditions: ["reopened"],
      sync: { reopened_at: "2026-01-15T12:01:00.000Z" },
    });
    await sync({ status: "closed" });
    expect(await show()).toMatchObject({ conditions: [] });
  });
});
