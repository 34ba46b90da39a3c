/**
 * The rule-based floor on demo stories: `node tests/bench/floorCase.ts [SEED …]` prints, by family and truth, how often
 * the verdict was right, open or wrong, what the report named, and how long it took. Without seeds it takes five new ones
 * in each run, and prints them: rules that only fit known stories would show.
 */
import { randomBytes } from "node:crypto";

import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import { median, report } from "./child.ts";
import { investigateStory, type StoryResult } from "./floorStories.ts";

const SEEDS = 5;
const given = process.argv.slice(2);
const seeds =
  given.length > 0 ? given : Array.from({ length: SEEDS }, () => randomBytes(3).toString("hex"));
console.log(`Seeds: ${seeds.join(" ")}`);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const percent = (share: number): string => `${Math.round(share * 100)} %`.padStart(6);

function totals(of: readonly StoryResult[]) {
  const right = of.filter(({ verdict, truth }) => verdict === truth).length;
  const open = of.filter(({ verdict }) => verdict === "undetermined").length;
  return {
    right: right / of.length,
    right_or_open: (right + open) / of.length,
    recall: mean(of.map(({ recall }) => recall)),
    precision: mean(of.map(({ precision }) => precision)),
    least_precision: Math.min(...of.map(({ precision }) => precision)),
    median_ms: Math.round(median(of.map(({ ms }) => ms))),
    median_cpu_ms: Math.round(median(of.map(({ cpu_ms }) => cpu_ms))),
  };
}

function line(name: string, of: readonly StoryResult[]): string {
  const all = totals(of);
  return [
    name.padEnd(40),
    `right ${percent(all.right)}`,
    `wrong ${percent(1 - all.right_or_open)}`,
    `recall ${percent(all.recall)}`,
    `precision ${percent(all.precision)}`,
    `least ${percent(all.least_precision)}`,
    `${all.median_ms} ms`,
    `cpu ${all.median_cpu_ms} ms`,
  ].join("  ");
}

const results: StoryResult[] = [];
const cells: number[] = [];
for (const { name } of FAMILIES) {
  for (const truth of Truth.options) {
    const ofCell: StoryResult[] = [];
    for (const seed of seeds) ofCell.push(await investigateStory(name, truth, seed));
    results.push(...ofCell);
    cells.push(totals(ofCell).precision);
    console.log(line(`${name} / ${truth}`, ofCell));
    for (const { verdict, seed } of ofCell) {
      if (verdict !== truth && verdict !== "undetermined") console.log(`  ${seed}: ${verdict}`);
    }
  }
}
console.log(line("all", results));
report({
  ...totals(results),
  seeds: seeds.join(" "),
  least_cell_precision: Math.min(...cells),
  stories: results.length,
  slowest_ms: Math.round(Math.max(...results.map(({ ms }) => ms))),
});
