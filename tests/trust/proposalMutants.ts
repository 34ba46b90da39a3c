/** What a lying model could hand in: a true proposal with one untruth, at the door that every model's report goes through. */
import { additionsOf } from "../../shared/investigation/modelAdditions.ts";
import { knownTo } from "../../shared/investigation/modelConclusion.ts";
import { checkedClaims } from "../../shared/investigation/modelReport.ts";
import type { Proposal } from "../../shared/investigation/modelState.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { StruckPart } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";
import { alteredText, alteredValue, type Kind, pick, type Random } from "./alterations.ts";
import { literally } from "./honestAnalyst.ts";

export interface ProposalMutant {
  kind: Kind;
  part: "claims" | "summary" | "entities" | "mitre";
  proposal: Proposal;
  /** Which claim or entry has the untruth, from 0. */
  index: number;
  change: string;
}

/** Whether the untruth is struck at that door, and nothing of it stands in the report. */
export function isStruck(story: PlayedStory, { part, proposal, index }: ProposalMutant): boolean {
  const { model } = story.state;
  if (model === undefined) throw new Error("No model judged this story.");
  const claims = checkedClaims(proposal, story.evidence, model, knownTo(story.state));
  if (part === "claims") {
    return claims.find(({ id }) => id === `clm_m${index + 1}`)?.check !== "verified";
  }
  const byId = new Map(story.evidence.map((one) => [one.id, one]));
  const all = [...story.report.claims.filter(({ id }) => !id.startsWith("clm_m")), ...claims];
  const { struck } = additionsOf(proposal, all, byId);
  return struck.some((one: StruckPart) => one.part === part);
}

/** @param of a part of the proposal, or one of its claims of that kind. */
export function proposalMutant(
  { state, evidence }: PlayedStory,
  of: Exclude<ProposalMutant["part"], "claims"> | Claim["kind"],
  kind: Kind,
  random: Random,
): ProposalMutant | undefined {
  const proposal = state.model?.proposal;
  if (proposal === null || proposal === undefined) return undefined;
  const part = isPart(of) ? of : "claims";
  const list: readonly object[] = proposal[part];
  const index = isPart(of)
    ? Math.floor(random() * list.length)
    : (pick(
        random,
        proposal.claims.flatMap((claim, i) => (claim.kind === of ? [i] : [])),
      ) ?? -1);
  const entry = list[index];
  if (entry === undefined) return undefined;
  const changed =
    part === "claims"
      ? alteredClaim(proposal.claims[index], evidence, kind, random)
      : part === "summary"
        ? alteredSentence(proposal, index, evidence, kind, random)
        : alteredMark(proposal, part, index, kind);
  if (changed === undefined || JSON.stringify(changed) === JSON.stringify(entry)) return undefined;
  const mutant: Proposal = { ...proposal, [part]: list.with(index, changed) };
  const change = `${JSON.stringify(entry)} → ${JSON.stringify(changed)}`;
  return { kind, part, proposal: mutant, index, change };
}

const isPart = (of: string): of is Exclude<ProposalMutant["part"], "claims"> =>
  of === "summary" || of === "entities" || of === "mitre";

type Claim = Proposal["claims"][number];

function valuesOf({ refs }: Claim, evidence: PlayedStory["evidence"]): Json[] {
  return refs.flatMap((ref) => {
    // Of a list that has it, the claim names the member.
    if (ref.value !== null) return [ref.value];
    const from = evidence.find(({ id }) => id === ref.evidence_id);
    const at = from?.columns.findIndex(({ name }) => name === ref.column) ?? -1;
    const value = ref.row === null ? undefined : from?.rows[ref.row - 1]?.values[at];
    return value === undefined ? [] : [value];
  });
}

function alteredClaim(
  claim: Claim | undefined,
  evidence: PlayedStory["evidence"],
  kind: Kind,
  random: Random,
): Claim | undefined {
  // What an absence says is worded by code: see the claims of stored reports.
  if (claim === undefined || claim.kind === "absence")
    return absenceOfSomething(claim, evidence, kind);
  const values = valuesOf(claim, evidence);
  const text = literally(claim, evidence);
  if (random() < 0.5) {
    const untrue = alteredText(kind, text, values, random);
    if (untrue !== undefined && !isSwapOfEquals(kind, claim)) return { ...claim, text: untrue };
  }
  return alteredRef(claim, values, text, { evidence, kind, random });
}

/** One ref is wrong; half of the time the sentence is made of the changed refs, and agrees with them. */
function alteredRef(
  claim: Claim,
  values: readonly Json[],
  text: string,
  { evidence, kind, random }: { evidence: PlayedStory["evidence"]; kind: Kind; random: Random },
): Claim | undefined {
  const at = Math.floor(random() * claim.refs.length);
  const ref = claim.refs[at];
  const value = values[at];
  if (ref === undefined) return undefined;
  const wrong = (more: Partial<typeof ref>, sentence = text): Claim => ({
    ...claim,
    text: sentence,
    refs: claim.refs.with(at, { ...ref, ...more }),
  });
  if (kind === "invented id") return wrong({ evidence_id: "ev_invented" });
  const said = random() < 0.5 ? text : claim.text;
  if (kind === "off-by-one count" && ref.count !== null) {
    return wrong({ count: Math.max(0, ref.count + (random() < 0.5 ? 1 : -1)) }, said);
  }
  if (typeof value !== "string") return undefined;
  const elsewhere = placedWrong(kind, ref, value, evidence);
  if (elsewhere !== undefined) return wrong(elsewhere, said);
  const other = alteredValue(kind, value, random);
  if (other === undefined || typeof other === "object") return undefined;
  return wrong({ value: other }, claim.text);
}

/** The right value, said to stand in another row or column. */
function placedWrong(
  kind: Kind,
  ref: Claim["refs"][number],
  value: string,
  evidence: PlayedStory["evidence"],
): Partial<Claim["refs"][number]> | undefined {
  const from = evidence.find(({ id }) => id === ref.evidence_id);
  if (from === undefined) return undefined;
  if (kind === "unrelated row") {
    const at = from.columns.findIndex(({ name }) => name === ref.column);
    const row = from.rows.findIndex(({ values: cells }) => cells[at] !== value);
    return row === -1 ? undefined : { row: row + 1, value };
  }
  if (kind !== "wrong column") return undefined;
  const row = from.rows[(ref.row ?? 1) - 1];
  const other = from.columns.find((_, i) => row?.values[i] !== value);
  return other === undefined ? undefined : { column: other.name, value };
}

/** Nothing said of an answer that has rows. */
function absenceOfSomething(
  claim: Claim | undefined,
  evidence: PlayedStory["evidence"],
  kind: Kind,
): Claim | undefined {
  const full = evidence.find(({ row_count }) => row_count > 0);
  const ref = claim?.refs[0];
  if (
    kind !== "negated absence" ||
    claim === undefined ||
    full === undefined ||
    ref === undefined
  ) {
    return undefined;
  }
  return { ...claim, refs: [{ ...ref, evidence_id: full.id }] };
}

/** Two mail addresses, or two times, that change places are told apart by nothing in a free sentence. */
const isSwapOfEquals = (kind: Kind, { text }: Claim): boolean =>
  kind === "swapped host and user" && (text.includes("sender") || text.includes("came before"));

function alteredSentence(
  { summary, claims }: Proposal,
  index: number,
  evidence: PlayedStory["evidence"],
  kind: Kind,
  random: Random,
): Proposal["summary"][number] | undefined {
  const entry = summary[index];
  const claim = claims[index];
  if (entry === undefined || claim === undefined || isSwapOfEquals(kind, claim)) return undefined;
  if (kind === "invented id") return { ...entry, claim_ids: ["m999"] };
  if (kind === "unrelated row") {
    const others = claims.flatMap((one, i) =>
      valuesOf(one, evidence).some((value) => valuesOf(claim, evidence).includes(value))
        ? []
        : [`m${i + 1}`],
    );
    const other = pick(random, others);
    return other === undefined || valuesOf(claim, evidence).length === 0
      ? undefined
      : { ...entry, claim_ids: [other] };
  }
  const text = alteredText(kind, entry.text, valuesOf(claim, evidence), random);
  return text === undefined ? undefined : { ...entry, text };
}

function alteredMark(
  { entities, mitre }: Proposal,
  part: "entities" | "mitre",
  index: number,
  kind: Kind,
): object | undefined {
  const entry = part === "entities" ? entities[index] : mitre[index];
  if (entry === undefined) return undefined;
  if (kind === "invented id") return { ...entry, claim_id: "m999" };
  if (kind === "same prefix" && "technique" in entry) return { ...entry, technique: "T11100" };
  if (kind === "wrong column" && "ref" in entry) return { ...entry, ref: 9 };
  if (kind !== "swapped host and user" || !("type" in entry)) return undefined;
  return { ...entry, type: entry.type === "host" ? "account" : "host" };
}
