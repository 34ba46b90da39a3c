/** No untruth in a report is believed, and no truth struck: on real reports of demo incidents, with and without a model. */
import { beforeAll, expect, test } from "vitest";

import { type PlayedStory, playedStory } from "../bench/floorStories.ts";
import { believed, hunt, productChecker } from "./harness.ts";
import { honestAnalyst } from "./honestAnalyst.ts";
import { toldOfPairs } from "./swaps.ts";

/** All 2,000 mutants over all families: `npm run bench -- trust`. */
const MUTANTS = 300;
const KINDS_MIN = 195;

let stories: PlayedStory[];
beforeAll(async () => {
  stories = [
    await playedStory("signin_attack", "true_positive", "trusted", { model: honestAnalyst }),
    await playedStory("lateral_movement", "true_positive", "trusted", { model: honestAnalyst }),
    await playedStory("phishing", "benign_positive", "trusted"),
    await playedStory("persistence_cloud", "false_positive", "trusted"),
  ];
}, 120_000);

// Analysts act on a report without running its queries again: one altered address, and they block the wrong one.
test("every mutant of a report is caught, whatever its part and kind", () => {
  const { made, counts, missed } = hunt(stories, MUTANTS);
  const kinds = Object.keys(counts).length;
  console.log(`${made} mutants of ${kinds} kinds, ${made - missed.length} caught`);
  expect(made).toBe(MUTANTS);
  // Each check of the checker has an untruth of its own that only it can see: fewer kinds would leave some unlooked at.
  expect(kinds).toBeGreaterThan(KINDS_MIN);
  expect(missed).toEqual([]);
}, 120_000);

// A checker that strikes what is true would be switched off.
test("no true claim, sentence or mark is struck", () => {
  const { claims, struck } = believed(stories);
  console.log(`${claims} true claims, ${struck.length} struck`);
  expect(claims).toBeGreaterThan(120);
  expect(struck).toEqual([]);
  for (const story of stories) expect(productChecker(story, story.report)).toEqual([]);
});

// Without this the first test could pass because it makes no such mutants, or looks at nothing.
const HOLES = ["claims", "summary", "timeline", "entities"] as const;
test.for<(typeof HOLES)[number]>(HOLES)(
  "a checker with a hole at %s lets mutants through, and the harness tells",
  { timeout: 60_000 },
  (hole) => {
    const { missed } = hunt(stories, 100, (story, report) =>
      productChecker(story, { ...report, [hole]: story.report[hole] }),
    );
    expect(missed.length).toBeGreaterThan(0);
    const atHole = new RegExp(`^\\w+ ${hole}(?: of \\w+)?: `);
    expect(missed.filter((one) => !atHole.test(one))).toEqual([]);
  },
);

// Both values are right, and the sentence is false: the wrong person would be called.
test("values that changed places in a sentence about two rows are struck, and true sentences stand", () => {
  const told = stories.map(toldOfPairs);
  const swapped = told.reduce((sum, one) => sum + one.swapped, 0);
  console.log(`${swapped} swaps`);
  expect(told.flatMap(({ trueStruck }) => trueStruck)).toEqual([]);
  expect(told.flatMap(({ swapsBelieved }) => swapsBelieved)).toEqual([]);
  expect(swapped).toBeGreaterThan(200);
});

test("every sentence of a summary points to claims that held", () => {
  for (const { report } of stories) {
    const held = new Set(
      report.claims.filter(({ check }) => check === "verified").map(({ id }) => id),
    );
    expect(report.summary.length).toBeGreaterThan(0);
    for (const { claim_ids: ids } of report.summary) {
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.every((id) => held.has(id))).toBe(true);
    }
  }
});
