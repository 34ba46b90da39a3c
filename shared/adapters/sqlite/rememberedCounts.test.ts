import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { ManualClock } from "../../testing/deps.ts";
import { anIncident, TENANT } from "../../testing/fixtures.ts";
import { openDatabase } from "./database.ts";
import { createSqliteDocumentStore } from "./documentStore.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const open = (file: string) => createSqliteDocumentStore(openDatabase(file), new ManualClock());
type Store = ReturnType<typeof open>;

const put = (store: Store, number: number, minute: number) => {
  const doc = anIncident({ number, last_modified_at: at(minute) });
  return store.batch("incidents", [TENANT, doc.incident_key], [{ kind: "create", doc }]);
};
const countFrom = (store: Store, minute: number, severity = "high") =>
  store.count("incidents", {
    partition: [TENANT],
    where: [
      { op: "range", field: "last_modified_at", from: at(minute) },
      { op: "eq", field: "severity", value: severity },
    ],
  });

const Step = fc.oneof(
  fc.record({ put: fc.integer({ min: 0, max: 20 }), by: fc.constantFrom(0, 1) }),
  fc.record({ from: fc.integer({ min: 0, max: 21 }), by: fc.constantFrom(0, 1) }),
);

// A total that is off by one after a write, or after time went on, makes the list contradict itself.
test("a count is that of all documents, however the bound moves and whoever writes in between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { maxLength: 25 }), async (steps) => {
      const file = path.join(mkdtempSync(path.join(os.tmpdir(), "counts-")), "store.sqlite");
      const stores = [open(file), open(file)] as const;
      const minutes: number[] = [];
      const counted: number[] = [];
      const expected: number[] = [];
      for (const step of steps) {
        const store = stores[step.by === 0 ? 0 : 1];
        if ("put" in step) {
          await put(store, minutes.length + 1, step.put);
          minutes.push(step.put);
        } else {
          counted.push(await countFrom(store, step.from), await countFrom(store, step.from, "low"));
          expected.push(minutes.filter((minute) => minute >= step.from).length, 0);
        }
      }
      expect(counted).toEqual(expected);
      for (const store of stores) await store.close();
    }),
    { numRuns: 25 },
  );
});
