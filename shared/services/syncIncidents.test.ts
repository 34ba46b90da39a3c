import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as incidents from "../repositories/incidents.ts";
import * as leases from "../repositories/leases.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, NOW, TENANT, WORKSPACE } from "../testing/fixtures.ts";
import { syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
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
const stateOf = (id = provider.id) => syncState.read(deps.documents, TENANT, id);
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
      `incident-alert:${WORKSPACE}:2`,
      `incident-alert:${WORKSPACE}:3`,
    ]);
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
    expect(messages.map((message) => message.id)).toEqual([`incident-alert:${WORKSPACE}:2`]);
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

  test("tells when the severity is raised to Medium or above later, once", async () => {
    await afterFirstSync();
    for (const severity of ["low", "medium", "low", "high"] as const) {
      const row = aSentinelIncident({ severity, last_modified_at: deps.clock.now().toISOString() });
      deps.siem.holds(provider.id, { incidents: [row] });
      await syncIncidents(deps);
      deps.clock.advance(MINUTE);
    }
    const messages = await drain(deps.queue, "notifications");
    expect(messages.map((message) => message.id)).toEqual([`incident-alert:${KEY}`]);
  });

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

describe("the cursor", () => {
  test("starts at the provider's window and then goes on from the newest change, less 15 minutes", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ last_modified_at: ago(30) })] });
    const newest = ago(30);
    await syncIncidents(deps);
    deps.clock.advance(3 * 24 * 60 * MINUTE);
    await syncIncidents(deps);
    const ranges = deps.siem.calls.map((one) => "range" in one && one.range);
    expect(ranges).toEqual([
      { from: "2026-01-14T12:00:00.000Z", to: NOW },
      {
        from: new Date(Date.parse(newest) - 15 * MINUTE).toISOString(),
        to: "2026-01-18T12:00:00.000Z",
      },
    ]);
  });

  // Otherwise an outage longer than the window would leave a hole that nobody sees.
  test("has no gap after an empty first sync and a long outage", async () => {
    await syncIncidents(deps);
    deps.clock.advance(10 * 24 * 60 * MINUTE);
    await syncIncidents(deps);
    const last = deps.siem.calls.at(-1);
    expect(last).toMatchObject({ range: { from: "2026-01-15T11:45:00.000Z" } });
  });

  const failures = [
    ["401", new AppError("siem-unavailable", "The app registration's secret was refused.")],
    ["403", new AppError("siem-unavailable", "The app has no role on the workspace.")],
    ["429", new AppError("siem-unavailable", "Throttled.", { retryAfterSeconds: 120 })],
    ["500", new AppError("siem-unavailable", "The service failed.")],
    ["a cut connection", new AppError("siem-unavailable", "The connection was cut.")],
    ["a partial answer", new AppError("siem-unavailable", "The answer was partial.")],
    ["a timeout", new AppError("query-timeout", "The query took too long.")],
  ] as const;
  test.each(failures)(
    "%s keeps the cursor, is named on the provider, and loses nothing",
    async (_name, failure) => {
      await afterFirstSync();
      const cursor = (await stateOf())?.cursor;
      const rows = [1, 2, 3].map((number) =>
        aSentinelIncident({ number, last_modified_at: ago(1) }),
      );
      deps.siem.holds(provider.id, { incidents: rows });
      deps.siem.failsNext(provider.id, failure);
      const error = { code: failure.code, detail: failure.detail };
      expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 0, error }] });
      expect(await stateOf()).toMatchObject({ cursor, error });
      expect((await providers.read(deps.documents, TENANT, provider.id))?.record.status).toBe(
        "error",
      );

      deps.clock.advance(5 * MINUTE);
      expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 3 }] });
      const recovered = await stateOf();
      expect(recovered?.error).toBeUndefined();
      expect(recovered?.retry_at).toBeUndefined();
      expect((await providers.read(deps.documents, TENANT, provider.id))?.record.status).toBe(
        "active",
      );
      expect(await drain(deps.queue, "notifications")).toHaveLength(3);
    },
  );

  test("a failure between two pages loses neither page", async () => {
    await afterFirstSync();
    const rows = Array.from({ length: 700 }, (_, number) =>
      aSentinelIncident({
        number,
        severity: "low",
        last_modified_at: new Date(
          deps.clock.now().getTime() - 700_000 + number * 1000,
        ).toISOString(),
      }),
    );
    deps.siem.holds(provider.id, { incidents: rows });
    deps.siem.failsNext(provider.id, new AppError("siem-unavailable", "cut"), 1);
    expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 500 }] });
    expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 200 }] });
    expect(await incidents.count(deps.documents, TENANT, [])).toBe(700);
  });

  test("Sentinel's Retry-After is obeyed", async () => {
    await afterFirstSync();
    const throttled = new AppError("siem-unavailable", "Throttled.", { retryAfterSeconds: 600 });
    deps.siem.failsNext(provider.id, throttled);
    await syncIncidents(deps);
    const calls = deps.siem.calls.length;
    deps.clock.advance(9 * MINUTE);
    expect(await syncIncidents(deps)).toMatchObject({
      providers: [{ error: { detail: "Throttled." } }],
    });
    expect(deps.siem.calls).toHaveLength(calls);
    deps.clock.advance(MINUTE);
    await syncIncidents(deps);
    expect((await stateOf())?.error).toBeUndefined();
  });
});

describe("several at once", () => {
  test("six syncs racing change each incident once and tell once", async () => {
    await afterFirstSync();
    const rows = Array.from({ length: 40 }, (_, number) =>
      aSentinelIncident({ number, last_modified_at: ago(1) }),
    );
    deps.siem.holds(provider.id, { incidents: rows });
    const replies = await Promise.all(Array.from({ length: 6 }, () => syncIncidents(deps)));
    const changed = replies.flatMap((reply) => reply.providers.map((one) => one.changed));
    expect(changed.reduce((a, b) => a + b)).toBe(40);
    expect(await drain(deps.queue, "notifications")).toHaveLength(40);
  });

  // Two runners without a lease between them: the store's conditions alone must hold.
  test("an overtaken run neither writes twice nor moves the cursor", async () => {
    await afterFirstSync();
    const rows = [aSentinelIncident({ last_modified_at: ago(1) })];
    deps.siem.holds(provider.id, { incidents: rows });
    let overtaking: Promise<unknown> | undefined;
    deps.siem.beforePage = async () => {
      if (overtaking !== undefined) return;
      deps.clock.advance(11 * MINUTE);
      overtaking = syncIncidents(deps);
      await overtaking;
    };
    const slow = await syncIncidents(deps);
    expect(slow.providers).toMatchObject([{ changed: 0, error: { code: "lock-lost" } }]);
    expect(await stateOf()).toMatchObject({ cursor: rows[0]?.last_modified_at, fence: 3 });
    expect((await stateOf())?.error).toBeUndefined();
    expect(await drain(deps.queue, "notifications")).toHaveLength(1);
  });

  test("a lease passes on only after it ended, with a greater number", async () => {
    const first = await leases.acquire(deps, "work", 1000);
    expect(first).toEqual({ name: "work", fence: 1 });
    expect(await leases.acquire(deps, "work", 1000)).toBeUndefined();
    deps.clock.advance(1000);
    expect(await leases.acquire(deps, "work", 1000)).toEqual({ name: "work", fence: 2 });
    expect(await leases.renew(deps, first!, 1000)).toBe(false);
  });

  test("one provider's failure does not hurt another, in its tenant or elsewhere", async () => {
    const second = aProvider({
      id: "sip_second",
      name: "Second",
      is_default: false,
      workspace_id: "w2",
    });
    const other = aProvider({ id: "sip_other", tenant_id: "fabrikam", workspace_id: "w3" });
    await providers.create(deps.documents, second);
    await providers.create(deps.documents, other);
    deps.siem.holds(second.id, { incidents: [aSentinelIncident()] });
    deps.siem.holds(other.id, { incidents: [aSentinelIncident()] });
    deps.siem.failsNext(provider.id, new Error("a bug"));
    const reply = await syncIncidents(deps);
    expect(new Map(reply.providers.map((one) => [one.provider_id, one]))).toEqual(
      new Map([
        [
          provider.id,
          {
            provider_id: provider.id,
            changed: 0,
            error: { code: "internal", detail: "The sync failed on our side." },
          },
        ],
        [second.id, { provider_id: second.id, changed: 1 }],
        [other.id, { provider_id: other.id, changed: 1 }],
      ]),
    );
  });

  test("leaves out providers that are inactive or not to be synchronised", async () => {
    await providers.create(deps.documents, aProvider({ id: "sip_off", sync_enabled: false }));
    await providers.create(deps.documents, aProvider({ id: "sip_gone", status: "inactive" }));
    const reply = await syncIncidents(deps);
    expect(reply.providers.map((one) => one.provider_id)).toEqual([provider.id]);
  });
});
