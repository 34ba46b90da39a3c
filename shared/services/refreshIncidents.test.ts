import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, NOW, TENANT } from "../testing/fixtures.ts";
import { refreshIncidents, syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
const provider = aProvider();
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
});

const syncsSoFar = () => deps.siem.calls.filter((one) => one.method === "changedIncidents").length;

describe("read-through", () => {
  test("data younger than five minutes is served as it is; older data is refreshed first", async () => {
    const first = await refreshIncidents(deps, TENANT);
    expect(first).toMatchObject([{ provider_id: provider.id, last_synced_at: NOW }]);
    deps.clock.advance(5 * MINUTE);
    await refreshIncidents(deps, TENANT);
    expect(syncsSoFar()).toBe(1);
    deps.clock.advance(1);
    const [after] = await refreshIncidents(deps, TENANT);
    expect(syncsSoFar()).toBe(2);
    expect(after?.last_synced_at).toBe("2026-01-15T12:05:00.001Z");
  });

  test("twenty requests at once start one sync, and all of them wait for it", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => refreshIncidents(deps, TENANT, 10_000)),
    );
    expect(syncsSoFar()).toBe(1);
    expect(all.map(([one]) => one?.last_synced_at)).toEqual(all.map(() => NOW));
  });

  // A slow workspace must not make every list slow; what it brings is there for the next one.
  test("the wait is bounded, and the sync goes on after it", async () => {
    let open: (() => void) | undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    deps.siem.beforePage = () => opened;
    const [meanwhile] = await refreshIncidents(deps, TENANT, 5);
    expect(meanwhile?.last_synced_at).toBeNull();
    const running = refreshIncidents(deps, TENANT, 10_000);
    open?.();
    expect(await running).toMatchObject([{ last_synced_at: NOW }]);
    expect(syncsSoFar()).toBe(1);
    expect(await incidents.count(deps.documents, TENANT, [])).toBe(1);
  });

  test("while Sentinel is down the age stays, with the reason, and requests do not hammer it", async () => {
    await syncIncidents(deps);
    deps.clock.advance(20 * MINUTE);
    const down = new AppError("siem-unavailable", "Log Analytics failed (500).");
    deps.siem.failsNext(provider.id, down);
    for (let request = 0; request < 3; request += 1) {
      expect(await refreshIncidents(deps, TENANT)).toMatchObject([
        { last_synced_at: NOW, error: { detail: "Log Analytics failed (500)." } },
      ]);
    }
    expect(syncsSoFar()).toBe(2);
    deps.clock.advance(MINUTE);
    const [recovered] = await refreshIncidents(deps, TENANT);
    expect(recovered).not.toHaveProperty("error");
  });

  test("leaves other tenants' providers alone", async () => {
    await refreshIncidents(deps, "fabrikam");
    expect(deps.siem.calls).toEqual([]);
  });
});

// One row that no store takes must not keep the other 499 of its page out for ever.
test("a row that cannot be taken over is put aside and counted, until it can be", async () => {
  const strange = aSentinelIncident({ number: 7, sentinel: { blob: "x".repeat(2_100_000) } });
  deps.siem.holds(provider.id, { incidents: [strange, aSentinelIncident({ number: 8 })] });
  expect(await refreshIncidents(deps, TENANT)).toMatchObject([
    { last_synced_at: NOW, set_aside: 1 },
  ]);
  expect(await incidents.count(deps.documents, TENANT, [])).toBe(1);
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ number: 7 })] });
  await syncIncidents(deps);
  const [after] = await refreshIncidents(deps, TENANT);
  expect(after).not.toHaveProperty("set_aside");
});
