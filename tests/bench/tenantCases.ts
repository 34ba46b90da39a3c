/** Cases of the simulated tenants: how soon they stand, and what they add to a query. */
import type { Case } from "./figure.ts";

export const TENANT_CASES: readonly Case[] = [
  {
    file: "tenantCase.ts",
    runs: 1,
    targets: ["of 2 s: under 1", "of 5 ms: under 1", "for information"],
    figures: (of) => [
      {
        what: "simulated tenant: small, ready",
        reached: `${of("small_ms")} ms`,
        ratio: of("small_ms") / 2000,
      },
      {
        what: "simulated tenant: what the wire adds to a query",
        reached: `${of("overhead_ms")} ms on ${of("direct_ms")} ms`,
        ratio: of("overhead_ms") / 5,
      },
      {
        what: "simulated tenant: large, ms for 1,000 rows",
        reached: `${of("large_rows")} rows in ${of("large_ms")} ms, ${of("large_rss_mb")} MB`,
        ratio: of("large_ms") / (of("large_rows") / 1000),
      },
    ],
  },
];
