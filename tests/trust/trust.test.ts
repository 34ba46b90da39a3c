/** No untruth in a report is believed, and no truth struck: on real reports of demo incidents, with and without a model. */
import { beforeAll, expect, test } from "vitest";

import type { Claim } from "../../shared/schemas/sessions.ts";
import { type PlayedStory, playedStory } from "../bench/floorStories.ts";
import { believed, hunt, productChecker } from "./harness.ts";
import { honestAnalyst } from "./honestAnalyst.ts";
import { isSentenceStruck, SAYINGS, toldWrongly } from "./sentenceMutants.ts";
import { toldOfPairs } from "./swaps.ts";

/** All 2,000 mutants over all families: `npm run bench -- trust`. */
const MUTANTS = 300;
const KINDS_MIN = 195;

let stories: PlayedStory[];
beforeAll(async () => {
  stories = [
    await playedStory("signin_attack", "true_positive", "trusted", {
      model: honestAnalyst,
      asked: ": did more than 3 sign-ins fail?",
    }),
    await playedStory("lateral_movement", "true_positive", "trusted", { model: honestAnalyst }),
    await playedStory("phishing", "benign_positive", "trusted"),
    await playedStory("persistence_cloud", "false_positive", "trusted", {
      asked: ": were there any blocked mails?",
    }),
  ];
});

// Without both the mutants of an answer would not be of both its proofs: a count, and an absence.
test("two of the stories answer a question of their own, by a count and by an absence", () => {
  const told = stories.flatMap(({ report: { condition, claims } }) =>
    condition === undefined
      ? []
      : [[condition.answer, claims.find(({ id }) => id === condition.claim_id)?.kind]],
  );
  expect(told).toEqual([
    ["yes", "count"],
    ["no", "absence"],
  ]);
});

// Analysts act on a report without running its queries again: one altered address, and they block the wrong one.
test("every mutant of a report is caught, whatever its part and kind", () => {
  const { made, counts, missed } = hunt(stories, MUTANTS);
  const kinds = Object.keys(counts).length;
  console.log(`${made} mutants of ${kinds} kinds, ${made - missed.length} caught`);
  expect(made).toBe(MUTANTS);
  // Each check of the checker has an untruth of its own that only it can see: fewer kinds would leave some unlooked at.
  expect(kinds).toBeGreaterThan(KINDS_MIN);
  expect(missed).toEqual([]);
});

// A checker that strikes what is true would be switched off.
test("no true claim, sentence or mark is struck", () => {
  const { claims, struck } = believed(stories);
  console.log(`${claims} true claims, ${struck.length} struck`);
  expect(claims).toBeGreaterThan(120);
  expect(struck).toEqual([]);
  for (const story of stories) expect(productChecker(story, story.report)).toEqual([]);
});

// Without this the first test could pass because it makes no such mutants, or looks at nothing.
const HOLES = ["claims", "condition", "summary", "timeline", "entities"] as const;
test.for<(typeof HOLES)[number]>(HOLES)(
  "a checker with a hole at %s lets mutants through, and the harness tells",
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

// Each of these is told by one rule alone; without it the sentence would be believed.
test.each(Object.entries(SAYINGS))("a sentence with %s is struck", (name, saying) => {
  const [story] = stories;
  if (story === undefined) throw new Error("There is no story.");
  // The order of times is only that of a claim of an order.
  const asSentence = name !== "times told backwards";
  expect(toldWrongly(story, saying)).toEqual({ asClaim: true, asSentence });
});

test("a sentence of a summary with no claim, or with one that is struck besides another, is struck", () => {
  for (const { report, evidence } of stories) {
    const [held] = report.claims.filter(
      ({ check, kind }) => check === "verified" && kind === "value",
    );
    if (held === undefined) throw new Error("No claim held.");
    const other: Claim = { ...held, id: "clm_other", check: "struck", reason: "" };
    const isStruck = (ids: string[]) =>
      isSentenceStruck("Something was seen.", ids, [held, other], ...evidence);
    expect([[held.id], [held.id, other.id], []].map(isStruck)).toEqual([false, true, true]);
  }
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
