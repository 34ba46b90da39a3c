/** The floor on one story of each kind: a wrong verdict is worse than none. */
import { expect, test } from "vitest";

import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import { investigateStory } from "./floorStories.ts";

const CASES = FAMILIES.flatMap(({ name }) =>
  Truth.options.map((truth) => ({ family: name, truth })),
);

// Analysts close incidents on the verdict: a wrong one costs more than the work that an open one leaves.
test.for(CASES)("$family, $truth: never wrong, names what matters, in time", async (story) => {
  const result = await investigateStory(story.family, story.truth, "bound");
  expect([story.truth, "undetermined"]).toContain(result.verdict);
  expect(result.recall).toBeGreaterThanOrEqual(0.9);
  expect(result.report.claims.filter(({ check }) => check === "struck")).toEqual([]);
  expect(result.cpu_ms).toBeLessThan(3000);
});
