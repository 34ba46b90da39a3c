/** All cases of the bench: which process takes them, what they are called, what they should reach. */
import { EDGE_CASES } from "./edgeCases.ts";
import type { Case } from "./figure.ts";
import { INCIDENT_CASES } from "./incidentCases.ts";
import { SCHEDULE_CASES } from "./scheduleCases.ts";
import { TENANT_CASES } from "./tenantCases.ts";

export const CASES: readonly Case[] = [
  {
    file: "syncCase.ts",
    runs: 3,
    targets: ["within 2x of raw inserts", "under 0.1 of the full sync"],
    figures: (of) => [
      {
        what: "sync of 10,000 changed incidents",
        reached: `${of("sync_ms")} ms, raw ${of("raw_ms")} ms`,
        ratio: of("sync_over_raw"),
      },
      {
        what: "sync with nothing changed, 10,000 known",
        reached: `${of("nothing_changed_ms")} ms`,
        ratio: of("nothing_over_sync"),
      },
    ],
  },
  {
    file: "startupCase.ts",
    runs: 1,
    targets: ["within 1.5x of one empty function", "for information"],
    figures: (of) => [
      {
        what: "start-up: fresh process to all functions",
        reached: `${of("start_ms")} ms, empty ${of("empty_start_ms")} ms`,
        ratio: of("start_over_empty"),
      },
      {
        what: "  of it, loading the entry alone",
        reached: `${of("load_ms")} ms, empty ${of("empty_load_ms")} ms`,
        ratio: of("load_over_empty"),
      },
    ],
  },
  ...INCIDENT_CASES,
  {
    file: "deliveriesCase.ts",
    runs: 1,
    targets: ["within 1.2"],
    figures: (of) => [
      {
        what: "1,000 notifications to 5 webhooks, one hangs, one fails: p95 of the others",
        reached: `${of("faulty_p95_ms")} ms, all answering ${of("answering_p95_ms")} ms`,
        ratio: of("faulty_over_answering"),
      },
    ],
  },
  ...EDGE_CASES,
  ...SCHEDULE_CASES,
  ...TENANT_CASES,
  {
    file: "floorCase.ts",
    runs: 1,
    tells: true,
    targets: [
      "right at least 0.8",
      "never wrong: 1",
      "at least 0.9",
      "at least 0.6",
      "at least 0.6",
    ],
    figures: (of) => [
      {
        what: "floor: verdict right on demo stories",
        reached: `${of("stories")} stories, median ${of("median_ms")} ms, slowest ${of("slowest_ms")} ms`,
        ratio: of("right"),
      },
      { what: "floor: right or undetermined", reached: "", ratio: of("right_or_open") },
      { what: "floor: truth's entities named", reached: "recall", ratio: of("recall") },
      { what: "floor: entities named that belong", reached: "precision", ratio: of("precision") },
      {
        what: "  of the family and truth that names the most besides",
        reached: "precision",
        ratio: of("least_cell_precision"),
      },
    ],
  },
  {
    file: "floorVariationsCase.ts",
    runs: 1,
    tells: true,
    targets: ["never wrong: 1"],
    figures: (of) => [
      {
        what: "floor on other companies' logs: right or undetermined",
        reached: `${of("right")} right, ${of("open")} open, ${of("wrong")} wrong of ${of("stories")}`,
        ratio: of("right_or_open"),
      },
    ],
  },
  {
    file: "queuedCase.ts",
    runs: 1,
    targets: ["all: 1", "under 2"],
    figures: (of) => [
      {
        what: "100 investigations queued at once: ended",
        reached: `${of("ended")} of ${of("sessions")} in ${of("all_ms")} ms`,
        ratio: of("ended") / of("sessions"),
      },
      {
        what: "  list's p95 meanwhile, to before",
        reached: `${of("busy_p95_ms")} ms, before ${of("quiet_p95_ms")} ms`,
        ratio: of("busy_p95_ms") / of("quiet_p95_ms"),
      },
    ],
  },
  {
    file: "trustCase.ts",
    runs: 1,
    targets: ["all: 1", "none: 0"],
    figures: (of) => [
      {
        what: "untruths in reports that are caught",
        reached: `${of("caught")} of ${of("made")} mutants`,
        ratio: of("caught") / of("made"),
      },
      {
        what: "true claims that are struck",
        reached: `${of("struck")} of ${of("claims")} claims`,
        ratio: of("struck") / of("claims"),
      },
    ],
  },
  {
    file: "analyserCase.ts",
    runs: 1,
    targets: ["p50 under 20 ms", "all: 1"],
    figures: (of) => [
      {
        what: "KQL: analysis, 197 public pairs and 92 questions",
        reached: `${of("queries")} queries, p50 ${of("p50_ms")} ms, p99 ${of("p99_ms")} ms, parsing alone ${of("parse_p50_ms")} ms`,
        ratio: of("p50_over_parse"),
      },
      {
        what: "KQL: renamed columns that the analyser catches",
        reached: `${of("caught")} of ${of("renamed")}`,
        ratio: of("caught") / of("renamed"),
      },
    ],
  },
  {
    file: "kqlCase.ts",
    runs: 1,
    targets: [
      "within 10x of DuckDB, aim 3x",
      "within 10x of DuckDB, aim 3x",
      "within 10x of DuckDB, aim 3x",
      "under 0.1 of the unbounded time",
    ],
    figures: (of) => [
      {
        what: "KQL: 100,000 rows, filter and summarize",
        reached: `${of("filter_ms")} ms, DuckDB ${of("filter_duck_ms")} ms`,
        ratio: of("filter_ratio"),
      },
      {
        what: "KQL: join 100,000 x 10,000",
        reached: `${of("join_ms")} ms, DuckDB ${of("join_duck_ms")} ms`,
        ratio: of("join_ratio"),
      },
      {
        what: "KQL: mv-expand of 100,000 arrays",
        reached: `${of("expand_ms")} ms, DuckDB ${of("expand_duck_ms")} ms`,
        ratio: of("expand_ratio"),
      },
      {
        what: "KQL: one day of 1,000,000 rows",
        reached: `${of("day_ms")} ms of ${of("whole_ms")} ms, ${of("bytes_per_row")} bytes a row`,
        ratio: of("day_over_whole"),
      },
    ],
  },
];
