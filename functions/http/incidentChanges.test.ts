import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../../shared/domain/errors.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import { readEnrichment } from "../../shared/repositories/incidentsEnrichment.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { Json } from "../../shared/schemas/json.ts";
import { drain, testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import {
  anAlert,
  anIncident,
  aPrincipal,
  aProvider,
  aSentinelIncident,
} from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { incidentsEnrich, incidentsGet, incidentsPatch } from "./incidents.ts";

const analyst = aPrincipal("analyst");
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
const params = { number: 12345 };
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, aProvider());
  await incidents.create(deps, anIncident({ alerted: false, severity: "low" }), []);
});

const get = () => call(incidentsGet, deps, { as: analyst, params });
const patch = (body: Json, more: TestRequest = {}) =>
  call(incidentsPatch, deps, { as: analyst, params, body, ...more });
const enrich = (more: TestRequest = {}) =>
  call(incidentsEnrich, deps, { as: analyst, params, ...more });

describe("PATCH /api/v1/incidents/{number}", () => {
  test("200: sets the fields of the seed and leaves the others alone", async () => {
    const body = {
      notes: "same source as #12340",
      local_status: "in_progress",
      assigned_to: "analyst@example.com",
      tags: ["phishing", "priority", "phishing"],
    };
    const reply = await patch(body);
    expect(reply).toMatchObject({
      status: 200,
      json: { ...body, tags: ["phishing", "priority"], severity: "low", local_severity: null },
    });
    expect((await get()).json).toEqual(reply.json);
    expect((await patch({ assigned_to: null })).json).toMatchObject({
      assigned_to: null,
      notes: body.notes,
    });
  });

  test("200: the audit trail gets who changed which fields, and no values", async () => {
    await patch({ notes: "secret", tags: ["a"] });
    expect(await drain(deps.queue, "audit")).toMatchObject([
      {
        body: {
          tenant_id: "contoso",
          actor_id: analyst.id,
          actor_kind: "user",
          action: "incident.patch",
          subject_id: anIncident().incident_key,
          fields: ["notes", "tags"],
        },
      },
    ]);
  });

  test("200: what is already so is neither written nor audited", async () => {
    const before = (await get()).headers.get("etag");
    const reply = await patch({ notes: "", tags: [] });
    expect(reply.headers.get("etag")).toBe(before);
    expect(await drain(deps.queue, "audit")).toEqual([]);
  });

  test("200: an analyst's severity of Medium or above tells people, once", async () => {
    for (const local_severity of ["critical", "low", "high"]) {
      await patch({ local_severity });
      // No queue remembers for so long that it has had the message.
      deps.clock.advance(48 * 3_600_000);
    }
    expect(await drain(deps.queue, "notifications")).toMatchObject([
      { id: `incident-alert:${anIncident().tenant_id}:${anIncident().incident_key}` },
    ]);
  });

  test("a severity that is raised on a closed incident tells nobody", async () => {
    const closed = anIncident({ number: 7, status: "closed", alerted: false, severity: "low" });
    await incidents.create(deps, closed, []);
    const reply = await patch({ local_severity: "critical" }, { params: { number: 7 } });
    expect(reply.status).toBe(200);
    expect(await drain(deps.queue, "notifications")).toEqual([]);
  });

  // A cache that keeps the alerts of before would show them until somebody edits the incident.
  test("alerts and entities that are read anew give another ETag", async () => {
    const before = (await get()).headers.get("etag");
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()], alerts: [anAlert()] });
    await enrich();
    const first = (await get()).headers.get("etag");
    deps.clock.advance(1000);
    deps.siem.holds("sip_contoso", {
      incidents: [aSentinelIncident()],
      alerts: [anAlert({ name: "Another name" })],
    });
    await enrich();
    expect(new Set([before, first, (await get()).headers.get("etag")]).size).toBe(3);
  });

  test("412: the incident has changed since the ETag was given", async () => {
    const etag = (await get()).headers.get("etag") ?? "";
    const headers = { "if-match": etag };
    const reply = await patch({ notes: "first" }, { headers });
    expect(reply.status).toBe(200);
    expect(await patch({ notes: "second" }, { headers })).toMatchObject({
      status: 412,
      json: { code: "precondition-failed" },
    });
    expect((await get()).json).toMatchObject({ notes: "first" });
    const next = { "if-match": reply.headers.get("etag") ?? "" };
    expect((await patch({ notes: "third" }, { headers: next })).status).toBe(200);
  });

  // Settling is time that passes: an analyst who writes for a quarter of an hour must not lose the text.
  test("200: an ETag from before the incident settled still matches", async () => {
    const headers = { "if-match": (await get()).headers.get("etag") ?? "" };
    deps.clock.advance(20 * 60_000);
    expect((await patch({ notes: "took a while" }, { headers })).status).toBe(200);
  });

  const bad: [string, Json, string][] = [
    ["nothing", {}, ""],
    ["an unknown field", { notes: "x", colour: "red" }, "/colour"],
    ["Sentinel's own field", { notes: "x", title: "mine" }, "/title"],
    ["a wrong type", { notes: 7 }, "/notes"],
    ["an unknown status", { local_status: "done" }, "/local_status"],
    ["no address", { assigned_to: "ana" }, "/assigned_to"],
    ["an empty tag", { tags: ["ok", " "] }, "/tags/1"],
    ["an unknown severity", { local_severity: "urgent" }, "/local_severity"],
    ["a list", [], ""],
  ];
  test.each(bad)("422: %s is named and changes nothing", async (_name, body, pointer) => {
    const before = (await get()).json;
    expect(await patch(body)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
    expect((await get()).json).toEqual(before);
  });

  test("400: malformed JSON", async () => {
    expect(await patch("{")).toMatchObject({ status: 400 });
  });

  test("403: a viewer is told which role it takes", async () => {
    const reply = await patch({ notes: "x" }, { as: aPrincipal("viewer") });
    expect(reply).toMatchObject({
      status: 403,
      json: { detail: expect.stringContaining("analyst") },
    });
  });

  test("404: another tenant's incident looks absent and is not changed", async () => {
    expect((await patch({ notes: "mine" })).status).toBe(200);
    expect(await patch({ notes: "theirs" }, { as: stranger })).toMatchObject({ status: 404 });
    expect((await get()).json).toMatchObject({ notes: "mine" });
  });
});

describe("POST /api/v1/incidents/{number}/enrich", () => {
  const host = { Type: "host", HostName: "pc1", DnsDomain: "contoso.example" };
  const alerts = [
    anAlert({ id: "alert-1" }),
    anAlert({ id: "alert-2", entities: [host, { Type: "ip", Address: "203.0.113.7" }] }),
  ];

  test("200: alerts and merged entities are stored with the incident, with where each came from", async () => {
    const fresh = aSentinelIncident({ alert_ids: ["alert-1", "alert-2", "alert-3"] });
    deps.siem.holds("sip_contoso", { incidents: [fresh], alerts });
    const reply = await enrich();
    expect(reply).toMatchObject({
      status: 200,
      json: {
        alerts: [
          { id: "alert-1", entity_ids: ["ip:203.0.113.7"] },
          { id: "alert-2", entity_ids: ["ip:203.0.113.7", "host:pc1.contoso.example"] },
        ],
        entities: [
          {
            id: "ip:203.0.113.7",
            sources: [
              { alert_id: "alert-1", path: "/0" },
              { alert_id: "alert-2", path: "/1" },
            ],
          },
          { id: "host:pc1.contoso.example", sources: [{ alert_id: "alert-2", path: "/0" }] },
        ],
        enriched_at: "2026-01-15T12:00:00.000Z",
      },
    });
    expect((await get()).json).toEqual(reply.json);
    expect(await drain(deps.queue, "audit")).toMatchObject([
      { body: { action: "incident.enrich" } },
    ]);
    const stored = await readEnrichment(deps, "contoso", anIncident().incident_key);
    expect(stored?.record.missing_alert_ids).toEqual(["alert-3"]);
  });

  test("200: again, it takes the place of what was there; notes stay", async () => {
    await patch({ notes: "mine" });
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()], alerts });
    await enrich();
    const before = (await get()).headers.get("etag") ?? "";
    deps.siem.holds("sip_contoso", {
      incidents: [aSentinelIncident({ alert_ids: ["alert-2"] })],
      alerts,
    });
    expect((await enrich()).json).toMatchObject({ alerts: [{ id: "alert-2" }], notes: "mine" });
    expect((await get()).headers.get("etag")).not.toBe(before);
  });

  test("200: an incident without alerts, or whose row is gone, is enriched with what there is", async () => {
    deps.siem.holds("sip_contoso", { alerts: [anAlert({ id: "alert-1" })] });
    expect((await enrich()).json).toMatchObject({ alerts: [{ id: "alert-1" }] });
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident({ alert_ids: [] })] });
    expect((await enrich()).json).toMatchObject({ alerts: [], entities: [] });
  });

  test("503: Sentinel is down; what was stored before stays", async () => {
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()], alerts });
    const before = (await enrich()).json;
    const down = new AppError("siem-unavailable", "Throttled.", { retryAfterSeconds: 30 });
    deps.siem.failsNext("sip_contoso", down);
    const reply = await enrich();
    expect(reply).toMatchObject({ status: 503, json: { code: "siem-unavailable" } });
    expect(reply.headers.get("retry-after")).toBe("30");
    expect((await get()).json).toEqual(before);
  });

  test("403: a viewer", async () => {
    expect(await enrich({ as: aPrincipal("viewer") })).toMatchObject({ status: 403 });
  });

  test("404: another tenant's incident looks absent", async () => {
    deps.siem.holds("sip_contoso", { incidents: [aSentinelIncident()], alerts });
    expect((await enrich()).status).toBe(200);
    expect(await enrich({ as: stranger })).toMatchObject({ status: 404 });
  });
});
