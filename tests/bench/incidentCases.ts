/** The cases of the bench about incidents, at 100,000 of them. */
import type { Case } from "./figure.ts";

export const INCIDENT_CASES: readonly Case[] = [
  {
    file: "entitiesCase.ts",
    runs: 1,
    targets: ["under 1,000 ms"],
    figures: (of) => [
      {
        what: "entities of 1,000 alerts with nested $ref",
        reached: `${of("merge_ms")} ms, first ${of("first_ms")} ms, ${of("entities")} entities`,
        ratio: of("merge_over_parse"),
      },
    ],
  },
  {
    file: "listCase.ts",
    runs: 1,
    targets: ["within 3x of bare node:http", "for information", "for information"],
    figures: (of) => [
      {
        what: "GET incidents, 100,000 stored, page of 20, one repeated URL",
        reached: `${of("repeated_per_second")}/s, bare ${of("bare_per_second")}/s`,
        ratio: of("bare_over_repeated"),
      },
      {
        what: "  the same, another URL each time",
        reached: `${of("varied_per_second")}/s`,
        ratio: of("bare_over_varied"),
      },
      {
        what: "  the same with search, another URL each time",
        reached: `${of("searched_per_second")}/s`,
        ratio: of("bare_over_searched"),
      },
    ],
  },
  {
    file: "syncMemoryCase.ts",
    runs: 1,
    targets: ["peak within 1.2 of 10,000", "within 2x of raw inserts"],
    figures: (of) => [
      {
        what: "sync of 100,000: peak memory beside 10,000",
        reached: `${of("large_peak_mb")} MB, 10,000: ${of("small_peak_mb")} MB`,
        ratio: of("large_over_small"),
      },
      {
        what: "sync of 100,000: time beside raw inserts",
        reached: `${of("sync_ms")} ms, raw ${of("raw_ms")} ms`,
        ratio: of("sync_over_raw"),
      },
    ],
  },
  {
    file: "hangingProviderCase.ts",
    runs: 1,
    targets: ["within 1.1"],
    figures: (of) => [
      {
        what: "sync of 10 providers, one hangs: the other nine",
        reached: `${of("hanging_ms")} ms, all answering ${of("answering_ms")} ms`,
        ratio: of("hanging_over_answering"),
      },
    ],
  },
  {
    file: "similarCase.ts",
    runs: 1,
    targets: ["p95 under 100 ms; ratio to 10,000 stored near 1"],
    figures: (of) => [
      {
        what: "similar incidents, 100,000 stored",
        reached: `p95 ${of("p95_ms")} ms, at most ${of("queries_max")} queries and ${of("reads_max")} point reads`,
        ratio: of("large_over_small"),
      },
    ],
  },
  {
    file: "csvCase.ts",
    runs: 1,
    targets: ["flat: peak within 1.2 of 10,000"],
    figures: (of) => [
      {
        what: "CSV of 100,000 incidents: peak memory beside 10,000",
        reached: `${of("rows_per_second")} rows/s, ${of("large_peak_mb")} MB, 10,000: ${of("small_peak_mb")} MB`,
        ratio: of("large_over_small"),
      },
    ],
  },
];
