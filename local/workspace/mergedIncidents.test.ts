/** The adapter's question about merged incidents against the simulated tenant's Graph, refusals and odd answers included. */
import type { HttpClient } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import { mergedInto } from "../../shared/domain/incidentsMerged.ts";
import type { SentinelIncident } from "../../shared/schemas/incidents.ts";
import { createFaults, FaultSpec } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const faults = createFaults();
const wire = createTenantHttpClient([tenant], faults);
const siem = testSiem(clock, wire);
const provider = await testProvider(tenant);
const range = lastDays(clock, 31);

async function incidents(): Promise<SentinelIncident[]> {
  const found: SentinelIncident[] = [];
  for await (const page of siem.changedIncidents(provider, range, 100)) found.push(...page);
  return found;
}

const stated = (incident: SentinelIncident) => mergedInto({ ...incident, merged_into: null });

// Rows of older tenants do not name the incident that took over: Graph then has to say the same as rows that do.
test("Graph leads where the row's own columns lead, and nowhere for an incident that stands for itself", async () => {
  const all = await incidents();
  const merged = all.filter((incident) => stated(incident) !== null);
  expect(merged.length).toBeGreaterThan(0);
  for (const incident of merged) {
    const into = await siem.mergedInto(provider, incident.source_incident_id, range);
    expect(into).toMatchObject({ number: stated(incident)?.number });
    expect(into?.url).toMatch(/^https:\/\/security\.microsoft\.com\/incidents\/\d+/);
  }
  const standing = all.find((incident) => stated(incident) === null);
  expect(await siem.mergedInto(provider, standing?.source_incident_id ?? "", range)).toBeNull();
});

test("what Defender does not know was not merged", async () => {
  expect(await siem.mergedInto(provider, "999999999", range)).toBeNull();
});

test.each([
  [{ kind: "status", status: 403 }, /SecurityIncident\.Read\.All.*consent/],
  [{ kind: "status", status: 429, retry_after: 7 }, /Microsoft Graph is throttling.*7 seconds/],
  [{ kind: "truncated" }, /cut off/],
  [{ kind: "disconnect" }, /connection to Microsoft Graph/],
])("%j is told", async (fault, words) => {
  const [known] = await incidents();
  faults.add(FaultSpec.parse({ target: "graph", ...fault }));
  const id = known?.source_incident_id ?? "";
  const asked = siem.mergedInto(provider, id, range).finally(() => faults.clear());
  await expect(asked).rejects.toMatchObject({
    code: "siem-unavailable",
    detail: expect.stringMatching(words),
  });
});

/** The tenant, with answers of Graph's own making. */
const answering = (bodies: Readonly<Record<string, object>>): HttpClient => ({
  sendRequest: async (request) => {
    const id = /\/security\/incidents\/(\w+)/.exec(request.url)?.[1] ?? "";
    const body = bodies[id];
    if (body !== undefined)
      Object.assign(request, { url: request.url.replace(/incidents\/\w+$/, "incidents/9") });
    const response = await wire.sendRequest(request);
    return body === undefined
      ? response
      : { ...response, status: 200, bodyAsText: JSON.stringify(body) };
  },
});

test("a chain of merges is followed to its end, and a ring ends", async () => {
  const url = "https://security.microsoft.com/incidents/c";
  const chain = {
    a: { redirectIncidentId: "b" },
    b: { redirectIncidentId: "c" },
    c: { redirectIncidentId: null, incidentWebUrl: url },
  };
  const followed = testSiem(clock, answering(chain));
  const into = { number: null, source_incident_id: "c", url };
  expect(await followed.mergedInto(provider, "a", range)).toEqual(into);
  const ring = { a: { redirectIncidentId: "b" }, b: { redirectIncidentId: "a" } };
  const turning = testSiem(clock, answering(ring));
  expect(await turning.mergedInto(provider, "a", range)).toMatchObject({ source_incident_id: "b" });
});

// The address becomes a link on the page: an answer must not choose its scheme.
test("an address that is none of the web's becomes no link", async () => {
  const odd = { a: { redirectIncidentId: 7 }, 7: { incidentWebUrl: "javascript:alert(1)" } };
  const into = { number: null, source_incident_id: "7", url: null };
  expect(await testSiem(clock, answering(odd)).mergedInto(provider, "a", range)).toEqual(into);
});
