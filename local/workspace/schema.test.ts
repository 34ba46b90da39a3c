/** The adapter's reading of a workspace's own schema, against the simulated tenant. */
import { expect, test } from "vitest";

import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import type { KqlType } from "../../shared/schemas/kql.ts";
import { createFaults } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const HOUR = 3_600_000;

/** A tenant that gets a custom table, and the adapter on it. */
async function custom() {
  const clock = testClock();
  const columns: Record<string, KqlType> = { TimeGenerated: "datetime", Badge_s: "string" };
  const tenant = { ...testTenant(clock), schema: { ...BUILT_IN_SCHEMA } };
  const faults = createFaults();
  const siem = testSiem(clock, createTenantHttpClient([tenant], faults));
  const provider = await testProvider(tenant);
  return { clock, tenant, faults, siem, provider, columns };
}

// Without it a query on a custom table is refused, and one on a table that is not there is let through.
test("tables and columns are the workspace's own, and a new one is known after an hour", async () => {
  const { clock, tenant, siem, provider, columns } = await custom();
  expect(await siem.schema(provider)).toEqual(BUILT_IN_SCHEMA);
  tenant.schema = { ...BUILT_IN_SCHEMA, Doors_CL: columns };
  clock.advance(HOUR / 2);
  expect(await siem.schema(provider)).not.toHaveProperty("Doors_CL");
  clock.advance(HOUR / 2);
  expect(await siem.schema(provider)).toEqual(tenant.schema);
});

// Each new object is sent to every analysing worker, and kept there.
test("a schema that did not change is the same object after a new reading", async () => {
  const { clock, siem, provider } = await custom();
  const before = await siem.schema(provider);
  clock.advance(2 * HOUR);
  expect(await siem.schema(provider)).toBe(before);
});

test("readers that come at once share one reading", async () => {
  const { faults, siem, provider } = await custom();
  faults.add({ target: "loganalytics", kind: "status", status: 500, count: 99, share: 0.5 });
  await Promise.all(Array.from({ length: 6 }, () => siem.schema(provider)));
  expect(faults.list()).toMatchObject([{ seen: 1 }]);
});

test("what was known last stands while the workspace does not answer", async () => {
  const { clock, tenant, faults, siem, provider, columns } = await custom();
  const before = await siem.schema(provider);
  tenant.schema = { ...BUILT_IN_SCHEMA, Doors_CL: columns };
  clock.advance(2 * HOUR);
  faults.add({ target: "loganalytics", kind: "status", status: 503 });
  expect(await siem.schema(provider)).toEqual(before);
  faults.clear();
  clock.advance(HOUR);
  expect(await siem.schema(provider)).toHaveProperty("Doors_CL");
});

test("a first reading that fails says so, and the next one tries again", async () => {
  const { faults, siem, provider } = await custom();
  faults.add({ target: "loganalytics", kind: "status", status: 403, count: 1 });
  await expect(siem.schema(provider)).rejects.toMatchObject({ code: "siem-unavailable" });
  expect(await siem.schema(provider)).toHaveProperty("SigninLogs");
});

test("a provider that was changed is asked anew", async () => {
  const { tenant, siem, provider, columns } = await custom();
  await siem.schema(provider);
  tenant.schema = { ...BUILT_IN_SCHEMA, Doors_CL: columns };
  const changed = { ...provider, updated_at: "2026-06-17T16:00:00.000Z" };
  expect(await siem.schema(changed)).toHaveProperty("Doors_CL");
});
