/** Makes mutants of real reports and counts which the product's checker catches. */
import { checkReport } from "../../shared/investigation/reportCheck.ts";
import type { StruckPart } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";
import { seededRandom } from "../chaos/seededRandom.ts";
import { type Kind, KINDS } from "./alterations.ts";
import { isStruck, proposalMutant } from "./proposalMutants.ts";
import { reportMutant } from "./reportMutants.ts";

const PARTS: readonly StruckPart["part"][] = [
  "claims",
  "summary",
  "verdict",
  "timeline",
  "entities",
  "mitre",
  "actions",
  "not_checked",
  "not_observable",
];
const PROPOSED = ["claims", "summary", "entities", "mitre"] as const;
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

/** @param wanted how many different mutants; their kinds, parts and stories take turns. */
export function hunt(
  stories: readonly PlayedStory[],
  wanted: number,
  checker: Checker = productChecker,
): Caught {
  const random = seededRandom(7);
  const caught: Caught = { made: 0, counts: {}, missed: [] };
  const seen = new Set<string>();
  const slots = slotsOf();
  for (let turn = 0, idle = 0; caught.made < wanted && idle < IDLE_MAX; turn += 1, idle += 1) {
    const slot = slots[turn % slots.length];
    const story = stories[Math.floor(random() * stories.length)];
    if (slot === undefined || story === undefined) break;
    const tried = slot.isProposal
      ? tryProposal(story, slot, random)
      : tryReport(story, slot, random, checker);
    if (tried === undefined || seen.has(`${story.seed} ${tried.change}`)) continue;
    seen.add(`${story.seed} ${tried.change}`);
    idle = 0;
    caught.made += 1;
    const name = `${slot.isProposal ? "model's " : ""}${slot.part}: ${slot.kind}`;
    caught.counts[name] = (caught.counts[name] ?? 0) + 1;
    if (!tried.isCaught) caught.missed.push(`${story.family} ${name} ${tried.change}`);
  }
  return caught;
}

type Slot = { kind: Kind; isProposal: boolean; part: StruckPart["part"] };
type Tried = { change: string; isCaught: boolean } | undefined;

const slotsOf = (): Slot[] =>
  KINDS.flatMap((kind) => [
    ...PARTS.map((part) => ({ kind, part, isProposal: false })),
    ...PROPOSED.map((part) => ({ kind, part, isProposal: true })),
  ]);

function tryReport(
  story: PlayedStory,
  { part, kind }: Slot,
  random: () => number,
  checker: Checker,
): Tried {
  const mutant = reportMutant(story, part, kind, random);
  if (mutant === undefined) return undefined;
  const isCaught = checker(story, mutant.report).some((fault) => fault.part === part);
  return { change: mutant.change, isCaught };
}

function tryProposal(story: PlayedStory, { part, kind }: Slot, random: () => number): Tried {
  const proposed = PROPOSED.find((one) => one === part);
  if (proposed === undefined || story.state.model === undefined) return undefined;
  const mutant = proposalMutant(story, proposed, kind, random);
  if (mutant === undefined) return undefined;
  return { change: mutant.change, isCaught: isStruck(story, mutant) };
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
