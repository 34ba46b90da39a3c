/** Lines that are made once must never be out of date, nor be another tenant's. */
import { beforeEach, expect, test } from "vitest";

import { IncidentSummary } from "../schemas/incidents.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { anIncident, TENANT } from "../testing/fixtures.ts";
import { listLines } from "./incidentLines.ts";
import * as incidents from "./incidents.ts";

let deps: TestDeps;
beforeEach(() => {
  deps = testDeps();
});

const lines = async (tenantId = TENANT) => (await listLines(deps, tenantId, { limit: 100 })).items;

// A list that shows what was there a change ago hides who took an incident.
test("every change shows at once, whoever made it", async () => {
  const record = anIncident();
  await incidents.create(deps, record, []);
  expect((await lines())[0]?.summary.notes).toBe("");
  const at = { tenantId: TENANT, key: record.incident_key };
  for (const notes of ["one", "two", "one"]) {
    const stored = await incidents.read(deps.documents, TENANT, record.incident_key);
    await incidents.patch(deps, at, stored?.etag ?? "", { notes }, []);
    expect((await lines())[0]?.summary.notes).toBe(notes);
  }
});

test("that an incident has settled shows when the time has passed, without a change", async () => {
  await incidents.create(deps, anIncident(), []);
  expect((await lines())[0]?.summary.sync.settled).toBe(false);
  deps.clock.advance(15 * 60_000);
  expect((await lines())[0]?.summary.sync.settled).toBe(true);
});

test("what is sent is the summary, and nothing of Sentinel's row", async () => {
  await incidents.create(deps, anIncident({ sentinel: { Comments: "planted" } }), []);
  for (const { summary, json } of [...(await lines()), ...(await lines())]) {
    expect(IncidentSummary.strict().parse(JSON.parse(json))).toEqual(summary);
    expect(json).not.toContain("planted");
  }
});

test("two tenants that connect one workspace each see their own", async () => {
  await incidents.create(deps, anIncident({ notes: "ours" }), []);
  await incidents.create(deps, anIncident({ tenant_id: "fabrikam", notes: "theirs" }), []);
  for (let round = 0; round < 2; round += 1) {
    expect((await lines()).map(({ summary }) => summary.notes)).toEqual(["ours"]);
    expect((await lines("fabrikam")).map(({ summary }) => summary.notes)).toEqual(["theirs"]);
  }
});
