import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as incidents from "../repositories/incidents.ts";
import * as leases from "../repositories/leases.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, NOW, TENANT } from "../testing/fixtures.ts";
import { syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
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

const stateOf = (id = provider.id) => syncState.read(deps.documents, TENANT, id);
const ago = (minutes: number): string =>
  new Date(deps.clock.now().getTime() - minutes * MINUTE).toISOString();

describe("the cursor", () => {
  test("starts at the provider's window and then goes on from the newest change, less 15 minutes", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident({ last_modified_at: ago(30) })] });
    const newest = ago(30);
    await syncIncidents(deps);
    deps.clock.advance(5 * MINUTE);
    await syncIncidents(deps);
    const ranges = deps.siem.calls.map((one) => "range" in one && one.range);
    expect(ranges).toEqual([
      { from: "2026-01-14T12:00:00.000Z", to: NOW },
      {
        from: new Date(Date.parse(newest) - 15 * MINUTE).toISOString(),
        to: "2026-01-15T12:05:00.000Z",
      },
    ]);
  });

  // Otherwise an outage longer than the window would leave a hole that nobody sees.
  test("has no gap after an empty first sync and a long outage", async () => {
    await syncIncidents(deps);
    deps.clock.advance(10 * 24 * 60 * MINUTE);
    await syncIncidents(deps);
    const last = deps.siem.calls.at(-1);
    expect(last).toMatchObject({
      range: { from: "2026-01-14T12:00:00.000Z", to: "2026-01-25T12:00:00.000Z" },
    });
  });

  // Rows may come hours after the time that they carry; fifteen minutes of overlap never see them.
  test("looks a day back once an hour and a week back once a day, never before its first window", async () => {
    const late = aSentinelIncident({ last_modified_at: ago(0), severity: "low" });
    deps.siem.holds(provider.id, { incidents: [late] });
    const from = async (): Promise<string | undefined> => {
      const row = { ...late, last_modified_at: ago(0) };
      deps.siem.holds(provider.id, { incidents: [row] });
      await syncIncidents(deps);
      const last = deps.siem.calls.at(-1);
      return last !== undefined && "range" in last ? last.range.from : undefined;
    };
    expect(await from()).toBe("2026-01-14T12:00:00.000Z");
    deps.clock.set("2026-01-15T12:55:00.000Z");
    expect(await from()).toBe("2026-01-15T11:45:00.000Z");
    deps.clock.set("2026-01-15T13:00:00.000Z");
    expect(await from()).toBe("2026-01-14T12:55:00.000Z");
    deps.clock.set("2026-01-15T13:05:00.000Z");
    expect(await from()).toBe("2026-01-15T12:45:00.000Z");
    deps.clock.set("2026-01-31T00:00:00.000Z");
    expect(await from()).toBe("2026-01-14T12:00:00.000Z");
    deps.clock.set("2026-02-01T00:00:00.000Z");
    expect(await from()).toBe("2026-01-24T00:00:00.000Z");
  });

  test("is not moved beyond our own time by a row from the future", async () => {
    const row = aSentinelIncident({ last_modified_at: "2026-01-15T12:10:00.000Z" });
    deps.siem.changedIncidents = async function* changed() {
      yield [row];
    };
    await syncIncidents(deps);
    expect((await stateOf())?.cursor).toBe(NOW);
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

  // Between an overtaken run's last look at its lease and its write, the lease can pass on.
  test("a state that a later run has written cannot be moved by an earlier one", async () => {
    const cursor = "2026-01-15T11:00:00.000Z";
    await syncState.update(deps.documents, provider, 2, (state) => ({ ...state, cursor }));
    const late = syncState.update(deps.documents, provider, 1, (state) => ({
      ...state,
      cursor: "2026-01-15T10:00:00.000Z",
    }));
    await expect(late).rejects.toMatchObject({ code: "lock-lost" });
    expect(await stateOf()).toMatchObject({ cursor, fence: 2 });
  });

  // A process that was killed releases nothing.
  test("after a crash in the midst of a sync the timer's next tick goes on", async () => {
    await leases.acquire(deps, `sync:${TENANT}:${provider.id}`, 2 * MINUTE);
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident()] });
    const refused = await syncIncidents(deps);
    expect(refused).toMatchObject({ providers: [{ changed: 0, error: { code: "conflict" } }] });
    deps.clock.advance(5 * MINUTE);
    expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 1 }] });
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
