import { beforeEach, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, TENANT } from "../testing/fixtures.ts";
import { syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
const provider = aProvider();
let deps: TestDeps;
/** The milliseconds of each wait, and all that passed. */
let waits: number[];
let elapsed: number;

beforeEach(async () => {
  deps = testDeps();
  [waits, elapsed] = [[], 0];
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, {});
  await syncIncidents(deps);
  deps.clock.advance(60 * MINUTE);
});

const sync = () =>
  syncIncidents({
    ...deps,
    elapsedMs: () => elapsed,
    wait: async (ms) => {
      waits.push(ms);
      elapsed += ms;
      deps.clock.advance(ms);
    },
  });
const stateOf = () => syncState.read(deps.documents, TENANT, provider.id);
const statusOf = async () =>
  (await providers.read(deps.documents, TENANT, provider.id))?.record.status;
const throttled = (retryAfterSeconds: number) =>
  new AppError("siem-unavailable", "Throttled.", { retryAfterSeconds });
/** That many changes, a second apart, long enough ago to be complete. */
function backlog(count: number): void {
  const until = deps.clock.now().getTime() - 20 * MINUTE;
  const rows = Array.from({ length: count }, (_, number) =>
    aSentinelIncident({
      number,
      severity: "low",
      last_modified_at: new Date(until - (count - number) * 1000).toISOString(),
    }),
  );
  deps.siem.holds(provider.id, { incidents: rows });
}

// A pause of three seconds had the provider stand on Error, and its incidents be late, until the next run.
test("a short Retry-After is waited out: the run ends well, and no trace of it is left", async () => {
  deps.siem.failsNext(provider.id, throttled(3));
  const startedAt = deps.clock.now().toISOString();
  expect(await sync()).toEqual({ providers: [{ provider_id: provider.id, changed: 0 }] });
  expect(waits).toEqual([3000]);
  expect(await stateOf()).toMatchObject({ last_success_at: startedAt });
  expect(await stateOf()).not.toHaveProperty("error");
  expect(await statusOf()).toBe("active");
});

test("after the pause the run goes on with the page that was refused, not with the first", async () => {
  backlog(1_200);
  deps.siem.failsNext(provider.id, throttled(10), 1);
  expect(await sync()).toMatchObject({ providers: [{ changed: 1_200 }] });
  expect(await incidents.count(deps.documents, TENANT, [])).toBe(1_200);
  const ranges = deps.siem.calls.flatMap((one) => ("range" in one ? [one.range.from] : []));
  const [before = "", after = ""] = ranges.slice(-2);
  expect(after > before).toBe(true);
});

test("who is refused again and again is left alone after two pauses; getting further begins anew", async () => {
  for (let time = 0; time < 3; time += 1) deps.siem.failsNext(provider.id, throttled(3));
  expect(await sync()).toMatchObject({ providers: [{ error: { detail: "Throttled." } }] });
  expect(waits).toEqual([3000, 3000]);
  expect(await statusOf()).toBe("error");
  expect((await stateOf())?.retry_at).toBeDefined();

  deps.clock.advance(60 * MINUTE);
  waits = [];
  backlog(1_200);
  deps.siem.failsNext(provider.id, throttled(3));
  deps.siem.failsNext(provider.id, throttled(3));
  deps.siem.failsNext(provider.id, throttled(3), 1);
  expect(await sync()).toMatchObject({ providers: [{ changed: 1_200 }] });
  expect(waits).toEqual([3000, 3000, 3000]);
  expect(await statusOf()).toBe("active");
});

test.each([
  ["longer than ten seconds", throttled(11)],
  ["of unknown length", new AppError("siem-unavailable", "Throttled.")],
])("a pause %s is for the next run", async (_name, failure) => {
  deps.siem.failsNext(provider.id, failure);
  expect(await sync()).toMatchObject({ providers: [{ error: { detail: "Throttled." } }] });
  expect(waits).toEqual([]);
});

// The timer waits for every provider.
test("no pause reaches beyond the run's four minutes", async () => {
  backlog(600);
  deps.siem.beforePage = async () => void (elapsed = 4 * MINUTE - 2000);
  deps.siem.failsNext(provider.id, throttled(3), 1);
  expect(await sync()).toMatchObject({ providers: [{ changed: 500, error: {} }] });
  expect(waits).toEqual([]);
});
