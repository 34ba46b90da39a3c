/**
 * `npm run bench`: every figure as a ratio to an honest rival, taken in one run. `--json FILE` also writes them down.
 * It judges nothing: the exit code is 1 only when a case crashed.
 */
import { writeFileSync } from "node:fs";

import type { JsonObject } from "../../shared/schemas/json.ts";
import { measureIn, median } from "./child.ts";

interface Figure {
  what: string;
  reached: string;
  target: string;
  ratio: number;
  peak_mb: number;
}

interface Case {
  file: string;
  runs: number;
  figures(of: (name: string) => number): Omit<Figure, "target" | "peak_mb">[];
  targets: readonly string[];
}

const CASES: readonly Case[] = [
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
  {
    file: "listCase.ts",
    runs: 1,
    targets: ["within 3x of bare node:http"],
    figures: (of) => [
      {
        what: "GET incidents, 50,000 stored, page of 20",
        reached: `${of("list_per_second")}/s, bare ${of("bare_per_second")}/s`,
        ratio: of("bare_over_list"),
      },
    ],
  },
  {
    file: "floorCase.ts",
    runs: 1,
    targets: ["right at least 0.8", "never wrong: 1", "at least 0.9", "at least 0.6"],
    figures: (of) => [
      {
        what: "floor: verdict right on demo stories",
        reached: `${of("stories")} stories, median ${of("median_ms")} ms, slowest ${of("slowest_ms")} ms`,
        ratio: of("right"),
      },
      { what: "floor: right or undetermined", reached: "", ratio: of("right_or_open") },
      { what: "floor: truth's entities named", reached: "recall", ratio: of("recall") },
      { what: "floor: entities named that belong", reached: "precision", ratio: of("precision") },
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

const figures: Figure[] = [];
const measured: Record<string, JsonObject[]> = {};
const crashes: string[] = [];
for (const each of CASES) {
  try {
    const runs: JsonObject[] = [];
    for (let run = 0; run < each.runs; run += 1) runs.push(await measureIn(each.file));
    measured[each.file] = runs;
    const of = (name: string): number => median(runs.map((run) => Number(run[name])));
    const peaks = runs.flatMap((run) =>
      Object.entries(run).flatMap(([name, mb]) => (name.endsWith("peak_mb") ? [Number(mb)] : [])),
    );
    const rows = each.figures(of);
    rows.forEach((row, i) =>
      figures.push({ ...row, target: each.targets[i] ?? "", peak_mb: Math.max(...peaks) }),
    );
  } catch (error) {
    crashes.push(error instanceof Error ? error.message : String(error));
  }
}
print(figures);
const file = process.argv[process.argv.indexOf("--json") + 1];
if (process.argv.includes("--json") && file !== undefined) {
  writeFileSync(file, `${JSON.stringify({ figures, measured, crashes }, undefined, 2)}\n`);
}
for (const crash of crashes) console.error(crash);
process.exitCode = crashes.length > 0 ? 1 : 0;

function print(rows: readonly Figure[]): void {
  const table = [
    ["what", "reached", "target", "ratio", "peak MB"],
    ...rows.map((row) => [
      row.what,
      row.reached,
      row.target,
      row.ratio.toFixed(2),
      String(row.peak_mb),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  for (const row of table) {
    console.log(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  }
}
