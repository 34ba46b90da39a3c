/**
 * The rule-based floor on demo stories: `node tests/bench/floorCase.ts [SEED …]` prints, by family and truth, how often
 * the verdict was right, open or wrong, what the report named, and how long it took. Seeds are any words.
 */
import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import { median, report } from "./child.ts";
import { investigateStory, type StoryResult } from "./floorStories.ts";

const given = process.argv.slice(2);
const seeds = given.length > 0 ? given : ["one", "two", "three", "four", "five"];

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
    median_ms: Math.round(median(of.map(({ ms }) => ms))),
  };
}

function line(name: string, of: readonly StoryResult[]): string {
  const { right, right_or_open, recall, precision, median_ms } = totals(of);
  return [
    name.padEnd(40),
    `right ${percent(right)}`,
    `wrong ${percent(1 - right_or_open)}`,
    `recall ${percent(recall)}`,
    `precision ${percent(precision)}`,
    `${median_ms} ms`,
  ].join("  ");
}

const results: StoryResult[] = [];
for (const { name } of FAMILIES) {
  for (const truth of Truth.options) {
    const ofCell: StoryResult[] = [];
    for (const seed of seeds) ofCell.push(await investigateStory(name, truth, seed));
    results.push(...ofCell);
    console.log(line(`${name} / ${truth}`, ofCell));
    for (const { verdict, seed } of ofCell) {
      if (verdict !== truth && verdict !== "undetermined") console.log(`  ${seed}: ${verdict}`);
    }
  }
}
console.log(line("all", results));
const all = totals(results);
report({
  ...all,
  stories: results.length,
  slowest_ms: Math.round(Math.max(...results.map(({ ms }) => ms))),
});
