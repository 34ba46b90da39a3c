/**
 * 100 investigations queued at once in the product as users run it: all must end, and the list of incidents must stay quick
 * meanwhile. Prints the list's 95th percentile before and during.
 */
import { performance } from "node:perf_hooks";

import { z } from "zod";

import { Product } from "../product/product.ts";
import { until } from "../product/until.ts";
import { report } from "./child.ts";

/** Another number can be given as the argument. */
const SESSIONS = Number(process.argv[2] ?? 100);
const ASKS_QUIET = 100;
const PAUSE_MS = 50;
const END_MS = 600_000;
const ANALYST = "analyst@contoso.example";
const List = z.object({ items: z.array(z.object({ number: z.int() })) });
const Started = z.object({ session_id: z.string() });
const Sessions = z.object({ items: z.array(z.object({ id: z.string(), status: z.string() })) });

/** Limits of single callers are not what is measured here. */
const product = await Product.start({ USER_REQUESTS_PER_MINUTE: "1000000" });
try {
  report(await measured());
} finally {
  await product.stop();
}

async function measured() {
  await until(
    "incidents",
    async () => ((await incidents()).length >= 5 ? true : undefined),
    60_000,
  );
  const numbers = await incidents();
  const quiet: number[] = [];
  for (let i = 0; i < ASKS_QUIET; i += 1) quiet.push(await askedIn());
  const started = performance.now();
  const ids = await Promise.all(
    Array.from({ length: SESSIONS }, async (_, i) => {
      const number = numbers[i % numbers.length];
      const body = { query: `What happened in #${number}? Question ${i}.` };
      const reply = await product.ask(ANALYST, "POST", "/api/v1/investigations/start", body);
      return Started.parse(reply).session_id;
    }),
  );
  const busy: number[] = [];
  let left = ids.length;
  while (left > 0 && performance.now() - started < END_MS) {
    for (let i = 0; i < 20; i += 1) busy.push(await askedIn());
    left = await underWay();
  }
  return {
    sessions: ids.length,
    ended: ids.length - left,
    all_ms: Math.round(performance.now() - started),
    quiet_p95_ms: percentile95(quiet),
    busy_p95_ms: percentile95(busy),
  };
}

async function incidents(): Promise<number[]> {
  const path = "/api/v1/incidents?timespan=P30D&limit=20";
  return List.parse(await product.ask(ANALYST, "GET", path)).items.map(({ number }) => number);
}

/** Milliseconds of one page of the list, asked by somebody who works: with a pause in between. */
async function askedIn(): Promise<number> {
  const started = performance.now();
  await incidents();
  const ms = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return ms;
}

async function underWay(): Promise<number> {
  let count = 0;
  for (const status of ["queued", "running"]) {
    const path = `/api/v1/sessions?status=${status}&limit=100`;
    count += Sessions.parse(await product.ask(ANALYST, "GET", path)).items.length;
  }
  return count;
}

function percentile95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN) * 10) / 10;
}
