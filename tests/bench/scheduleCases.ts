/** The cases of the bench about schedules. */
import type { Case } from "./figure.ts";

export const SCHEDULE_CASES: readonly Case[] = [
  {
    file: "schedulesCase.ts",
    runs: 1,
    targets: ["under 1 of a minute", "under 1 of 50 ms"],
    figures: (of) => [
      {
        what: "10,000 schedules due in one minute, two checkers",
        reached: `${of("claim_ms")} ms, ${of("claimed")} runs, ${of("lost")} races lost`,
        ratio: Number((of("claim_ms") / 60_000).toFixed(3)),
      },
      {
        what: "  a check with 100,000 schedules, none due",
        reached: `p50 ${of("idle_p50_ms")} ms, p95 ${of("idle_p95_ms")} ms`,
        ratio: Number((of("idle_p95_ms") / 50).toFixed(3)),
      },
    ],
  },
];
