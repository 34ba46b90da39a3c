/** Makes mutants of real reports and counts which the product's checker catches. */
import { checkReport } from "../../shared/investigation/reportCheck.ts";
import type { Claim, StruckPart } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";
import { seededRandom } from "../chaos/seededRandom.ts";
import { CLAIM_KINDS, type Kind, KINDS, type Random } from "./alterations.ts";
import { DAMAGES, proofMutant } from "./proofMutants.ts";
import { isStruck, proposalMutant } from "./proposalMutants.ts";
import { UNRULY } from "./ruleMutants.ts";
import { STRUCTURES } from "./structureMutants.ts";
import { claimMutant, type Mutant, reportMutant } from "./reportMutants.ts";

/** Besides the claims. */
const PARTS: readonly Exclude<StruckPart["part"], "claims">[] = [
  "summary",
  "verdict",
  "condition",
  "timeline",
  "entities",
  "mitre",
  "actions",
  "not_checked",
  "not_observable",
];
const PROPOSED = ["summary", "entities", "mitre"] as const;
/** Draws without a new mutant after which there are no more to be had. */
const IDLE_MAX = 20_000;

export interface Caught {
  made: number;
  /** By `part: kind`. */
  counts: Record<string, number>;
  /** Mutants that were believed. */
  missed: string[];
}

/** Whether the checker strikes the part that was changed. */
export type Checker = (story: PlayedStory, report: PlayedStory["report"]) => StruckPart[];

export const productChecker: Checker = (story, report) => checkReport(report, story).faults;

/**
 * @param wanted how many different mutants. Kinds of untruth, parts, kinds of claim and damages take turns, so that each of
 *   them is among the first few hundred.
 */
export function hunt(
  stories: readonly PlayedStory[],
  wanted: number,
  checker: Checker = productChecker,
): Caught {
  const random = seededRandom(7);
  const caught: Caught = { made: 0, counts: {}, missed: [] };
  const seen = new Set<string>();
  for (let turn = 0, idle = 0; caught.made < wanted && idle < IDLE_MAX; turn += 1, idle += 1) {
    const slot = SLOTS[turn % SLOTS.length];
    if (slot === undefined) break;
    const from = Math.floor(random() * stories.length);
    const found = firstOf([...stories.slice(from), ...stories.slice(0, from)], (story) => {
      const tried = slot.make(story, random, checker);
      return tried === undefined || seen.has(`${story.seed} ${tried.change}`)
        ? undefined
        : { ...tried, story };
    });
    if (found === undefined) continue;
    const { story, change, isCaught } = found;
    seen.add(`${story.seed} ${change}`);
    idle = 0;
    caught.made += 1;
    caught.counts[slot.name] = (caught.counts[slot.name] ?? 0) + 1;
    if (!isCaught) caught.missed.push(`${story.family} ${slot.name} ${change}`);
  }
  return caught;
}

/** The first that there is: most slots fit some of the stories only. */
function firstOf<T, R>(list: readonly T[], make: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const made = make(one);
    if (made !== undefined) return made;
  }
  return undefined;
}

type Tried = { change: string; isCaught: boolean } | undefined;
interface Slot {
  name: string;
  make(story: PlayedStory, random: Random, checker: Checker): Tried;
}

const SLOTS: readonly Slot[] = [
  ...KINDS.flatMap((kind) => [
    ...PARTS.map((part): Slot => ({
      name: `${part}: ${kind}`,
      make: (story, random, checker) =>
        tryReport(reportMutant(story, part, kind, random), story, checker),
    })),
    ...PROPOSED.map((part): Slot => ({
      name: `model's ${part}: ${kind}`,
      make: (story, random) => tryProposal(story, part, kind, random),
    })),
    ...CLAIM_KINDS.flatMap((sort): Slot[] => [
      {
        name: `claims of ${sort}: ${kind}`,
        make: (story, random, checker) =>
          tryReport(claimMutant(story, sort, kind, random), story, checker),
      },
      {
        name: `model's claims of ${sort}: ${kind}`,
        make: (story, random) => tryProposal(story, sort, kind, random),
      },
    ]),
  ]),
  ...Object.entries(STRUCTURES).map(([name, change]): Slot => ({
    name,
    make: (story, random, checker) => tryStructure(change(story.report, random), story, checker),
  })),
  ...Object.entries(UNRULY).map(([name, make]): Slot => ({
    name: `claims: ${name}`,
    make: (story, random, checker) => {
      const report = make(story, random);
      return tryStructure(report && { part: "claims", report }, story, checker);
    },
  })),
  ...Object.keys(DAMAGES).flatMap((damage) =>
    CLAIM_KINDS.map((sort): Slot => ({
      name: `proof of ${sort}: ${damage}`,
      make: (story, random) => proofMutant(story, sort, damage, random),
    })),
  ),
];

function tryReport(mutant: Mutant | undefined, story: PlayedStory, checker: Checker): Tried {
  if (mutant === undefined) return undefined;
  const isCaught = checker(story, mutant.report).some((fault) => fault.part === mutant.part);
  return { change: mutant.change, isCaught };
}

function tryStructure(
  mutant: ReturnType<(typeof STRUCTURES)[string]>,
  story: PlayedStory,
  checker: Checker,
): Tried {
  if (mutant === undefined) return undefined;
  const { part, report } = mutant;
  const isCaught = checker(story, report).some((fault) => fault.part === part);
  return { change: JSON.stringify(report[part]), isCaught };
}

function tryProposal(
  story: PlayedStory,
  of: (typeof PROPOSED)[number] | Claim["kind"],
  kind: Kind,
  random: Random,
): Tried {
  if (story.state.model === undefined) return undefined;
  const mutant = proposalMutant(story, of, kind, random);
  return mutant && { change: mutant.change, isCaught: isStruck(story, mutant) };
}

/** True claims, sentences and marks: how many there are, and which were struck all the same. */
export function believed(stories: readonly PlayedStory[]): { claims: number; struck: string[] } {
  const struck = stories.flatMap(({ report, family }) => [
    ...report.claims
      .filter(({ check }) => check === "struck")
      .map(({ text, reason }) => `${family}: ${text} ${reason}`),
    ...(report.struck ?? []).map(
      ({ part, text, reason }) => `${family} ${part}: ${text} ${reason}`,
    ),
  ]);
  return { claims: stories.reduce((sum, { report }) => sum + report.claims.length, 0), struck };
}
