/** An incident of thousands of entities, end to end. */
import { beforeEach, expect, test } from "vitest";

import * as incidents from "../../shared/repositories/incidents.ts";
import { readEnrichment } from "../../shared/repositories/incidentsEnrichment.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import {
  anAlert,
  anIncident,
  aPrincipal,
  aProvider,
  aSentinelIncident,
  TENANT,
} from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { incidentsEnrich, incidentsGet } from "./incidents.ts";
import { incidentsEntities, incidentsSimilar, incidentsTimeline } from "./incidentsRelated.ts";

const ENTITIES = 5000;
const ALERTS = 50;
const provider = aProvider();
const incident = anIncident({ alert_ids: Array.from({ length: ALERTS }, (_, i) => `a-${i}`) });
const params = { number: incident.number };
const as = aPrincipal("analyst");
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, provider);
  await incidents.create(deps, incident, []);
  const alerts = incident.alert_ids.map((id, i) => anAlert({ id, entities: addresses(i) }));
  const row = aSentinelIncident({ alert_ids: incident.alert_ids });
  deps.siem.holds(provider.id, { incidents: [row], alerts });
});

const addresses = (alert: number) =>
  Array.from({ length: ENTITIES / ALERTS }, (_, i) => ({
    $id: String(i + 2),
    Type: "url",
    Url: `https://example.com/a/long/enough/path/to/be/real/${alert}/${i}?q=${"x".repeat(40)}`,
  }));

// A document of two megabytes is refused by Cosmos, and the incident would never show an entity.
test("five thousand entities are kept, shown whole, paged and compared, and the document stays small", async () => {
  const enriched = await call(incidentsEnrich, deps, { as, params });
  expect(enriched.status).toBe(200);
  const stored = await deps.documents.read(
    "incidents",
    [TENANT, incident.incident_key],
    "enrichment",
  );
  expect(JSON.stringify(stored?.doc).length).toBeLessThan(1000);
  const read = await readEnrichment(deps, TENANT, incident.incident_key);
  expect(read?.record).toMatchObject({
    alerts: { length: ALERTS },
    entities: { length: ENTITIES },
  });
  const shown = await call(incidentsGet, deps, { as, params });
  expect(shown).toMatchObject({ status: 200, json: { entities: { length: ENTITIES } } });
  const query = { limit: 100, offset: 4950 };
  expect(await call(incidentsEntities, deps, { as, params, query })).toMatchObject({
    status: 200,
    json: { total: ENTITIES, items: { length: 50 } },
  });
  expect((await call(incidentsSimilar, deps, { as, params })).status).toBe(200);
  expect((await call(incidentsTimeline, deps, { as, params })).status).toBe(200);
});

// Half of an enrichment would be taken for all of it.
test("503: a body that cannot be read is said, not shown as an incident without entities", async () => {
  await call(incidentsEnrich, deps, { as, params });
  const broken = { ...deps, blobs: { ...deps.blobs, get: async () => undefined } };
  const shown = await call(incidentsGet, broken, { as, params });
  expect(shown).toMatchObject({ status: 503, json: { code: "store-unavailable" } });
});
