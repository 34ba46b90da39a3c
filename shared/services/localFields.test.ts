/** The promise of seed 000: the sync never overwrites what people noted, on both stores. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { DocumentStore } from "../ports/documentStore.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { type IncidentPatch, LocalFields } from "../schemas/incidents.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import {
  anIncident,
  aPrincipal,
  aProvider,
  aSentinelIncident,
  TENANT,
  WORKSPACE,
} from "../testing/fixtures.ts";
import { cosmosForTests } from "../testing/onCosmos.ts";
import { patchIncident } from "./patchIncident.ts";
import { syncIncidents } from "./syncIncidents.ts";

const KEY = `${WORKSPACE}:12345`;

const cosmos = cosmosForTests();

function onCosmos(): TestDeps {
  const deps = testDeps();
  return Object.assign(deps, { documents: cosmos(deps.clock) });
}

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

/** The fields that the writes of a store name, in patches of stored incidents. */
function noting(documents: DocumentStore, named: Set<string>): DocumentStore {
  return {
    ...documents,
    read: (...call) => documents.read(...call),
    query: (...call) => documents.query(...call),
    count: (...call) => documents.count(...call),
    close: () => documents.close(),
    async batch(container, key, writes) {
      for (const write of writes)
        if (container === "incidents" && write.kind === "patch" && write.id === "incident")
          for (const field of Object.keys(write.set)) named.add(field);
      return documents.batch(container, key, writes);
    },
  };
}

const change: fc.Arbitrary<IncidentPatch> = fc.oneof(
  fc.record({ notes: fc.string({ maxLength: 20 }) }),
  fc.record({ tags: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }) }),
  fc.record({ local_severity: fc.constantFrom("low", "critical", null) }),
  fc.record({ local_status: fc.constantFrom("waiting", "resolved", "in_progress") }),
  fc.record({ assigned_to: fc.constantFrom("ana@contoso.example", null) }),
);

const newest = aSentinelIncident({
  title: "changed",
  status: "active",
  severity: "high",
  alert_ids: ["alert-1", "alert-2"],
  alert_count: 2,
  last_modified_at: "2026-01-15T11:59:00.000Z",
});

/** Tenants keep the runs of a property apart in one store. */
let tenants = 0;

/** People and syncs change an incident at once. @returns what is stored then, and what the syncs wrote and told. */
async function race(
  deps: TestDeps,
  schedule: fc.Scheduler,
  changes: IncidentPatch[],
  syncs: number,
) {
  const tenant_id = `tenant-${(tenants += 1)}`;
  const provider = aProvider({ id: `sip_${tenant_id}`, tenant_id });
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ severity: "low" })] });
  await syncIncidents(deps, tenant_id);
  deps.siem.holds(provider.id, { incidents: [newest] });

  const named = new Set<string>();
  const documents = interleaved(deps.documents, schedule);
  const analyst = aPrincipal("analyst", { tenant_id });
  const target = { number: 12345, ifMatch: undefined };
  const people = async (): Promise<void> => {
    for (const body of changes) await patchIncident({ ...deps, documents }, analyst, target, body);
  };
  const sync = () => syncIncidents({ ...deps, documents: noting(documents, named) }, tenant_id);
  const all = [people(), ...Array.from({ length: syncs }, sync)];
  const [, ...replies] = await schedule.waitFor(Promise.all(all));

  const stored = await incidents.read(deps.documents, tenant_id, KEY);
  const told = await drain(deps.queue, "notifications");
  return { record: stored?.record, named: [...named], replies, told };
}

describe.for<[string, () => TestDeps, number]>([
  ["SQLite", () => testDeps(), 60],
  ["Cosmos DB", onCosmos, 20],
])("%s", ([, made, numRuns]) => {
  test("local fields survive every interleaving of syncs and changes, and Sentinel's fields arrive", async () => {
    // Each run has a tenant of its own.
    const deps = made();
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      async (schedule, changes, syncs) => {
        const { record, named, replies, told } = await race(deps, schedule, changes, syncs);
        const expected: IncidentPatch = changes.reduce((all, body) => ({ ...all, ...body }), {});
        expect(record).toMatchObject({ ...newest, ...expected });
        // A value that is written back as it was read goes over whoever writes between the two.
        expect(named.filter((field) => field in LocalFields.shape)).toEqual([]);
        expect(named).toContain("title");
        expect(replies).toHaveLength(syncs);
        expect(told.length).toBeLessThanOrEqual(1);
      },
    );
    await fc.assert(property, { numRuns });
    await deps.documents.close();
  });
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
