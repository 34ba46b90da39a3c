/** The health page's answer, with each part well and each part not. */
import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../../shared/domain/errors.ts";
import * as models from "../../shared/repositories/models.ts";
import * as providers from "../../shared/repositories/providers.ts";
import * as syncState from "../../shared/repositories/syncState.ts";
import { AdminHealth } from "../../shared/schemas/adminHealth.ts";
import type { SyncState } from "../../shared/schemas/providers.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aModel, aPrincipal, aProvider, NOW, TENANT } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { edge } from "../edge.ts";
import { type Job, runTold as runOf } from "../kit/timer.ts";
import { adminHealthEndpoint } from "./adminHealth.ts";

const MINUTE = 60_000;
let deps: TestDeps;

beforeEach(() => {
  deps = testDeps();
});

const adminHealthGet = adminHealthEndpoint(() => [job(async () => {})]);

async function health(): Promise<AdminHealth> {
  const reply = await call(adminHealthGet, deps, { as: aPrincipal("admin") });
  expect(reply.status).toBe(200);
  return AdminHealth.parse(reply.json);
}

const timer = async () => (await health()).timers[0];
const provider = async () => (await health()).providers[0];

const runTold = (of: TestDeps, told: Job, book: typeof edge) => runOf(of, told, book, [told.name]);
const job = (run: Job["run"]): Job => ({ name: "sync", schedule: "0 */5 * * * *", run });

async function fail(): Promise<void> {
  throw new TypeError("bug");
}

async function away(): Promise<never> {
  throw new AppError("store-unavailable", "Away.");
}

const synced = (change: Partial<SyncState>) =>
  syncState.update(deps.documents, aProvider(), 1, (state) => ({ ...state, ...change }));

test("403 for an analyst", async () => {
  const reply = await call(adminHealthGet, deps, { as: aPrincipal("analyst") });
  expect(reply.status).toBe(403);
});

test("a deployment without anything in it is well, and names every queue", async () => {
  const { state, store, queues } = await health();
  expect([state, store.state]).toEqual(["ok", "ok"]);
  expect(queues).toContainEqual({
    name: "investigations",
    state: "ok",
    active: 0,
    scheduled: 0,
    dead: 0,
  });
});

describe("queues", () => {
  test("a dead letter calls for attention, a broker that does not answer is failed", async () => {
    await deps.queue.send("audit", [{ id: "m1", body: {} }]);
    const [message] = await deps.queue.receive("audit", 1, 0);
    await message?.deadLetter("bug", "It does not fit.");
    const some = await health();
    expect(some.state).toBe("attention");
    expect(some.queues.find(({ name }) => name === "audit")).toMatchObject({ dead: 1 });
    deps.queue.counts = async () => {
      throw new AppError("queue-unavailable", "Away.");
    };
    const none = await health();
    expect(none.state).toBe("failed");
    expect(none.queues[0]).toMatchObject({ state: "failed", active: null, dead: null });
  });
});

describe("timers", () => {
  test("the last run of each is kept, with its last success", async () => {
    await runTold(
      deps,
      job(async () => deps.clock.advance(1500)),
      edge,
    );
    expect(await timer()).toMatchObject({
      name: "sync",
      schedule: "0 */5 * * * *",
      state: "ok",
      outcome: "succeeded",
      started_at: NOW,
      ended_at: "2026-01-15T12:00:01.500Z",
      last_success_at: "2026-01-15T12:00:01.500Z",
      failures: 0,
    });
  });

  test("a failure calls for attention, a second one in a row is failed, and the host still learns of it", async () => {
    await runTold(
      deps,
      job(async () => {}),
      edge,
    );
    await expect(runTold(deps, job(fail), edge)).rejects.toThrow("bug");
    expect(await timer()).toMatchObject({ state: "attention", failures: 1, last_success_at: NOW });
    await expect(runTold(deps, job(fail), edge)).rejects.toThrow("bug");
    expect(await timer()).toMatchObject({ state: "failed", failures: 2 });
    await runTold(
      deps,
      job(async () => {}),
      edge,
    );
    expect(await timer()).toMatchObject({ state: "ok", failures: 0 });
  });

  // The one that never runs is the broken one, and it leaves no record by itself.
  test("one that never ran is listed, and calls for attention once it is overdue", async () => {
    const never = { started_at: null, outcome: null, last_success_at: null };
    expect(await timer()).toMatchObject({ name: "sync", ...never, state: "ok" });
    deps.clock.advance(15 * MINUTE);
    expect(await timer()).toMatchObject({ state: "ok" });
    deps.clock.advance(1);
    expect(await health()).toMatchObject({ state: "attention", timers: [{ state: "attention" }] });
  });

  // Nobody may look at the page for days: late is counted from when the program first ran any timer.
  test("one that never ran is late from the first run of another, not from the first look", async () => {
    const other = { ...job(async () => {}), name: "other" };
    await runOf(deps, other, edge, ["other", "sync"]);
    deps.clock.advance(15 * MINUTE + 1);
    expect((await health()).timers).toMatchObject([{ name: "sync", state: "attention" }]);
  });

  test("a timer that comes with a new version is not late for the time before it", async () => {
    await runTold(
      deps,
      job(async () => {}),
      edge,
    );
    deps.clock.advance(24 * 60 * MINUTE);
    const nightly = { name: "nightly", schedule: "0 17 3 * * *", run: async () => {} };
    const both = adminHealthEndpoint(() => [job(async () => {}), nightly]);
    const reply = await call(both, deps, { as: aPrincipal("admin") });
    expect(AdminHealth.parse(reply.json).timers).toMatchObject([
      { name: "nightly", state: "ok", outcome: null },
      { name: "sync", state: "attention" },
    ]);
  });

  // A timer that has stopped fails in silence: nothing else would tell of it.
  test("one that was due and did not run calls for attention", async () => {
    await runTold(
      deps,
      job(async () => {}),
      edge,
    );
    deps.clock.advance(15 * MINUTE);
    expect(await timer()).toMatchObject({ state: "ok" });
    deps.clock.advance(1);
    expect(await timer()).toMatchObject({ state: "attention" });
  });
});

describe("providers", () => {
  beforeEach(async () => {
    await providers.create(deps.documents, aProvider());
  });

  test("not synchronised yet, synchronised, long ago, failed", async () => {
    expect(await provider()).toMatchObject({ state: "attention", last_synced_at: null });
    await synced({ last_success_at: NOW });
    expect(await provider()).toMatchObject({ state: "ok", last_synced_at: NOW });
    deps.clock.advance(26 * MINUTE);
    expect(await provider()).toMatchObject({ state: "attention" });
    await synced({ error: { code: "siem-unavailable", detail: "No token.", at: NOW } });
    expect(await provider()).toMatchObject({ state: "failed", detail: "No token." });
  });

  test("another tenant's are not shown", async () => {
    const foreign = aProvider({ id: "sip_foreign", tenant_id: "fabrikam" });
    await providers.create(deps.documents, foreign);
    expect((await health()).providers.map(({ id }) => id)).toEqual(["sip_contoso"]);
  });
});

test("a model whose last test failed calls for attention", async () => {
  const failed = aModel({ last_test: { at: NOW, status: "error" } });
  await models.change(deps, TENANT, () => ({ items: [failed], messages: [], result: undefined }));
  expect(await health()).toMatchObject({
    state: "attention",
    models: [{ model_name: "judge", state: "attention" }],
  });
});

test("a store that does not answer is failed, and the rest is still told", async () => {
  deps.documents.read = away;
  const { state, store, queues } = await health();
  expect([state, store.state, store.latency_ms]).toEqual(["failed", "failed", null]);
  expect(queues.every(({ state: each }) => each === "ok")).toBe(true);
});
