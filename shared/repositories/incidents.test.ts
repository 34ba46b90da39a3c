import { expect, test } from "vitest";

import { forEachBounded } from "../domain/bounded.ts";
import { testDeps } from "../testing/deps.ts";
import { anIncident, aProvider } from "../testing/fixtures.ts";
import * as incidents from "./incidents.ts";

// A storm of more incidents than a page holds would leave the rest without the alerts that came late.
test("every incident that settles is found, not a page of them", async () => {
  const deps = testDeps();
  const provider = aProvider();
  const record = anIncident();
  const numbers = Array.from({ length: 1001 }, (_, number) => number);
  await forEachBounded(numbers, 8, async (number) => {
    await incidents.create(deps, { ...record, number, incident_key: `w:${number}` }, []);
  });
  const found = await incidents.changedCounts(deps.documents, provider, {
    from: record.sync.counts_changed_at,
    to: record.sync.counts_changed_at,
    createdSince: record.created_at,
  });
  expect(new Set(found.map(({ incident_key }) => incident_key)).size).toBe(1001);
});
