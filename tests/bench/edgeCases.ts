/** The case of the bench about what stands before every request. */
import type { Case } from "./figure.ts";

export const EDGE_CASES: readonly Case[] = [
  {
    file: "edgeCase.ts",
    runs: 3,
    targets: ["under 1 of 1 ms added", "under 1 of 1 ms added"],
    figures: (of) => [
      {
        what: "API key and rate limit, one instance",
        reached: `${of("one_us")} µs a request, ${of("bare_us")} µs without`,
        ratio: of("added_us") / 1000,
      },
      {
        what: "  the same, limits shared through the store",
        reached: `${of("many_us")} µs a request`,
        ratio: of("added_shared_us") / 1000,
      },
    ],
  },
];
