import { beforeEach, describe, expect, test } from "vitest";

import { rememberEntity } from "../../shared/repositories/graph.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { SentinelIncident } from "../../shared/schemas/incidents.ts";
import { IncidentEntities } from "../../shared/schemas/incidentsRelated.ts";
import { testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { anAlert, anIncident, aPrincipal, aProvider } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { incidentsEnrich } from "./incidents.ts";
import { incidentsEntities, incidentsSimilar } from "./incidentsRelated.ts";

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

// An analyst has met the address before, though no other incident names it: the verdict then is worth knowing.
test("200: entities tell which past investigations named them, the newest five", async () => {
  await enriched(1, [RARE]);
  for (let day = 10; day < 16; day += 1) {
    await rememberEntity(
      deps.documents,
      {
        tenant_id: analyst.tenant_id,
        node_id: "ip:203.0.113.7",
        entity_type: "ip",
        value: "203.0.113.7",
      },
      {
        session_id: `ses_${day}`,
        incident_number: null,
        evidence_id: null,
        verdict: "true_positive",
        at: `2026-01-${day}T09:00:00.000Z`,
        observed_at: null,
      },
    );
  }
  const reply = JSON.stringify((await ask(incidentsEntities, 1)).json);
  const [entity] = IncidentEntities.parse(JSON.parse(reply)).items;
  expect(entity?.known).toMatchObject({ incidents: 0, has_more_sessions: true });
  expect(entity?.known?.sessions.map(({ session_id }) => session_id)).toEqual([
    "ses_15",
    "ses_14",
    "ses_13",
    "ses_12",
    "ses_11",
  ]);
});
