/**
 * `npm run bench`: every figure as a ratio to an honest rival, taken in one run. `--json FILE` also writes them down,
 * names such as `list csv` take only these cases. It judges nothing: the exit code is 1 only when a case crashed.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import type { JsonObject } from "../../shared/schemas/json.ts";
import { CASES } from "./cases.ts";
import { measureIn, median } from "./child.ts";
import type { Case, Figure } from "./figure.ts";

const { values: options, positionals: names } = parseArgs({
  options: { json: { type: "string" } },
  allowPositionals: true,
});
const nameOf = ({ file }: Case): string => file.replace(/Case\.ts$/, "");
const unknown = names.filter((name) => CASES.every((each) => nameOf(each) !== name));
if (unknown.length > 0) {
  console.error(`No such case: ${unknown.join(", ")}. There are ${CASES.map(nameOf).join(", ")}.`);
  process.exit(2);
}
const chosen = CASES.filter((each) => names.length === 0 || names.includes(nameOf(each)));

const figures: Figure[] = [];
const measured: Record<string, JsonObject[]> = {};
const crashes: string[] = [];
for (const each of chosen) {
  try {
    const runs: JsonObject[] = [];
    for (let run = 0; run < each.runs; run += 1) {
      runs.push(await measureIn(each.file, [], each.tells === true ? console.log : undefined));
    }
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
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ figures, measured, crashes }, undefined, 2)}\n`);
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
