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
import { incidentsTimeline } from "./incidentsRelated.ts";

const analyst = aPrincipal("analyst");
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, aProvider());
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
    const alert_ids = ["alert-1"];
    await incidents.create(deps, anIncident({ number: 1, alert_ids, sentinel }), []);
    deps.siem.holds("sip_contoso", { alerts: [anAlert()] });
    await call(incidentsEnrich, deps, { as: analyst, params: { number: 1 } });
    const body = { notes: "seen" };
    await call(incidentsPatch, deps, { as: analyst, params: { number: 1 }, body });
    for (const message of await drain(deps.queue, "audit")) {
      await appendAudit(deps, AuditMessage.parse(message.body));
    }
    const { json } = await call(incidentsTimeline, deps, { as: analyst, params: { number: 1 } });
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
        source: "SecurityIncident.LastModifiedTime",
        by: "bo@contoso.example",
        fields: ["status", "owner"],
      },
      {
        at: "2026-01-15T11:58:00.000Z",
        kind: "updated",
        title: "1 alert added (Inbox rule)",
        source: "SecurityIncident.LastModifiedTime",
        by: "Microsoft Defender XDR - alert correlation",
        fields: ["alerts"],
      },
      {
        at: "2026-01-15T12:00:00.000Z",
        kind: "closed",
        title: "status: active → closed; classification: none → true_positive",
        source: "SecurityIncident.LastModifiedTime",
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
