import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, NOW, TENANT, WORKSPACE } from "../testing/fixtures.ts";
import { syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KEY = `${WORKSPACE}:12345`;
const provider = aProvider();
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, {});
});

/** A provider whose first sync is behind it. */
async function afterFirstSync(): Promise<void> {
  await syncIncidents(deps);
  deps.clock.advance(5 * MINUTE);
}

const stored = async (key = KEY) => (await incidents.read(deps.documents, TENANT, key))?.record;
const ago = (minutes: number): string =>
  new Date(deps.clock.now().getTime() - minutes * MINUTE).toISOString();

describe("arrivals", () => {
  test("stores Sentinel's fields, and empty fields for people", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
    const reply = await syncIncidents(deps);
    expect(reply).toEqual({ providers: [{ provider_id: provider.id, changed: 1 }] });
    expect(await stored()).toMatchObject({
      ...aSentinelIncident(),
      notes: "",
      local_status: "new",
      assigned_to: null,
      tags: [],
      local_severity: null,
      sync: { first_seen_at: NOW, late_alerts: 0, settled: false },
    });
  });

  test("tells of Medium and above, once", async () => {
    await afterFirstSync();
    const severities = ["informational", "low", "medium", "high"] as const;
    deps.siem.holds(provider.id, {
      incidents: severities.map((severity, number) =>
        aSentinelIncident({ number, severity, last_modified_at: ago(1) }),
      ),
    });
    await syncIncidents(deps);
    await syncIncidents(deps);
    const messages = await drain(deps.queue, "notifications");
    expect(messages.map((message) => message.id)).toEqual([
      `incident-alert:${TENANT}:${WORKSPACE}:2`,
      `incident-alert:${TENANT}:${WORKSPACE}:3`,
    ]);
  });

  // A service provider and its customer look at one workspace: each of them has people to tell.
  test("two tenants that connect one workspace are both told, and both enrich", async () => {
    const other = aProvider({ id: "sip_other", tenant_id: "fabrikam" });
    await providers.create(deps.documents, other);
    for (const { id } of [provider, other]) {
      deps.siem.holds(id, { incidents: [aSentinelIncident()] });
    }
    await syncIncidents(deps);
    for (const queue of ["notifications", "enrichments"] as const) {
      const bodies = (await drain(deps.queue, queue)).map(({ body }) => body);
      expect(bodies).toHaveLength(2);
      for (const tenant_id of [TENANT, "fabrikam"]) {
        expect(bodies).toContainEqual(expect.objectContaining({ tenant_id }));
      }
    }
  });

  test("tells nobody of an incident that is first seen closed", async () => {
    await afterFirstSync();
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ status: "closed" })] });
    await syncIncidents(deps);
    expect(await drain(deps.queue, "notifications")).toEqual([]);
  });

  // A tenant that is connected on Monday must not wake everybody for the weekend's incidents.
  test("floods nobody on a provider's first sync: only the last hour's tell", async () => {
    deps.siem.holds(provider.id, {
      incidents: [
        aSentinelIncident({ number: 1, created_at: ago(61) }),
        aSentinelIncident({ number: 2, created_at: ago(60) }),
      ],
    });
    await syncIncidents(deps);
    const messages = await drain(deps.queue, "notifications");
    expect(messages.map((message) => message.id)).toEqual([
      `incident-alert:${TENANT}:${WORKSPACE}:2`,
    ]);
  });

  // A first sync that broke off must not count as done, or its second half would flood.
  test("stays a first sync until one has ended well", async () => {
    const old = { created_at: ago(600) };
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ ...old, number: 1 })] });
    deps.siem.failsNext(provider.id, new AppError("siem-unavailable", "cut"), 1);
    await syncIncidents(deps);
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ ...old, number: 2 })] });
    await syncIncidents(deps);
    expect(await stored(`${WORKSPACE}:2`)).toBeDefined();
    expect(await drain(deps.queue, "notifications")).toEqual([]);
  });
});

describe("changes", () => {
  test("takes Sentinel's change over and leaves people's fields alone", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
    await syncIncidents(deps);
    const local = {
      notes: "seen before",
      local_status: "waiting",
      assigned_to: "ana@contoso.example",
      tags: ["vip"],
      local_severity: "critical",
    } as const;
    const before = await incidents.read(deps.documents, TENANT, KEY);
    await incidents.patch(
      deps,
      { tenantId: TENANT, key: KEY },
      before!.etag,
      { ...local, tags: ["vip"] },
      [],
    );
    deps.clock.advance(5 * MINUTE);
    const changed = aSentinelIncident({
      title: "Renamed",
      status: "closed",
      severity: "low",
      classification: "true_positive",
      classification_reason: "SuspiciousActivity",
      closed_at: ago(1),
      last_modified_at: ago(1),
      owner: { name: "Bo", email: null, user_principal_name: null, object_id: null },
      labels: ["auto"],
      tactics: ["Persistence"],
      techniques: ["T1098"],
      products: ["Microsoft 365 Defender"],
      description: "now described",
      sentinel: { IncidentNumber: 12345, Status: "Closed" },
    });
    deps.siem.holds(provider.id, { incidents: [changed] });
    expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 1 }] });
    expect(await stored()).toMatchObject({ ...changed, ...local });
  });

  test("writes nothing when nothing changed", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
    await syncIncidents(deps);
    const before = await incidents.read(deps.documents, TENANT, KEY);
    deps.clock.advance(5 * MINUTE);
    expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 0 }] });
    expect(await incidents.read(deps.documents, TENANT, KEY)).toEqual(before);
  });

  // Log Analytics may still answer from before a change that we have already seen.
  test("never goes back to an older row", async () => {
    const newer = aSentinelIncident({ title: "newer", last_modified_at: ago(2) });
    deps.siem.holds(provider.id, { incidents: [newer] });
    await syncIncidents(deps);
    const older = aSentinelIncident({ title: "older", status: "active", last_modified_at: ago(3) });
    deps.siem.holds(provider.id, { incidents: [older] });
    await syncIncidents(deps);
    expect(await stored()).toMatchObject({ title: "newer", status: "new" });
  });

  // Days lie between: by then no queue remembers that it has had the message.
  test("tells when the severity is raised to Medium or above later, once", async () => {
    await afterFirstSync();
    for (const severity of ["low", "medium", "low", "high"] as const) {
      const row = aSentinelIncident({ severity, last_modified_at: deps.clock.now().toISOString() });
      deps.siem.holds(provider.id, { incidents: [row] });
      await syncIncidents(deps);
      deps.clock.advance(2 * DAY);
    }
    const messages = await drain(deps.queue, "notifications");
    expect(messages.map((message) => message.id)).toEqual([`incident-alert:${TENANT}:${KEY}`]);
  });

  test("tells nobody of a severity that is raised as the incident is closed", async () => {
    await afterFirstSync();
    const low = aSentinelIncident({ severity: "low", last_modified_at: ago(2) });
    deps.siem.holds(provider.id, { incidents: [low] });
    await syncIncidents(deps);
    const closed = { severity: "high", status: "closed", last_modified_at: ago(1) } as const;
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident(closed)] });
    await syncIncidents(deps);
    expect(await stored()).toMatchObject({ status: "closed", severity: "high", alerted: false });
    expect(await drain(deps.queue, "notifications")).toEqual([]);
  });

  // Two changes within Sentinel's precision bear one time: the row that a first look missed is still taken over.
  test.each([{ status: "active" }, { severity: "low" }] as const)(
    "takes over a row of the same time that says %j",
    async (other) => {
      deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
      await syncIncidents(deps);
      deps.siem.holds(provider.id, { incidents: [aSentinelIncident(other)] });
      await syncIncidents(deps);
      expect(await stored()).toMatchObject(other);
    },
  );

  test("counts alerts that came late, and begins to settle anew", async () => {
    await afterFirstSync();
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ last_modified_at: ago(2) })] });
    await syncIncidents(deps);
    deps.clock.advance(20 * MINUTE);
    const row = aSentinelIncident({
      alert_ids: ["alert-1", "alert-2", "alert-3"],
      alert_count: 3,
      last_modified_at: ago(1),
    });
    deps.siem.holds(provider.id, { incidents: [row] });
    await syncIncidents(deps);
    const at = deps.clock.now().toISOString();
    expect((await stored())?.sync).toMatchObject({
      late_alerts: 2,
      settled: false,
      counts_changed_at: at,
    });
  });
});
