/** The promise of seed 000: the sync never overwrites what people noted. */
import fc from "fast-check";
import { expect, test } from "vitest";

import type { DocumentStore } from "../ports/documentStore.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import type { IncidentPatch } from "../schemas/incidents.ts";
import { drain, testDeps } from "../testing/deps.ts";
import {
  anIncident,
  aPrincipal,
  aProvider,
  aSentinelIncident,
  TENANT,
  WORKSPACE,
} from "../testing/fixtures.ts";
import { patchIncident } from "./patchIncident.ts";
import { syncIncidents } from "./syncIncidents.ts";

const KEY = `${WORKSPACE}:12345`;

/** A store whose every call may be overtaken by others: they finish in an order that the schedule chooses. */
function interleaved(documents: DocumentStore, schedule: fc.Scheduler): DocumentStore {
  const turn = (): Promise<unknown> => schedule.schedule(Promise.resolve(), "store call");
  return {
    async read(...call) {
      await turn();
      return documents.read(...call);
    },
    async batch(...call) {
      await turn();
      return documents.batch(...call);
    },
    async query(...call) {
      await turn();
      return documents.query(...call);
    },
    async count(...call) {
      await turn();
      return documents.count(...call);
    },
    close: () => documents.close(),
  };
}

const change: fc.Arbitrary<IncidentPatch> = fc.oneof(
  fc.record({ notes: fc.string({ maxLength: 20 }) }),
  fc.record({ tags: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }) }),
  fc.record({ local_severity: fc.constantFrom("low", "critical", null) }),
  fc.record({ local_status: fc.constantFrom("waiting", "resolved", "in_progress") }),
);

test("local fields survive every interleaving of syncs and changes, and Sentinel's fields arrive", async () => {
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.array(change, { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 3 }),
    async (schedule, changes, syncs) => {
      const deps = testDeps();
      const provider = aProvider();
      await providers.create(deps.documents, provider);
      deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ severity: "low" })] });
      await syncIncidents(deps);
      const newest = aSentinelIncident({
        title: "changed",
        status: "active",
        severity: "high",
        alert_ids: ["alert-1", "alert-2"],
        alert_count: 2,
        last_modified_at: "2026-01-15T11:59:00.000Z",
      });
      deps.siem.holds(provider.id, { incidents: [newest] });

      const racing = { ...deps, documents: interleaved(deps.documents, schedule) };
      const analyst = aPrincipal("analyst");
      const people = async (): Promise<void> => {
        for (const body of changes) {
          await patchIncident(racing, analyst, { number: 12345, ifMatch: undefined }, body);
        }
      };
      const all = [people(), ...Array.from({ length: syncs }, () => syncIncidents(racing))];
      const [, ...replies] = await schedule.waitFor(Promise.all(all));

      const expected = changes.reduce((fields, body) => ({ ...fields, ...body }), {});
      const stored = await incidents.read(deps.documents, TENANT, KEY);
      expect(stored?.record).toMatchObject({ ...newest, ...expected });
      expect(replies).toHaveLength(syncs);
      const told = await drain(deps.queue, "notifications");
      expect(told.length).toBeLessThanOrEqual(1);
      await deps.documents.close();
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

// Without the version's condition a slow sync could put an older row over a newer one.
test("a change decided on a version that is no longer there is not written", async () => {
  const deps = testDeps();
  await incidents.create(deps, anIncident(), []);
  const address = { tenantId: TENANT, key: KEY };
  const seen = await incidents.read(deps.documents, TENANT, KEY);
  const many = {
    title: "a",
    description: "a",
    products: [],
    tactics: [],
    techniques: [],
    labels: [],
  };
  const fields = { ...many, notes: "a", tags: [], alert_ids: [], alert_count: 0, owner: null };
  expect(await incidents.patch(deps, address, seen!.etag, fields, [])).toBe("done");
  const outdated = { ...fields, title: "b", owner: { name: "b" } };
  expect(await incidents.patch(deps, address, seen!.etag, outdated, [])).toBe("conflict");
  const after = await incidents.read(deps.documents, TENANT, KEY);
  expect(after?.record).toMatchObject({ title: "a", owner: null });
});
