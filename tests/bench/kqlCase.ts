/** The local KQL engine against DuckDB, both with their tables loaded and warm; the answers have to be the same. */
import { DuckDBInstance } from "@duckdb/node-api";

import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { createMemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import { median, report } from "./child.ts";

const SCHEMA: WorkspaceSchema = {
  Events: { TimeGenerated: "datetime", user: "string", code: "long", items: "dynamic" },
  Users: { user: "string", dept: "string" },
  Big: { TimeGenerated: "datetime", user: "string", code: "long" },
};
const NOW = new Date("2026-01-31T00:00:00Z");
const EVENTS = 100_000;
const BIG = 1_000_000;
const RUNS = 15;
const WARM_UP_RUNS = 3;

const at = (i: number, count: number): string =>
  new Date(
    NOW.getTime() - 30 * 86_400_000 + Math.floor((i * 30 * 86_400_000) / count),
  ).toISOString();

const events = Array.from({ length: EVENTS }, (_, i) => ({
  TimeGenerated: at(i, EVENTS),
  user: `user${(i * 7919) % 20_000}`,
  code: (i * 31) % 1_000,
  items: [i % 7, i % 11, i % 13],
}));
const users = Array.from({ length: 10_000 }, (_, i) => ({ user: `user${i}`, dept: `d${i % 40}` }));

/** Rows live in buffers outside of the heap. */
function memoryUsed(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const source = createMemoryTables(SCHEMA);
source.append("Events", events);
source.append("Users", users);
const before = memoryUsed();
for (let from = 0; from < BIG; from += 50_000)
  source.append(
    "Big",
    Array.from({ length: 50_000 }, (_, k) => ({
      TimeGenerated: at(from + k, BIG),
      user: `user${((from + k) * 7919) % 20_000}`,
      code: ((from + k) * 31) % 1_000,
    })),
  );
const bytesPerRow = Math.round((memoryUsed() - before) / BIG);

const duck = await (await DuckDBInstance.create(":memory:")).connect();
await duck.run("set threads = 1");
await duck.run(`create table events as select
  timestamp '2026-01-01' + to_microseconds((i * 25920000)::bigint) as t, 'user' || ((i * 7919) % 20000) as user_,
  (i * 31) % 1000 as code, '[' || (i % 7) || ',' || (i % 11) || ',' || (i % 13) || ']' as items
  from range(${EVENTS}) r(i)`);
await duck.run(
  "create table users as select 'user' || i as user_, 'd' || (i % 40) as dept from range(10000) r(i)",
);

async function rival(sql: string): Promise<number> {
  const reader = await duck.runAndReadAll(sql);
  return Number(reader.getRows()[0]?.[0]);
}

function ours(kql: string): () => number {
  const query = compileQuery(kql, SCHEMA);
  return () => Number(query.run(source, { now: NOW }).rows[0]?.[0]);
}

async function timed(run: () => number | Promise<number>): Promise<{ ms: number; value: number }> {
  const times: number[] = [];
  let value = Number.NaN;
  for (let n = 0; n < RUNS; n += 1) {
    const start = performance.now();
    value = await run();
    times.push(performance.now() - start);
  }
  return { ms: median(times.slice(WARM_UP_RUNS)), value };
}

/** Turn by turn, so that a busy moment of the machine slows both. */
async function compare(kql: string, sql: string) {
  const query = ours(kql);
  const times: { mine: number; theirs: number }[] = [];
  const mine = { ms: 0, value: Number.NaN };
  const theirs = { ms: 0, value: Number.NaN };
  for (let n = 0; n < RUNS; n += 1) {
    const start = performance.now();
    mine.value = query();
    const middle = performance.now();
    theirs.value = await rival(sql);
    times.push({ mine: middle - start, theirs: performance.now() - middle });
  }
  const warm = times.slice(WARM_UP_RUNS);
  mine.ms = median(warm.map((one) => one.mine));
  theirs.ms = median(warm.map((one) => one.theirs));
  if (mine.value !== theirs.value)
    throw new Error(`Not the same answer: ${mine.value} and ${theirs.value} for ${kql}`);
  return {
    ms: Number(mine.ms.toFixed(1)),
    duck: Number(theirs.ms.toFixed(1)),
    ratio: median(warm.map((one) => one.mine / one.theirs)),
  };
}

const filter = await compare(
  "Events | where code < 500 and user has 'user1' or code > 100 | summarize n = count(), c = sum(code) by user | summarize sum(c * n)",
  `select sum(c * n)::double from (select count(*) n, sum(code) c from events
   where code < 500 and user_ = 'user1' or code > 100 group by user_)`,
);
const join = await compare(
  "Events | join kind=inner Users on user | summarize n = count() by dept | summarize sum(n * n)",
  `select sum(n * n)::double from (select count(*) n from events join users using (user_) group by dept)`,
);
const expand = await compare(
  "Events | mv-expand item = items to typeof(long) | summarize sum(item)",
  "select sum(x)::double from (select unnest(from_json(items, '[\"BIGINT\"]')) x from events)",
);
const whole = await timed(ours("Big | where code > 10 | summarize count() by user | count"));
const day = await timed(
  ours("Big | where TimeGenerated > ago(1d) and code > 10 | summarize count() by user | count"),
);

report({
  filter_ms: filter.ms,
  filter_duck_ms: filter.duck,
  filter_ratio: filter.ratio,
  join_ms: join.ms,
  join_duck_ms: join.duck,
  join_ratio: join.ratio,
  expand_ms: expand.ms,
  expand_duck_ms: expand.duck,
  expand_ratio: expand.ratio,
  whole_ms: Math.round(whole.ms),
  day_ms: Number(day.ms.toFixed(1)),
  day_over_whole: day.ms / whole.ms,
  bytes_per_row: bytesPerRow,
});
duck.closeSync();
