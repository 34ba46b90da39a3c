/** A sync takes the memory of a page, not of the workspace: 100,000 incidents beside 10,000, each in its own process. */
import { measureIn, report } from "./child.ts";

const small = await measureIn("syncCase.ts", ["10000"]);
const large = await measureIn("syncCase.ts", [process.argv[2] ?? "100000"]);
const peakOf = (run: typeof small): number => Number(run["peak_mb"]);
report({
  small_peak_mb: peakOf(small),
  large_peak_mb: peakOf(large),
  large_over_small: Number((peakOf(large) / peakOf(small)).toFixed(2)),
  sync_ms: large["sync_ms"] ?? null,
  raw_ms: large["raw_ms"] ?? null,
  sync_over_raw: large["sync_over_raw"] ?? null,
});
