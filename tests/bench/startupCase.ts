/**
 * Start-up: from a fresh process to all functions registered, the packaged app against one with a single empty function
 * from the same bundler. Runs alternate. `load` is the import of the entry alone; the product's own start from source,
 * up to its ready line, stands beside it for information.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";

import { z } from "zod";

import { bundle, packageApp } from "../../scripts/packageApp.ts";
import { freshDataDir, Product } from "../product/product.ts";
import { SETTINGS } from "../package/packagedApp.ts";
import { median, report } from "./child.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const RUNS = 15;
const Loaded = z.object({
  load_ms: z.number(),
  functions: z.int().positive(),
  peak_mb: z.number(),
});

interface Run extends z.infer<typeof Loaded> {
  start_ms: number;
}

const out = mkdtempSync(path.join(os.tmpdir(), "bench-start-"));
await packageApp(ROOT, path.join(out, "app"));
const parts = { empty: "tests/bench/emptyApp.ts", loadEntry: "tests/bench/loadEntry.ts" };
await bundle(ROOT, parts, path.join(out, "rival"));

const ours: Run[] = [];
const empty: Run[] = [];
// The first run of each warms the disk cache.
for (let run = 0; run <= RUNS; run += 1) {
  const [app, rival] = [start("app/index.mjs"), start("rival/empty.mjs")];
  if (run === 0) continue;
  ours.push(app);
  empty.push(rival);
}
const embedded: number[] = [];
for (let run = 0; run < 3; run += 1) embedded.push(await startProduct());
report({
  functions: ours[0]?.functions ?? 0,
  start_ms: Math.round(median(ours.map((run) => run.start_ms))),
  empty_start_ms: Math.round(median(empty.map((run) => run.start_ms))),
  start_over_empty: ratio(({ start_ms }) => start_ms),
  load_ms: Math.round(median(ours.map((run) => run.load_ms))),
  empty_load_ms: Math.round(median(empty.map((run) => run.load_ms))),
  load_over_empty: ratio(({ load_ms }) => load_ms),
  app_peak_mb: Math.max(...ours.map((run) => run.peak_mb)),
  embedded_ready_ms: Math.round(median(embedded)),
});

function start(entry: string): Run {
  const started = performance.now();
  const child = spawnSync(
    process.execPath,
    [path.join(out, "rival", "loadEntry.mjs"), path.join(out, entry)],
    { cwd: out, env: SETTINGS, encoding: "utf8" },
  );
  const start_ms = performance.now() - started;
  if (child.status !== 0) throw new Error(`${entry} did not load: ${child.stderr}`);
  return { start_ms, ...Loaded.parse(JSON.parse(child.stdout)) };
}

async function startProduct(): Promise<number> {
  const started = performance.now();
  const product = await Product.start({ DATA_DIR: freshDataDir() });
  const ms = performance.now() - started;
  await product.stop();
  return ms;
}

/** Of runs side by side, so that a busy machine slows both. */
function ratio(of: (run: Run) => number): number {
  const pairs = ours.flatMap((run, i) => {
    const rival = empty[i];
    return rival === undefined ? [] : [of(run) / of(rival)];
  });
  return Number(median(pairs).toFixed(2));
}
