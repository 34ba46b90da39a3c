/** The CSV of 100,000 incidents through the whole product, and what it takes of its memory beside one of 10,000. */
import { performance } from "node:perf_hooks";

import { z } from "zod";

import { freshDataDir, Product } from "../product/product.ts";
import { peakMbOf, report } from "./child.ts";
import { storeIncidents } from "./storedIncidents.ts";

const COUNT = Number(process.argv[2] ?? 100_000);
const NOW = "2026-11-01T12:00:00Z";
const ROUTE = "/api/v1/incidents/export.csv?timespan=P30D";
const USER = "analyst@contoso.example";
const NEWLINE = 10;

const small = await exported(COUNT / 10);
const large = await exported(COUNT);
report({
  incidents: COUNT,
  rows_per_second: Math.round(large.rows / (large.ms / 1000)),
  bytes: large.bytes,
  small_rows_per_second: Math.round(small.rows / (small.ms / 1000)),
  first_byte_ms: large.firstMs,
  small_peak_mb: small.peakMb,
  large_peak_mb: large.peakMb,
  small_before_mb: small.beforeMb,
  large_before_mb: large.beforeMb,
  large_over_small: Number((Number(large.peakMb) / Number(small.peakMb)).toFixed(2)),
});

async function exported(count: number) {
  const dataDir = freshDataDir();
  await storeIncidents(dataDir, { count, days: 20, now: new Date(NOW) });
  const clock = { CLOCK_START: NOW, SYNC_CRON: "0 0 0 1 1 *" };
  const product = await Product.start({ DATA_DIR: dataDir, ...clock });
  try {
    const reply = await product.ask(undefined, "POST", "/local/token", { user: USER });
    const authorization = `Bearer ${z.string().parse(reply["access_token"])}`;
    const beforeMb = peakMbOf(product.pid);
    const started = performance.now();
    const response = await fetch(product.url + ROUTE, { headers: { authorization } });
    if (!response.ok || response.body === null) throw new Error(`${response.status}`);
    const firstMs = Math.round(performance.now() - started);
    let [lines, bytes] = [0, 0];
    for await (const chunk of response.body) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === NEWLINE) lines += 1;
    }
    const ms = performance.now() - started;
    const rows = lines - 1;
    // The demo tenant has some of its own.
    if (rows < count) throw new Error(`Only ${rows} of ${count} rows came.`);
    return { rows, bytes, ms, firstMs, beforeMb, peakMb: peakMbOf(product.pid) };
  } finally {
    await product.stop();
  }
}
