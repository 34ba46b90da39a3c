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

// Log Analytics queues beyond five; investigations must not push the sync out.
test("no more than four queries run at once in a workspace", async () => {
  let running = 0;
  let most = 0;
  const counting = testSiem(clock, {
    sendRequest: async (request) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      const response = await inner.sendRequest(request);
      running -= 1;
      return response;
    },
  });
  const timespan = lastDays(clock, 1);
  await counting.incident(provider, 101, timespan);
  most = 0;
  const results = await Promise.all(
    Array.from({ length: 12 }, () =>
      counting.query(provider, { kql: "print 1", timespan, maxRows: 1, timeoutMs: 30_000 }),
    ),
  );
  expect(results).toHaveLength(12);
  expect(most).toBe(4);
});
