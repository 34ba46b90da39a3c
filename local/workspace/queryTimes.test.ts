/** How long queries take, and how often they are asked, as the adapter tells it. */
import { expect, test } from "vitest";

import { createFaults } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const provider = await testProvider(tenant);
const faults = createFaults();
const inner = createTenantHttpClient([tenant], faults);
let asked = 0;
const siem = testSiem(clock, {
  sendRequest: (request) => {
    if (request.url.includes("/query")) asked += 1;
    return inner.sendRequest(request);
  },
});

const run = (kql: string) =>
  siem.query(provider, {
    kql,
    timespan: lastDays(clock, 1),
    maxRows: 10,
    timeoutMs: 30_000,
    isHunt: true,
  });

// A query that took half a minute in vain would take it twice more, in front of everybody's.
test("a query that the service gave up on is not asked again", async () => {
  faults.add({ target: "loganalytics", kind: "status", status: 504 });
  try {
    asked = 0;
    await expect(run("print 1")).rejects.toMatchObject({ code: "query-timeout" });
    expect(asked).toBe(1);
  } finally {
    faults.clear();
  }
});

// A person who compares two queries compares their work, not how many others asked at the time.
test("the duration is the service's own: the wait for it does not count", async () => {
  faults.add({ target: "loganalytics", kind: "latency", delay_ms: 400 });
  try {
    const askedAt = performance.now();
    const { duration_ms } = await run("print 1");
    expect(performance.now() - askedAt - duration_ms).toBeGreaterThanOrEqual(399);
  } finally {
    faults.clear();
  }
});
