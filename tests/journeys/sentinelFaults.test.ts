/**
 * Sentinel failing in every way that it is known to, against the started product: each failure stands on the provider's
 * health, the cursor stays, and the next runs of the timer bring everything in without anybody's help.
 */
import path from "node:path";

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { CONTOSO } from "../../local/demoTenants.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import type { DocumentStore } from "../../shared/ports/documentStore.ts";
import * as providers from "../../shared/repositories/providers.ts";
import * as syncState from "../../shared/repositories/syncState.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import { InboxPage } from "../../shared/schemas/notifications.ts";
import { Product } from "../product/product.ts";
import { until } from "../product/until.ts";

const ANALYST = "analyst@contoso.example";

/** Just after a turn of the timer, as each jump of the clock then is: no turn comes by itself while a test runs. */
const CLOCK_START = "2030-01-01T12:00:10Z";

let product: Product;
/** The product's own file, read beside it: no reply shows how the synchronisation of a provider stands. */
let documents: DocumentStore;

beforeAll(async () => {
  product = await Product.start({ CLOCK_START });
  const database = openDatabase(path.join(product.dataDir, "socmate.sqlite"));
  documents = createSqliteDocumentStore(database, { now: () => new Date() });
});
afterAll(async () => {
  await documents?.close();
  await product?.stop();
});

async function health() {
  const [provider] = await providers.list(documents, CONTOSO.tenantId);
  if (provider === undefined) throw new Error("Contoso has no provider.");
  const state = await syncState.read(documents, CONTOSO.tenantId, provider.id);
  return { status: provider.status, ...state };
}

/** Moves the clock so far that the timer's next turn comes, and waits for its run. */
async function nextTimerRuns(): Promise<void> {
  const moved = await product.ask(undefined, "POST", "/local/clock", { advance: "PT5M" });
  const runs = z.object({ runs: z.array(z.object({ name: z.string() })) }).parse(moved).runs;
  expect(runs.map(({ name }) => name)).toContain("sync-incidents");
  product.forgetTokens();
}

/** Always the same story, of High severity: another incident each time. */
async function playStory(): Promise<number> {
  const story = { family: "signin_attack", truth: "true_positive", seed: 1 };
  const played = await product.ask(undefined, "POST", "/local/tenant/stories", story);
  return z.object({ incident_numbers: z.tuple([z.int()]) }).parse(played).incident_numbers[0];
}

const isThere = async (number: number): Promise<boolean> =>
  (await product.call(ANALYST, "GET", `/api/v1/incidents/${number}`)).status === 200;

async function alertsOf(number: number): Promise<number> {
  const inbox = "/api/v1/notifications?event=incident-alert&limit=100";
  const { items } = InboxPage.parse(await product.ask(ANALYST, "GET", inbox));
  const ofThis = items.filter(
    ({ event }) => event.type === "incident-alert" && event.data.incident_number === number,
  );
  return ofThis.length;
}

const clearFaults = () => product.call(undefined, "DELETE", "/local/faults");

beforeEach(async () => {
  await clearFaults();
  await nextTimerRuns();
  const { status, cursor } = await health();
  if (status !== "active" || cursor === undefined) throw new Error("Contoso is not healthy.");
});

/** Whoever asks is signed out, the work in the background too: the first run finds out, the second signs in again. */
const SIGNED_OUT = { target: "loganalytics", kind: "expired_token", count: 1_000 };
const FAULTS: readonly (readonly [string, readonly JsonObject[], RegExp])[] = [
  ["401", [{ target: "loganalytics", kind: "status", status: 401 }], /\(401\)/],
  ["403", [{ target: "loganalytics", kind: "status", status: 403 }], /denies access .*\(403\)/],
  ["500", [{ target: "loganalytics", kind: "status", status: 500 }], /Log Analytics .*500/],
  ["a cut connection", [{ target: "loganalytics", kind: "disconnect" }], /connection .*failed/],
  ["a partial answer", [{ target: "loganalytics", kind: "partial" }], /partial|part of/i],
  ["half an answer", [{ target: "loganalytics", kind: "truncated" }], /cannot be read/],
  ["no such table", [{ target: "loganalytics", kind: "missing_table" }], /SecurityIncident/],
  [
    "401 at sign-in",
    [SIGNED_OUT, { target: "login", kind: "status", status: 401 }],
    /Microsoft Entra ID/,
  ],
  [
    "an expired client secret",
    [SIGNED_OUT, { target: "login", kind: "error_code", code: "AADSTS7000222" }],
    /AADSTS7000222.*expired/,
  ],
  ["500 at sign-in", [SIGNED_OUT, { target: "login", kind: "status" }], /Microsoft Entra ID/],
  ["a cut sign-in", [SIGNED_OUT, { target: "login", kind: "disconnect" }], /Entra ID|login\./],
];

// An outage must be seen, must not move the cursor past what nobody read, and must end by itself.
test.each(FAULTS)(
  "%s: named, cursor kept, nothing lost, over by itself",
  async (_name, faults, says) => {
    const before = await health();
    const number = await playStory();
    for (const fault of faults) await product.ask(undefined, "POST", "/local/faults", fault);
    await nextTimerRuns();
    await nextTimerRuns();
    const failed = await health();
    expect(failed).toMatchObject({
      status: "error",
      cursor: before.cursor,
      last_success_at: before.last_success_at,
    });
    expect(`${failed.error?.code}: ${failed.error?.detail}`).toMatch(says);
    expect(failed.last_attempt_at).not.toBe(before.last_attempt_at);
    expect(await isThere(number)).toBe(false);

    await clearFaults();
    await nextTimerRuns();
    const healed = await health();
    expect([healed.status, healed.error]).toEqual(["active", undefined]);
    expect(Date.parse(healed.cursor ?? "")).toBeGreaterThan(Date.parse(before.cursor ?? ""));
    expect(await isThere(number)).toBe(true);
    await until("the notification", async () => ((await alertsOf(number)) > 0 ? true : undefined));
    await nextTimerRuns();
    expect(await alertsOf(number)).toBe(1);
  },
);

// Asking again before Retry-After is over prolongs the throttling.
test("429: no request before Retry-After is over, then everything arrives", async () => {
  const before = await health();
  const number = await playStory();
  // One whose lock a moved clock ends is under way without being counted any more.
  await idleEnrichments();
  const fault = { target: "loganalytics", kind: "status", status: 429, retry_after: 900 };
  await product.ask(undefined, "POST", "/local/faults", fault);
  await nextTimerRuns();
  const throttled = await health();
  expect(throttled).toMatchObject({ status: "error", cursor: before.cursor });
  expect(throttled.error?.detail).toMatch(/429|busy|wait|throttl/i);
  const waitMs = Date.parse(throttled.retry_at ?? "") - Date.parse(throttled.last_attempt_at ?? "");
  expect(waitMs).toBeGreaterThanOrEqual(900_000);
  // What was under way when Sentinel asked to wait may still end.
  await idleEnrichments();
  const seen = await requestsSeen();
  await nextTimerRuns();
  await nextTimerRuns();
  expect([await requestsSeen(), await isThere(number)]).toEqual([seen, false]);
  await clearFaults();
  await nextTimerRuns();
  await nextTimerRuns();
  expect(await isThere(number)).toBe(true);
  expect((await health()).retry_at).toBeUndefined();
});

async function idleEnrichments(): Promise<void> {
  const queues = z.object({ enrichments: z.object({ active: z.int() }) });
  await until("idle enrichments", async () => {
    const stats = await product.ask(undefined, "GET", "/local/stats");
    return z.object({ queues }).parse(stats).queues.enrichments.active === 0 ? true : undefined;
  });
}

async function requestsSeen(): Promise<number> {
  const shape = z.object({ faults: z.tuple([z.object({ seen: z.int() })]) });
  return shape.parse(await product.ask(undefined, "GET", "/local/faults")).faults[0].seen;
}

// Slow is not broken.
test("latency: the sync waits and succeeds", async () => {
  const number = await playStory();
  const fault = { target: "loganalytics", kind: "latency", delay_ms: 400 };
  await product.ask(undefined, "POST", "/local/faults", fault);
  await nextTimerRuns();
  expect([(await health()).error, await isThere(number)]).toEqual([undefined, true]);
});

// A person who asks meanwhile is told which of the two is down, and what was enriched before stays.
test("enriching while Log Analytics is down is 503 that names it; the sync on demand says it per provider", async () => {
  const number = await playStory();
  await nextTimerRuns();
  const incident = `/api/v1/incidents/${number}`;
  const enriched = await product.ask(ANALYST, "POST", `${incident}/enrich`);
  const fault = { target: "loganalytics", kind: "status", status: 500 };
  await product.ask(undefined, "POST", "/local/faults", fault);
  expect(await product.call(ANALYST, "POST", `${incident}/enrich`)).toMatchObject({
    status: 503,
    json: { code: "siem-unavailable", detail: expect.stringContaining("Log Analytics") },
  });
  const { alerts } = await product.ask(ANALYST, "GET", incident);
  expect(alerts).toEqual(enriched["alerts"]);
  const synced = await product.ask("admin@contoso.example", "POST", "/api/v1/incidents/sync");
  expect(synced).toMatchObject({
    providers: [{ changed: 0, error: { code: "siem-unavailable" } }],
  });
});
