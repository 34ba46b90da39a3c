import { beforeEach, expect, test } from "vitest";

import type { Write } from "../ports/documentStore.ts";
import * as setAside from "../repositories/incidentsSetAside.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, TENANT } from "../testing/fixtures.ts";
import { syncIncidents } from "./syncIncidents.ts";

const provider = aProvider();
let deps: TestDeps;
/** Answers the writes of incidents from now on. */
let onIncident: ((writes: readonly Write[]) => Promise<"done" | "conflict">) | undefined;

beforeEach(async () => {
  deps = testDeps();
  onIncident = undefined;
  const { documents } = deps;
  deps.documents = {
    read: (...call) => documents.read(...call),
    query: (...call) => documents.query(...call),
    count: (...call) => documents.count(...call),
    close: () => documents.close(),
    batch: async (container, key, writes) =>
      container === "incidents" && onIncident !== undefined
        ? onIncident(writes)
        : documents.batch(container, key, writes),
  };
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
});

const stateOf = () => syncState.read(deps.documents, TENANT, provider.id);

// Setting aside for a bug of ours would pass over every row of the page and call the sync a success.
test("a bug in the store fails the sync: nothing is put aside, the cursor stays, the next run has the row", async () => {
  onIncident = async () => {
    throw new TypeError("a bug");
  };
  expect(await syncIncidents(deps)).toMatchObject({
    providers: [{ changed: 0, error: { code: "internal" } }],
  });
  expect(await setAside.read(deps.documents, provider)).toBeUndefined();
  expect((await stateOf())?.cursor).toBeUndefined();
  expect((await stateOf())?.last_success_at).toBeUndefined();
  onIncident = undefined;
  expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 1 }] });
});

// "Another sync is running" is what callers wait for in silence; lost races must be seen.
test("a row that loses every race is a failure, logged as one, and not another sync's run", async () => {
  onIncident = async () => "conflict";
  const reply = await syncIncidents(deps);
  expect(reply.providers).toMatchObject([{ error: { code: "store-unavailable" } }]);
  expect(deps.log.events()).toContain("sync.failed");
  expect(deps.log.events()).not.toContain("sync.running");
  expect((await stateOf())?.error).toMatchObject({ code: "store-unavailable" });
});
