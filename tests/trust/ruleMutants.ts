/** Claims that no rule makes, although each of their values is right: every one is what a rule would say, but for one thing. */
import { QUESTIONS } from "../../shared/investigation/data/questions.ts";
import {
  findingIdOf,
  rowRefs,
  sentence,
  subjectHash,
} from "../../shared/investigation/findings.ts";
import { handleOf } from "../../shared/investigation/modelFence.ts";
import { fits, namedRows } from "../../shared/investigation/rows.ts";
import { inertText } from "../../shared/domain/claimsText.ts";
import type { Claim, Report } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";
import { pick, type Random } from "./alterations.ts";

type Unruly = (story: PlayedStory, random: Random) => Report | undefined;

/** In place of the claim; nothing else about the report changes. */
const instead =
  (change: (claim: Claim) => Claim | undefined): Unruly =>
  ({ report }, random) => {
    const claim = pick(random, byRules(report));
    const changed = claim && change(claim);
    if (changed === undefined) return undefined;
    return { ...report, claims: report.claims.map((one) => (one === claim ? changed : one)) };
  };

/** Besides the others, under an id of its own. */
const besides =
  (make: (claim: Claim, story: PlayedStory) => Claim | undefined): Unruly =>
  (story, random) => {
    const claim = pick(random, byRules(story.report));
    const made = claim && make(claim, story);
    if (made === undefined) return undefined;
    return { ...story.report, claims: [...story.report.claims, { ...made, id: "clm_98" }] };
  };

const byRules = ({ claims }: Report): Claim[] =>
  claims.filter(
    ({ id, check, kind }) => !id.startsWith("clm_m") && check === "verified" && kind === "value",
  );

export const UNRULY: Readonly<Record<string, Unruly>> = {
  "of no rule": besides((claim) => ({ ...claim, finding_key: `x99.invented:${"0".repeat(12)}` })),
  "key or not": instead((claim) => ({ ...claim, is_key: !claim.is_key })),
  "of another kind": instead((claim) => ({
    ...claim,
    kind: "membership",
    reason: "The stored row was read again and has the value.",
  })),
  "about something else": besides((claim) => ({
    ...claim,
    finding_key: claim.finding_key.replace(/.$/, (end) => (end === "0" ? "1" : "0")),
  })),
  "cited twice": instead((claim) => ({
    ...claim,
    refs: [...claim.refs, ...claim.refs.slice(0, 1)],
  })),
  "of a row that its rule does not fit": besides(onUnfitRow),
  "an instruction that is none": besides((claim) => {
    const [ref] = claim.refs;
    const { value } = ref ?? {};
    if (ref === undefined || value === undefined) return undefined;
    return {
      ...claim,
      text: `A text in the logs reads like an instruction; it was treated as data: ${inertText(value)}.`,
      is_key: false,
      finding_key: `o00.instruction:${handleOf(value)}`,
      refs: [ref],
    };
  }),
};

function onUnfitRow(claim: Claim, { evidence }: PlayedStory): Claim | undefined {
  const id = findingIdOf(claim);
  const question = QUESTIONS.find(({ findings }) => findings.some((one) => one.id === id));
  const rule = question?.findings.find((one) => one.id === id);
  const answer = evidence.find((one) => one.id === claim.refs[0]?.evidence_id);
  if (rule === undefined || answer === undefined) return undefined;
  const row = namedRows(answer).find((one) => !fits(one, rule.when));
  if (row === undefined) return undefined;
  const refs = rowRefs(rule, answer.id, row);
  return {
    ...claim,
    text: sentence(rule.text, refs),
    finding_key: `${id}:${subjectHash(rule, refs)}`,
    refs,
  };
}
