/** The rate limit as callers meet it, in one instance and over several, under a clock that the test moves. */
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../adapters/sqlite/documentStore.ts";
import { AppError } from "../domain/errors.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import type { Principal } from "../schemas/principal.ts";
import { ManualClock, testDeps } from "../testing/deps.ts";
import { aPrincipal } from "../testing/fixtures.ts";
import { limitRate } from "./limitRate.ts";

let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});

/** A caller with this limit. */
const caller = (limit: number, over: Partial<Principal> = {}): Principal =>
  aPrincipal("analyst", { rate_limit_per_minute: limit, ...over });

/** So many instances of the program on one store. */
function instances(count: number) {
  const database = openDatabase(":memory:");
  return Array.from({ length: count }, () => instance(createSqliteDocumentStore(database, clock)));
}

function instance(documents: DocumentStore, isShared = true) {
  const deps = testDeps({ clock, documents });
  deps.settings = { ...deps.settings, edge: { ...deps.settings.edge, isShared } };
  return deps;
}

const alone = () => instance(testDeps({ clock }).documents, false);

describe("one instance", () => {
  test("grants the limit and no more, and says how much is left", async () => {
    const deps = alone();
    const who = caller(3);
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push(await limitRate(deps, who));
    expect(answers.map(({ isGranted, remaining }) => [isGranted, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ]);
    expect(answers.every(({ limit }) => limit === 3)).toBe(true);
  });

  test("callers do not take from each other, nor do two tenants' of one id", async () => {
    const deps = alone();
    const others = [caller(1), caller(1, { id: "other" }), caller(1, { tenant_id: "fabrikam" })];
    for (const who of others) {
      expect((await limitRate(deps, who)).isGranted).toBe(true);
      expect((await limitRate(deps, who)).isGranted).toBe(false);
    }
  });

  test("people, applications and keys have limits of their own", async () => {
    const deps = alone();
    const requestsPerMinute = { user: 100, application: 200, api_key: 50 };
    deps.settings = { ...deps.settings, edge: { ...deps.settings.edge, requestsPerMinute } };
    const limits = [];
    for (const kind of ["user", "application", "api_key"] as const)
      limits.push((await limitRate(deps, aPrincipal("analyst", { id: kind, kind }))).limit);
    limits.push((await limitRate(deps, caller(7, { id: "own" }))).limit);
    expect(limits).toEqual([100, 200, 50, 7]);
  });
});

async function away(): Promise<never> {
  throw new AppError("store-unavailable", "Away.");
}

/** What happened in a run: times of granted requests, and whether two refusals followed each other. */
interface Seen {
  granted: number[];
  twoInARow: number;
}

/** A client that sends one request after the other and waits as long as it is told. */
async function behave(
  send: () => Promise<{ isGranted: boolean; seconds: number }>,
  pauses: readonly number[],
): Promise<Seen> {
  const seen: Seen = { granted: [], twoInARow: 0 };
  let wasRefused = false;
  for (const pause of pauses) {
    clock.advance(pause);
    const { isGranted, seconds } = await send();
    if (isGranted) seen.granted.push(clock.now().getTime());
    else {
      if (wasRefused) seen.twoInARow += 1;
      clock.advance(seconds * 1000);
    }
    wasRefused = !isGranted;
  }
  return seen;
}

/** The most requests in any sixty seconds. */
const busiestMinute = (times: readonly number[]): number =>
  Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length),
  );

const runs = fc.record({
  limit: fc.integer({ min: 1, max: 40 }),
  instanceCount: fc.integer({ min: 1, max: 5 }),
  steps: fc.array(
    fc.record({
      pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
      at: fc.nat({ max: 4 }),
    }),
    { minLength: 60, maxLength: 250 },
  ),
});

// A client that waits as it was told and is refused again gives up, or learns not to wait.
test("a client that waits as told is never refused twice in a row, and does not exceed its limit", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ limit, instanceCount, steps }) => {
      const all = instances(instanceCount);
      let step = 0;
      const send = async () => {
        const deps = all[(steps[step++]?.at ?? 0) % all.length];
        if (deps === undefined) throw new Error("no instance");
        return await limitRate(deps, caller(limit));
      };
      const seen = await behave(
        send,
        steps.map(({ pause }) => pause),
      );
      expect(seen.twoInARow).toBe(0);
      // A tenth of the limit is what another instance may not have told yet.
      const untold = (instanceCount - 1) * Math.floor(limit / 10);
      expect(busiestMinute(seen.granted)).toBeLessThanOrEqual(limit + untold);
    }),
    { numRuns: 40 },
  );
});

// Workers of one key that are all refused at once must not all be told the same moment, when there is room for one.
test("refused in parallel, each is let in when it comes back", async () => {
  const [deps] = instances(1);
  if (deps === undefined) throw new Error("no instance");
  const who = caller(12);
  // One request every five seconds: room comes back one by one.
  for (let i = 0; i < 12; i += 1) {
    expect((await limitRate(deps, who)).isGranted).toBe(true);
    clock.advance(5_000);
  }
  const refused = await Promise.all(Array.from({ length: 8 }, () => limitRate(deps, who)));
  const back = refused.filter(({ isGranted }) => !isGranted).map(({ seconds }) => seconds);
  expect(back.length).toBeGreaterThanOrEqual(7);
  expect(new Set(back).size).toBe(back.length);
  let waited = 0;
  for (const seconds of back.toSorted((a, b) => a - b)) {
    clock.advance((seconds - waited) * 1000);
    waited = seconds;
    expect((await limitRate(deps, who)).isGranted).toBe(true);
  }
});

describe("several instances", () => {
  // Forty instances that each grant the limit would be no limit.
  test("together grant the limit: parallel requests over five of them", async () => {
    const all = instances(5);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => limitRate(all[i % 5] ?? alone(), caller(100))),
    );
    expect(answers.filter(({ isGranted }) => isGranted)).toHaveLength(100);
  });

  // The room that was promised is taken meanwhile by what another instance had not told.
  test("let in who comes back in time, whatever others tell meanwhile", async () => {
    const [a = alone(), b = alone()] = instances(2);
    const who = caller(20);
    await limitRate(a, who);
    clock.advance(5_000);
    for (let i = 0; i < 3; i += 1) await limitRate(b, who);
    let answer = await limitRate(a, who);
    while (answer.isGranted) answer = await limitRate(a, who);
    clock.advance(answer.seconds * 1000);
    expect(await limitRate(b, who)).toMatchObject({ isGranted: true });
    expect(await limitRate(b, who)).toMatchObject({ isGranted: false });
  });

  test("far from the limit the store is asked now and then, not with each request", async () => {
    const { documents } = testDeps({ clock });
    let writes = 0;
    const counting: DocumentStore = {
      read: (...of) => documents.read(...of),
      query: (...of) => documents.query(...of),
      count: (...of) => documents.count(...of),
      close: () => documents.close(),
      batch: async (...of) => {
        writes += 1;
        return await documents.batch(...of);
      },
    };
    const deps = instance(counting);
    for (let i = 0; i < 400; i += 1) await limitRate(deps, caller(1000));
    expect(writes).toBeLessThanOrEqual(5);
  });

  // A store that is away must neither turn everybody away nor lift the limit.
  test("without a store each keeps to its own count", async () => {
    const { documents } = testDeps({ clock });
    const deps = instance({
      read: away,
      batch: away,
      query: away,
      count: away,
      close: () => documents.close(),
    });
    const answers = [];
    for (let i = 0; i < 20; i += 1) answers.push(await limitRate(deps, caller(10)));
    expect(answers.filter(({ isGranted }) => isGranted)).toHaveLength(10);
    expect(deps.log.events()).toContain("rate-limit.not-shared");
  });

  // An outage is made worse by asking with each request, and each request waits for the failure.
  test("a store that is away is asked now and then, not with each request", async () => {
    const { documents } = testDeps({ clock });
    let asked = 0;
    const read = async (): Promise<never> => {
      asked += 1;
      return await away();
    };
    const close = () => documents.close();
    const deps = instance({ read, batch: away, query: away, count: away, close });
    for (let i = 0; i < 50; i += 1) await limitRate(deps, caller(1000));
    expect(asked).toBe(1);
    clock.advance(5_000);
    await limitRate(deps, caller(1000));
    expect(asked).toBe(2);
  });
});
