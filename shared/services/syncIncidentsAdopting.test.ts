import { expect, test } from "vitest";

import { find } from "../repositories/incidentViews.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { testDeps } from "../testing/deps.ts";
import { aPrincipal, aProvider, aSentinelIncident, NOW, TENANT } from "../testing/fixtures.ts";
import { enrichIncident } from "./enrichIncident.ts";
import { syncIncidents } from "./syncIncidents.ts";

const first = aProvider({ id: "sip_first", name: "First" });
const again = aProvider({ id: "sip_again", name: "Again", is_default: false });
const LATER = "2026-01-15T12:00:30.000Z";
const elsewhere = aProvider({ id: "sip_elsewhere", name: "Elsewhere", workspace_id: "other" });

/** Incidents 1 and 2 came over with `first`, and a 1 with a provider of another workspace. */
async function synced() {
  const deps = testDeps();
  const rows = [1, 2].map((number) => aSentinelIncident({ number, last_modified_at: NOW }));
  for (const provider of [first, elsewhere]) {
    await providers.create(deps.documents, provider);
    deps.siem.holds(provider.id, { incidents: rows.slice(0, provider === first ? 2 : 1) });
  }
  await syncIncidents(deps);
  return deps;
}

async function remove(deps: Awaited<ReturnType<typeof synced>>, id: string): Promise<void> {
  const set = { status: "inactive" };
  await deps.documents.batch("tenants", [TENANT], [{ kind: "patch", id, set }]);
}

// Without this nobody could enrich or investigate what came over before: the deleted provider has no secret any more.
test("a provider that replaces a deleted one takes its incidents over, unchanged ones and local fields too", async () => {
  const deps = await synced();
  const { record, etag } = await find(deps.documents, TENANT, 2);
  const at = { tenantId: TENANT, key: record.incident_key };
  await incidents.patch(deps, at, etag, { notes: "ours" }, []);
  await remove(deps, first.id);
  await providers.create(deps.documents, again);
  deps.siem.holds(again.id, { incidents: [] });
  await syncIncidents(deps);
  const { record: after } = await find(deps.documents, TENANT, 2, again.id);
  expect(after).toMatchObject({ provider_id: again.id, provider: "Again", notes: "ours" });
  expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(record.updated_at));
  const other = await find(deps.documents, TENANT, 1, elsewhere.id);
  expect(other.record.provider_id).toBe(elsewhere.id);
});

// The queue lists them, and its links name the provider.
test("an incident of a deleted provider is found by that provider's id, and says why it is not enriched", async () => {
  const deps = await synced();
  await remove(deps, first.id);
  const { record } = await find(deps.documents, TENANT, 1, first.id);
  expect(record.provider_id).toBe(first.id);
  const enriched = enrichIncident(deps, aPrincipal(), 1, first.id);
  await expect(enriched).rejects.toMatchObject({
    code: "conflict",
    detail: expect.stringContaining("First was deleted"),
  });
});

test("of two providers of one workspace each finds its incidents, and neither renames them", async () => {
  const deps = await synced();
  await providers.create(deps.documents, again);
  const raised = aSentinelIncident({ number: 1, title: "Raised", last_modified_at: LATER });
  deps.siem.holds(first.id, { incidents: [] });
  deps.siem.holds(again.id, { incidents: [raised] });
  deps.clock.advance(60_000);
  await syncIncidents(deps);
  const { record } = await find(deps.documents, TENANT, 1, again.id);
  expect(record).toMatchObject({ title: "Raised", provider_id: first.id, provider: "First" });
});
