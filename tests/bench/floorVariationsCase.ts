/**
 * The floor on stories as other companies' logs would tell them: `node tests/bench/floorVariationsCase.ts [TIMES] [SEED]`
 * investigates each family and truth so many times, each time in another variation, and prints every wrong verdict.
 */
import { randomBytes } from "node:crypto";

import { createRandom } from "../../local/workspace/random.ts";
import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import { report } from "./child.ts";
import { playedStory } from "./floorStories.ts";
import { VARIATIONS } from "./floorVariations.ts";

const TIMES = Number(process.argv[2] ?? 3);
const seed = process.argv[3] ?? randomBytes(3).toString("hex");
const random = createRandom(seed);
console.log(`Seed of the variations: ${seed}`);

const counts = { right: 0, open: 0, wrong: 0 };
for (const { name } of FAMILIES) {
  for (const truth of Truth.options) {
    for (const variation of random.sample(Object.keys(VARIATIONS), TIMES)) {
      const alter = VARIATIONS[variation];
      const { verdict } = await playedStory(
        name,
        truth,
        seed,
        alter === undefined ? {} : { alter },
      );
      const outcome = verdict === truth ? "right" : verdict === "undetermined" ? "open" : "wrong";
      counts[outcome] += 1;
      if (outcome === "wrong") console.log(`${name} / ${truth}, ${variation}: ${verdict}`);
    }
  }
}
const stories = counts.right + counts.open + counts.wrong;
report({ stories, ...counts, right_or_open: (counts.right + counts.open) / stories });
