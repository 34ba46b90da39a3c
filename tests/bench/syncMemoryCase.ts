/**
 * A sync takes the memory of a page, not of the workspace: 100,000 incidents beside 10,000, each in its own process; and
 * its time at 100,000 beside raw inserts, in a third.
 */
import { measureIn, report } from "./child.ts";

const many = process.argv[2] ?? "100000";
const small = await measureIn("syncCase.ts", ["10000", "alone"]);
const large = await measureIn("syncCase.ts", [many, "alone"]);
const timed = await measureIn("syncCase.ts", [many]);
const peakOf = (run: typeof small): number => Number(run["peak_mb"]);
report({
  small_peak_mb: peakOf(small),
  large_peak_mb: peakOf(large),
  large_over_small: Number((peakOf(large) / peakOf(small)).toFixed(2)),
  sync_ms: timed["sync_ms"] ?? null,
  raw_ms: timed["raw_ms"] ?? null,
  sync_over_raw: timed["sync_over_raw"] ?? null,
});
