/** Following changes over both stores: whatever writers and readers do at the same time, each change comes once. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { changedAt } from "../domain/incidentsFeed.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import * as incidents from "../repositories/incidents.ts";
import { type IncidentList } from "../schemas/incidents.ts";
import { IncidentQuery } from "../schemas/incidentsRequests.ts";
import { asDeepDocument } from "../schemas/json.ts";
import { type ManualClock, testDeps } from "../testing/deps.ts";
import { anIncident, aPrincipal, aProvider } from "../testing/fixtures.ts";
import { cosmosForTests } from "../testing/onCosmos.ts";
import * as providers from "../repositories/providers.ts";
import { followIncidents } from "./followIncidents.ts";
import { patchIncident } from "./patchIncident.ts";

const SINCE = "2026-01-01T00:00:00Z";
/** As long as a store takes at most between a change being made and being visible. */
const LAG_MS_MAX = 30_000;

const cosmos = cosmosForTests();

/** One who polls, and what it was given. */
class Follower {
  readonly given: string[] = [];
  /** Most items that a page had beyond its limit. */
  excess = Number.NEGATIVE_INFINITY;
  longestCursor = 0;
  readonly #deps: { clock: ManualClock; documents: DocumentStore };
  readonly #tenant: string;
  #cursor: string | undefined;

  constructor(deps: { clock: ManualClock; documents: DocumentStore }, tenant: string) {
    this.#deps = deps;
    this.#tenant = tenant;
  }

  /** One page. @returns whether more is there already. */
  async poll(limit: number): Promise<boolean> {
    const from = this.#cursor === undefined ? { updated_since: SINCE } : { cursor: this.#cursor };
    const query = IncidentQuery.parse({ ...from, limit });
    const page: IncidentList = await followIncidents(this.#deps, this.#tenant, query);
    this.excess = Math.max(this.excess, page.items.length - limit);
    this.given.push(...page.items.map(({ number, updated_at }) => `${number}@${updated_at}`));
    this.#cursor = page.changes_cursor;
    this.longestCursor = Math.max(this.longestCursor, this.#cursor?.length ?? 0);
    return page.next_cursor !== null;
  }

  async pollAll(): Promise<void> {
    for (let pages = 0; pages < 200; pages += 1) if (!(await this.poll(50))) return;
    throw new Error("There is always more.");
  }
}

/** Writers whose changes become visible a while after they were made, in whatever order. */
class Writers {
  /** What was made and became visible, by incident: its newest version. */
  readonly newest = new Map<number, string>();
  readonly made = new Set<string>();
  readonly #deps: { clock: ManualClock; documents: DocumentStore };
  readonly #tenant: string;
  #underway: { number: number; updated_at: string; visibleAt: number }[] = [];

  constructor(deps: { clock: ManualClock; documents: DocumentStore }, tenant: string) {
    this.#deps = deps;
    this.#tenant = tenant;
  }

  /** Makes a change of the incident; while one is under way its version forbids another. */
  make(number: number, lagMs: number): void {
    if (this.#underway.some((one) => one.number === number)) return;
    const now = this.#deps.clock.now();
    const updated_at = changedAt(this.newest.get(number), now);
    this.#underway.push({ number, updated_at, visibleAt: now.getTime() + lagMs });
  }

  async pass(ms: number): Promise<void> {
    this.#deps.clock.advance(ms);
    const now = this.#deps.clock.now().getTime();
    const due = this.#underway.filter(({ visibleAt }) => visibleAt <= now);
    this.#underway = this.#underway.filter(({ visibleAt }) => visibleAt > now);
    for (const { number, updated_at } of due) await this.#show(number, updated_at);
  }

  async #show(number: number, updated_at: string): Promise<void> {
    const incident_key = `w:${number}`;
    const record = anIncident({ number, incident_key, tenant_id: this.#tenant, updated_at });
    const { documents } = this.#deps;
    const known = await incidents.read(documents, this.#tenant, incident_key);
    const doc = asDeepDocument(record);
    const write =
      known === undefined
        ? ({ kind: "create", doc } as const)
        : ({ kind: "replace", doc, etag: known.etag } as const);
    await documents.batch("incidents", [this.#tenant, incident_key], [write]);
    this.newest.set(number, updated_at);
    this.made.add(`${number}@${updated_at}`);
  }
}

type Act =
  | { kind: "change"; number: number; lagMs: number }
  | { kind: "burst"; count: number; lagMs: number }
  | { kind: "pass"; ms: number }
  | { kind: "poll"; limit: number };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("change" as const),
      number: fc.integer({ min: 1, max: 12 }),
      lagMs: fc.integer({ min: 0, max: LAG_MS_MAX }),
    }),
    fc.record({
      kind: fc.constant("burst" as const),
      count: fc.integer({ min: 1, max: 40 }),
      lagMs: fc.integer({ min: 0, max: LAG_MS_MAX }),
    }),
    fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40_000 }), fc.constant(600_000)),
    }),
    fc.record({ kind: fc.constant("poll" as const), limit: fc.integer({ min: 1, max: 15 }) }),
  ),
  { maxLength: 30 },
);

async function perform(act: Act, writers: Writers, follower: Follower): Promise<void> {
  switch (act.kind) {
    case "change":
      writers.make(act.number, act.lagMs);
      break;
    case "burst":
      for (let i = 0; i < act.count; i += 1) writers.make(100 + i, (act.lagMs * (i + 1)) % 30_000);
      break;
    case "pass":
      await writers.pass(act.ms);
      break;
    case "poll":
      await follower.poll(act.limit);
  }
}

describe.for([
  ["SQLite", 60],
  ["Cosmos DB", 10],
] as const)("%s", ([name, numRuns]) => {
  let tenants = 0;
  const open = (): { clock: ManualClock; documents: DocumentStore } => {
    const deps = testDeps();
    if (name === "SQLite") return deps;
    const { clock } = deps;
    return { clock, documents: cosmos(clock) };
  };

  // A SOAR that misses an incident does not act on it; one that gets it twice opens two cases.
  test("each change that stands is given, once, while others write and time passes", async () => {
    const deps = open();
    await fc.assert(
      fc.asyncProperty(acts, async (all) => {
        tenants += 1;
        const tenant = `tenant-${name}-${tenants}`;
        const follower = new Follower(deps, tenant);
        const writers = new Writers(deps, tenant);
        for (const act of all) await perform(act, writers, follower);
        await writers.pass(LAG_MS_MAX);
        await follower.pollAll();
        const newest = [...writers.newest].map(([number, at]) => `${number}@${at}`);
        expect(newest.filter((version) => !follower.given.includes(version))).toEqual([]);
        await writers.pass(600_000);
        await follower.pollAll();
        expect(new Set(follower.given).size).toBe(follower.given.length);
        expect(follower.given.filter((version) => !writers.made.has(version))).toEqual([]);
        expect(follower.excess).toBeLessThanOrEqual(0);
        // The public parameter takes no more.
        expect(follower.longestCursor).toBeLessThanOrEqual(2000);
      }),
      { numRuns },
    );
    await deps.documents.close();
  });
});

test("real writers at the same time as a reader: each incident's last change is given, none twice", async () => {
  const deps = testDeps();
  await providers.create(deps.documents, aProvider());
  const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
  for (const number of numbers) await incidents.create(deps, anIncident({ number }), []);
  const follower = new Follower(deps, "contoso");
  const writing = numbers.map(async (number) => {
    for (const round of [1, 2, 3]) {
      const target = { number, provider: undefined, ifMatch: undefined };
      await patchIncident(deps, aPrincipal(), target, { notes: `round ${round}` });
      deps.clock.advance(1);
    }
  });
  const reading = (async () => {
    for (let i = 0; i < 30; i += 1) await follower.poll(7);
  })();
  await Promise.all([...writing, reading]);
  await follower.pollAll();
  expect(new Set(follower.given).size).toBe(follower.given.length);
  const last = await Promise.all(
    numbers.map(async (number) => {
      const [stored] = await incidents.withNumber(deps.documents, "contoso", number);
      return `${number}@${stored?.record.updated_at}`;
    }),
  );
  expect(last.filter((version) => !follower.given.includes(version))).toEqual([]);
});

// Two changes in one moment are two changes: told apart by nothing but their times, which therefore differ.
test("a change in the same millisecond as the one before is given as well", async () => {
  const deps = testDeps();
  await providers.create(deps.documents, aProvider());
  await incidents.create(deps, anIncident({ number: 1 }), []);
  const follower = new Follower(deps, "contoso");
  const target = { number: 1, provider: undefined, ifMatch: undefined };
  for (const notes of ["one", "two", "three"]) {
    await patchIncident(deps, aPrincipal(), target, { notes });
    await follower.pollAll();
  }
  expect(new Set(follower.given).size).toBe(3);
});

// What a reader was given of a burst is kept beside its cursor: that must be nobody else's.
test("a burst of 300 in one moment is given at once, and another tenant's cursor opens nothing", async () => {
  const deps = testDeps();
  const writers = new Writers(deps, "contoso");
  for (let number = 1; number <= 300; number += 1) writers.make(number, 0);
  await writers.pass(0);
  const follower = new Follower(deps, "contoso");
  await follower.pollAll();
  expect(new Set(follower.given).size).toBe(300);
  expect(follower.given).toHaveLength(300);
  const page = await followIncidents(
    deps,
    "contoso",
    IncidentQuery.parse({ updated_since: SINCE, limit: 50 }),
  );
  const stolen = IncidentQuery.parse({ cursor: page.changes_cursor, limit: 50 });
  expect(await followIncidents(deps, "fabrikam", stolen)).toMatchObject({ items: [] });
});
