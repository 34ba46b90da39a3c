/** The kinds of cases that can be played: add a module, list it here. */
import { phishing } from "./phishing.ts";
import { signInAttack } from "./signInAttack.ts";
import type { StoryFamily } from "./story.ts";

export const FAMILIES: readonly StoryFamily[] = [signInAttack, phishing];
