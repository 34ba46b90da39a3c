/** A workspace with more to catch up with than one run takes: every run comes further, and nothing is passed over. */
import { beforeEach, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as incidents from "../repositories/incidents.ts";
import * as setAside from "../repositories/incidentsSetAside.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import type { SentinelIncident } from "../schemas/incidents.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, TENANT } from "../testing/fixtures.ts";
import { syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAGE = 500;
const provider = aProvider({ sync_window: "P30D" });
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, {});
});

const stateOf = () => syncState.read(deps.documents, TENANT, provider.id);
const stored = () => incidents.count(deps.documents, TENANT, []);

/** So many rows, the first so long ago, each so long after the one before. */
function backlog(count: number, sinceMs: number, stepMs: number): SentinelIncident[] {
  const since = deps.clock.now().getTime() - sinceMs;
  return Array.from({ length: count }, (_, number) =>
    aSentinelIncident({
      number,
      severity: "low",
      last_modified_at: new Date(since + number * stepMs).toISOString(),
    }),
  );
}

/** A run of which this many pages are within its four minutes. */
async function runOf(pages: number): Promise<void> {
  let elapsed = 0;
  deps.siem.beforePage = async () => void (elapsed += (4 * MINUTE) / (pages - 0.5));
  await syncIncidents({ ...deps, elapsedMs: () => elapsed });
}

const lastFrom = (): string => {
  const last = deps.siem.calls.at(-1);
  return last !== undefined && "range" in last ? last.range.from : "";
};

// The timer waits for every provider: one that has weeks to catch up with must not hold the others for hours.
test("a run stops after a page when four minutes are over, and the next goes on from there", async () => {
  await syncIncidents(deps);
  deps.clock.advance(5 * MINUTE);
  const rows = backlog(1_200, 1_199_000, 1000);
  deps.siem.holds(provider.id, { incidents: rows });
  const succeededAt = (await stateOf())?.last_success_at;
  await runOf(2);
  expect(await stored()).toBe(1_000);
  const stopped = await stateOf();
  expect(stopped?.cursor).toBe(rows[999]?.last_modified_at);
  expect(stopped?.last_success_at).toBe(succeededAt);
  expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 200 }] });
  expect(await stored()).toBe(1_200);
  expect(await stateOf()).toMatchObject({ last_success_at: deps.clock.now().toISOString() });
  expect(await stateOf()).not.toHaveProperty("walk");
});

// A run that begins anew each time, by a week before its cursor, may find the same pages until the end of days.
test("runs of one page each end a first sync of weeks: none of them asks twice for a page", async () => {
  deps.siem.holds(provider.id, { incidents: backlog(4 * PAGE, 29 * 24 * HOUR, 20 * MINUTE) });
  for (let run = 1; run <= 4; run += 1) {
    await runOf(1);
    // The last row of the page before comes once more: others may have the same time.
    expect(await stored()).toBe(run * (PAGE - 1) + 1);
    deps.clock.advance(5 * MINUTE);
  }
  await runOf(2);
  expect(await stored()).toBe(4 * PAGE);
  expect((await stateOf())?.last_success_at).toBe(deps.clock.now().toISOString());
});

// An automation rule that closes everything gives thousands of incidents one and the same minute.
test("runs end that have more within the overlap than one of them takes", async () => {
  await syncIncidents(deps);
  deps.clock.advance(5 * MINUTE);
  deps.siem.holds(provider.id, { incidents: backlog(8 * PAGE, MINUTE, 10) });
  let runs = 0;
  const before = (await stateOf())?.last_success_at;
  while ((await stateOf())?.last_success_at === before && runs < 12) {
    await runOf(2);
    deps.clock.advance(5 * MINUTE);
    runs += 1;
  }
  expect(await stored()).toBe(8 * PAGE);
  expect(runs).toBeLessThan(12);
});

// What was not visible yet when a run passed its time is only found by looking there again.
test("a run goes on no closer to the time of the one before than rows may come late", async () => {
  await syncIncidents(deps);
  deps.clock.advance(5 * MINUTE);
  const [row] = backlog(1, MINUTE, 0);
  deps.siem.holds(provider.id, { incidents: row === undefined ? [] : [row] });
  const startedAt = deps.clock.now().getTime();
  deps.siem.failsNext(provider.id, new AppError("siem-unavailable", "cut"), 1);
  await syncIncidents(deps);
  deps.clock.advance(5 * MINUTE);
  await syncIncidents(deps);
  expect(Date.parse(lastFrom())).toBeLessThanOrEqual(startedAt - 15 * MINUTE);
});

// Later runs begin behind it: a row that is not counted now is not counted at all.
test("a row that was set aside is counted although the run breaks off after its page", async () => {
  const rows = backlog(PAGE + 1, 10 * 24 * HOUR, 10 * MINUTE);
  const [first] = rows;
  if (first !== undefined) first.description = "x".repeat(3_000_000);
  deps.siem.holds(provider.id, { incidents: rows });
  deps.siem.failsNext(provider.id, new AppError("siem-unavailable", "cut"), 1);
  await syncIncidents(deps);
  const aside = async () => (await setAside.read(deps.documents, provider))?.rows;
  expect(await aside()).toMatchObject([{ number: 0 }]);
  deps.clock.advance(5 * MINUTE);
  await syncIncidents(deps);
  expect(await stored()).toBe(PAGE);
  expect(await aside()).toHaveLength(1);
});

test("after a pause of more than an hour all of the range is looked through again", async () => {
  const rows = backlog(2 * PAGE, 10 * 24 * HOUR, 10 * MINUTE);
  deps.siem.holds(provider.id, { incidents: rows });
  await runOf(1);
  deps.clock.advance(5 * MINUTE);
  const cut = new AppError("siem-unavailable", "cut");
  deps.siem.failsNext(provider.id, cut);
  await syncIncidents(deps);
  expect(lastFrom()).toBe(rows[PAGE - 1]?.last_modified_at);
  deps.clock.advance(61 * MINUTE);
  await syncIncidents(deps);
  const week = Date.parse(rows[PAGE - 1]?.last_modified_at ?? "") - 7 * 24 * HOUR;
  expect(Date.parse(lastFrom())).toBeLessThanOrEqual(week);
});

// The cursor of the workspace before would hide what the new one had before it.
test("a provider that is pointed at another workspace begins there with its window, and tells of nothing old", async () => {
  await syncIncidents(deps);
  deps.clock.advance(5 * MINUTE);
  const set = { workspace_id: "22222222-2222-4222-8222-222222222222" };
  await deps.documents.batch("tenants", [TENANT], [{ kind: "patch", id: provider.id, set }]);
  const at = new Date(deps.clock.now().getTime() - 48 * HOUR).toISOString();
  const old = aSentinelIncident({ severity: "high", created_at: at, last_modified_at: at });
  deps.siem.holds(provider.id, { incidents: [old] });
  expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 1 }] });
  expect(await drain(deps.queue, "notifications")).toEqual([]);
});
