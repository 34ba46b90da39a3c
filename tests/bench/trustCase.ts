/**
 * Whether untruths in reports are caught: mutants of real reports of all families, and true claims that must stand.
 * `node tests/bench/trustCase.ts` prints how many mutants of which part and kind there were, and the missed ones.
 */
import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import { believed, hunt } from "../trust/harness.ts";
import { honestAnalyst } from "../trust/honestAnalyst.ts";
import { report } from "./child.ts";
import { type PlayedStory, playedStory } from "./floorStories.ts";

const MUTANTS = 2_000;

const stories: PlayedStory[] = [];
for (const { name } of FAMILIES) {
  for (const truth of Truth.options) {
    const model = truth === "true_positive" ? honestAnalyst : undefined;
    stories.push(await playedStory(name, truth, "trusted", model === undefined ? {} : { model }));
  }
}
const { made, counts, missed } = hunt(stories, MUTANTS);
const { claims, struck } = believed(stories);
console.log(
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join("\n"),
);
console.log([...missed, ...struck].join("\n"));
report({ made, caught: made - missed.length, claims, struck: struck.length });
