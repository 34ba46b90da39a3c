/** What a model's proposal adds to the rules' report: sentences, times, entities, techniques, each on verified claims. */
import type { EvidenceById } from "../domain/claims.ts";
import { inertText, placesOf, unsupportedText } from "../domain/claimsText.ts";
import type { Json } from "../schemas/json.ts";
import type { Claim, Report, StruckPart } from "../schemas/sessions.ts";
import { TACTICS } from "./data/tactics.ts";
import { handleOf } from "./modelFence.ts";
import { claimIdOf, plain, shownOf, spoken } from "./modelReport.ts";
import { apart } from "./modelPairs.ts";
import { isTurned, misnamed, misplaced } from "./modelSentence.ts";
import type { Proposal } from "./modelState.ts";

const ITEMS_MAX = 40;
const TEXT_MAX = 400;
const SENTENCES_MAX = 12;
const GAPS_MAX = 10;

type Additions = Pick<Report, "summary" | "timeline" | "entities" | "mitre" | "not_checked"> & {
  struck: StruckPart[];
};

/** What the model adds to the rules' report. What does not follow from verified claims is struck, with the reason. */
export function additionsOf(
  proposal: Proposal,
  claims: readonly Claim[],
  evidence: EvidenceById,
): Additions {
  const verified = new Map(
    claims.filter(({ check }) => check === "verified").map((claim) => [claim.id, claim]),
  );
  const own = [...verified.values()].filter(({ id }) => id.startsWith("clm_m"));
  const summary = proposal.summary
    .slice(0, SENTENCES_MAX)
    .map((one) => sentenceOf(one, verified, evidence));
  const entities = proposal.entities.slice(0, ITEMS_MAX).map((one) => entityOf(one, verified));
  const mitre = proposal.mitre.slice(0, ITEMS_MAX).map((one) => techniqueOf(one, verified));
  return {
    summary: summary.flatMap(({ kept }) => (kept === undefined ? [] : [kept])),
    timeline: own.flatMap(timelineOf),
    entities: entities.flatMap(({ kept }) => (kept === undefined ? [] : [kept])),
    mitre: mitre.flatMap(({ kept }) => (kept === undefined ? [] : [kept])),
    not_checked: proposal.not_checked
      .slice(0, GAPS_MAX)
      .map(({ question, reason }) => ({ question: plain(question), reason: plain(reason) })),
    struck: [...summary, ...entities, ...mitre].flatMap(({ struck }) => struck ?? []),
  };
}

type Looked<T> = { kept: T; struck?: undefined } | { kept?: undefined; struck: StruckPart };

/** When a claim's row has a time, it is on the timeline. */
function timelineOf({ id, text, refs, kind }: Claim): Report["timeline"] {
  const at = kind === "value" ? refs.map(({ value }) => timeOf(value)).find(Boolean) : undefined;
  return at === undefined ? [] : [{ at, text, claim_ids: [id] }];
}

const NO_CLAIM = "It names no verified claim.";

function entityOf(
  { type, claim_id, ref }: Proposal["entities"][number],
  verified: ReadonlyMap<string, Claim>,
): Looked<Report["entities"][number]> {
  const claim = verified.get(claimIdOf(claim_id));
  const found = claim?.refs[ref - 1];
  const value = found?.value;
  const text = `${type} ${shownOf(found) ?? claim_id}`.slice(0, TEXT_MAX);
  if (claim === undefined || found === undefined || typeof value !== "string" || value === "") {
    return { struck: { part: "entities", text: plain(text), reason: NO_CLAIM } };
  }
  const reason = misnamed(type, found);
  if (reason !== undefined) return { struck: { part: "entities", text, reason } };
  return { kept: { type, value, claim_ids: [claim.id] } };
}

function techniqueOf(
  { tactic, technique, claim_id }: Proposal["mitre"][number],
  verified: ReadonlyMap<string, Claim>,
): Looked<Report["mitre"][number]> {
  const text = plain(technique === null ? tactic : `${tactic} ${technique}`);
  const isTechnique = technique === null || /^T\d{4}(?:\.\d{3})?$/.test(technique);
  if (!verified.has(claimIdOf(claim_id))) {
    return { struck: { part: "mitre", text, reason: NO_CLAIM } };
  }
  if (!TACTICS.includes(tactic) || !isTechnique) {
    return { struck: { part: "mitre", text, reason: "There is no such tactic or technique." } };
  }
  return { kept: { tactic, technique } };
}

const unsaid = (text: string, reason: string): { struck: StruckPart } => ({
  struck: { part: "summary", text, reason },
});

/** A sentence says what its claims say: a value that none of them proves takes it out. */
function sentenceOf(
  { text, claim_ids }: Proposal["summary"][number],
  verified: ReadonlyMap<string, Claim>,
  evidence: EvidenceById,
): Looked<Report["summary"][number]> {
  const cited = claim_ids.map((id) => verified.get(claimIdOf(id)));
  const claims = cited.filter((claim) => claim !== undefined);
  if (claims.length === 0) return unsaid(plain(text), NO_CLAIM);
  if (claims.length < cited.length) {
    return unsaid(plain(text), "One of its claims is struck or does not exist.");
  }
  const refs = claims.flatMap((claim) => claim.refs);
  const proved = refs
    .flatMap(({ value, count }) => [value, count])
    .filter((value) => value !== undefined);
  const sentence = spoken(text, [], new Map(proved.map((value) => [handleOf(value), value])));
  if (sentence === "") return unsaid(plain(text), "It says nothing.");
  const values = proved.filter((value) => placesOf(inertText(value), sentence).length > 0);
  const said = refs.filter(({ value }) => value !== undefined && values.includes(value));
  const reason =
    unsupportedText(sentence, values) ??
    (isTurned(sentence, claims)
      ? "It denies what its claims state, or states what they deny."
      : undefined) ??
    misplaced(sentence, said, evidence) ??
    apart(sentence, claims, evidence);
  if (reason !== undefined) return unsaid(sentence, reason);
  return { kept: { text: sentence, claim_ids: claims.map(({ id }) => id) } };
}

function timeOf(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
