/** What every document store promises. Each adapter's test runs it with its own harness. */
import { afterAll, beforeAll, beforeEach, describe } from "vitest";

import type { DocumentStore } from "../ports/documentStore.ts";
import { describeExpiry } from "./documentStore.expiry.contract.ts";
import { describeQueries } from "./documentStore.queries.contract.ts";
import { describeWrites } from "./documentStore.writes.contract.ts";
import { makeScenario } from "./documentScenario.ts";
import type { DocumentStoreHarness, Scenario } from "./documentScenario.ts";

/**
 * Runs the contract. Every test has a tenant of its own, so that a store with old data in it can be tested.
 * @param skip shows the contract as skipped, for a store that is not at hand.
 */
export function documentStoreContract(
  name: string,
  makeHarness: () => Promise<DocumentStoreHarness>,
  { skip = false } = {},
): void {
  describe.skipIf(skip)(`document store: ${name}`, () => {
    let harness: DocumentStoreHarness;
    let store: DocumentStore;
    let scenario: Scenario;
    beforeAll(async () => {
      harness = await makeHarness();
      store = await harness.open();
    });
    beforeEach(() => {
      scenario = makeScenario(harness, store);
    });
    afterAll(async () => {
      await store.close();
      await harness.dispose();
    });

    describeWrites(() => scenario);
    describeQueries(() => scenario);
    describeExpiry(() => scenario);
  });
}
