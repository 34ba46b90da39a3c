/** The floor on stories of every family and truth: a wrong verdict is worse than none. All of them run in the bench. */
import { expect, test } from "vitest";

import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import { investigateStory, playedStory } from "./floorStories.ts";
import { VARIATIONS } from "./floorVariations.ts";

/** Of each family the true positive and, in turn, one of the truths that look like it. */
const CASES = FAMILIES.flatMap(({ name }, index) => {
  const [alike, other] = Truth.options.filter((truth) => truth !== "true_positive");
  return [
    { family: name, truth: Truth.parse("true_positive") },
    { family: name, truth: Truth.parse(index % 2 === 0 ? alike : other) },
  ];
});

/** Own and shared questions of a family, their tables' counts, and what answers lead to. */
const QUERIES_MAX = 40;

// Analysts close incidents on the verdict: a wrong one costs more than the work that an open one leaves.
test.for(CASES)(
  "$family, $truth: never wrong, names what matters, asks little",
  { timeout: 180_000 },
  async (story) => {
    const result = await investigateStory(story.family, story.truth, "bound");
    expect([story.truth, "undetermined"]).toContain(result.verdict);
    expect(result.recall).toBeGreaterThanOrEqual(0.9);
    expect(result.report.claims.filter(({ check }) => check === "struck")).toEqual([]);
    expect(result.queries).toBeLessThanOrEqual(QUERIES_MAX);
  },
);

/** Where logs that clear or incriminate are missing or say less, each in a way that once led to a wrong verdict. */
const ELSEWHERE = [
  ["lateral_movement", "benign_positive", "five days of history"],
  ["data_exfiltration", "benign_positive", "five days of history"],
  ["signin_attack", "false_positive", "five days of history"],
  ["malware_host", "false_positive", "no DeviceProcessEvents"],
  ["persistence_cloud", "false_positive", "applications named alike"],
] as const;

// A workspace that was connected last week, or lacks a product, must not make an exercise an attack.
test.for(ELSEWHERE)("%s, %s with %s: never wrong", { timeout: 180_000 }, async (story) => {
  const [family, truth, variation] = story;
  const alter = VARIATIONS[variation];
  expect(alter).toBeDefined();
  const { verdict } = await playedStory(family, truth, "q1", alter === undefined ? {} : { alter });
  expect([truth, "undetermined"]).toContain(verdict);
});
