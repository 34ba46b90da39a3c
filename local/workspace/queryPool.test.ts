import { afterAll, expect, test } from "vitest";

import { createMemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import { createQueryPool } from "./queryPool.ts";
import type { QueryStore } from "./storeNews.ts";

const NOW = new Date("2026-01-31T00:00:00Z");
const SCHEMA = { T: { TimeGenerated: "datetime", n: "long", text: "string" } } as const;
const tables = createMemoryTables(SCHEMA);
tables.append(
  "T",
  Array.from({ length: 3_000 }, (_, n) => ({
    TimeGenerated: "2026-01-30T00:00:00Z",
    n,
    text: "x",
  })),
);
const store: QueryStore = { schema: SCHEMA, tables };
const pool = createQueryPool({ memoryMb: 300 });

afterAll(() => pool.close());

const run = (query: string, more: { deadlineMs?: number; store?: QueryStore } = {}) =>
  pool.run(more.store ?? store, {
    query,
    options: { now: NOW, deadlineMs: more.deadlineMs ?? 2_000 },
    faults: [],
  });

/** How long what never ends may go on: it works until then, and there are many of it. */
const ENDLESS_MS = 500;

const codeOf = (query: string): Promise<unknown> =>
  run(query, { deadlineMs: ENDLESS_MS }).then(
    () => "an answer",
    (error: Error & { code?: string }) => error.code,
  );

/** The longest time for which the event loop of this thread stood still while something ran. */
async function longestPause(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await work;
  clearInterval(timer);
  return longest;
}

const REPEATS = "x".repeat(40);
const BOMBS: Readonly<Record<string, string>> = {
  "ten megabytes of text": `print "${"a".repeat(10_000_000)}"`,
  "10,000 brackets": `print ${"(".repeat(10_000)}1${")".repeat(10_000)}`,
  "a range without end": "range x from 1 to 1e12 step 1",
  "a range without end, in reals": "range x from 0.0 to 1e12 step 1.0 | count",
  "a join that explodes":
    "T | extend k = 1 | join kind=inner (T | extend k = 1) on k | join kind=inner (T | extend k = 1) on k | count",
  "a text that doubles": `print a = strrep("${REPEATS}", 1024) | extend a = strcat(a,a,a,a,a,a,a,a) | extend a = strcat(a,a,a,a,a,a,a,a) | extend a = strcat(a,a,a,a,a,a,a,a) | extend a = strcat(a,a,a,a,a,a,a,a) | extend a = strcat(a,a,a,a,a,a,a,a) | extend a = strcat(a,a,a,a,a,a,a,a) | project strlen(a)`,
  "lists in lists": "T | extend l = range(1, 1000000, 1) | summarize make_list(l) by n | count",
  "a wide product":
    "T | mv-expand a = range(1, 100000, 1) | mv-expand b = range(1, 100000, 1) | count",
};

// One of these in the process's own thread would stop everything that the product does.
test.each(Object.entries(BOMBS))(
  "%s ends in a refusal, and the event loop goes on",
  async (_name, query) => {
    await run("print 1");
    const ended = codeOf(query);
    expect(await longestPause(ended)).toBeLessThan(1_500);
    expect(await ended).toMatch(
      /^(too-large|budget-exceeded|deadline-exceeded|syntax|invalid-argument)$/,
    );
    expect((await run("T | count")).rows).toBe("[[3000]]");
  },
);

// A pattern that backtracks takes a time that no loop over rows can look at.
test("a pattern that would backtrack for ever gives its answer or ends in time", async () => {
  const subject = `${"a".repeat(60_000)}!`;
  const ended = codeOf(
    `print x = "${subject}" | where x matches regex @"^(a+)+(a|a)*(a+)+$" | count`,
  );
  expect(await longestPause(ended)).toBeLessThan(1_500);
  expect(["an answer", "deadline-exceeded"]).toContain(await ended);
});

test("another query is answered while a long one runs", async () => {
  const own = createQueryPool();
  const ask = (query: string) =>
    own.run(store, { query, options: { now: NOW, deadlineMs: 60_000 }, faults: [] });
  const ended: string[] = [];
  const long = ask("range x from 1 to 5000000 step 1 | summarize max(hash_sha256(strrep(x, 99)))")
    .catch(() => undefined)
    .finally(() => ended.push("long"));
  expect((await ask("T | where n < 3 | count")).rows).toBe("[[3]]");
  expect(ended).toEqual([]);
  await own.close();
  await long;
});

// Heavy queries of one person, or of a script, must not hold up what everybody else asks.
test("five heavy queries at once end for an ordinary one, which gets its answer", async () => {
  const own = createQueryPool({ shareMs: 200 });
  const ask = (query: string) =>
    own.run(store, { query, options: { now: NOW, deadlineMs: 300_000 }, faults: [] });
  const HEAVY = "range x from 1 to 6000000 step 1 | summarize max(hash_sha256(strrep(x, 99)))";
  const ended: string[] = [];
  const heavy = Array.from({ length: 5 }, () =>
    ask(HEAVY).then(
      () => ended.push("an answer"),
      (error: Error) => ended.push(error.message),
    ),
  );
  const askedAt = performance.now();
  const { rows, durationMs } = await ask("T | count");
  expect(rows).toBe("[[3000]]");
  // Its own time, without that of those before it: they worked as long as they may.
  expect(durationMs).toBeLessThan((performance.now() - askedAt) / 3);
  expect(ended.length).toBeGreaterThan(0);
  expect(new Set(ended)).toEqual(
    new Set([expect.stringContaining("because other queries waited")]),
  );
  await own.close();
  await Promise.all(heavy);
});

test("a worker sees rows that came after it started, and keeps stores apart", async () => {
  const schema = { T: { TimeGenerated: "datetime", n: "long" } } as const;
  const other = createMemoryTables(schema);
  const mine = { schema, tables: other };
  for (const expected of [1, 2, 3]) {
    other.append("T", [{ TimeGenerated: "2026-01-30T00:00:00Z", n: expected }]);
    expect((await run("T | summarize max(n)", { store: mine })).rows).toBe(`[[${expected}]]`);
  }
  expect((await run("T | count")).rows).toBe("[[3000]]");
});

test("a refusal keeps its place in the query", async () => {
  await expect(run("T\n| where nope == 1")).rejects.toMatchObject({
    code: "unknown-name",
    line: 2,
    column: 9,
  });
});

test("many queries that are sent at once are all answered, each with its own answer", async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => run(`T | where n < ${i} | count`)),
  );
  expect(answers.map(({ rows }) => rows)).toEqual(answers.map((_, i) => `[[${i}]]`));
});
