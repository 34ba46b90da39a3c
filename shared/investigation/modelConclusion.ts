/** The rules' report with what a model added: nothing of the rules is taken away, and their verdict is the lower bound. */
import type { Claim, Evidence, Report, SessionRecord, Verdict } from "../schemas/sessions.ts";
import { additionsOf } from "./modelAdditions.ts";
import { checkedClaims } from "./modelReport.ts";
import { type Bounded, boundVerdict } from "./modelVerdict.ts";
import { actionsOf } from "./reportActions.ts";
import type { InvestigationState } from "./state.ts";

const ASKED = "What does a model make of the evidence?";

/** Values that the rules know of: a model may name them by their handles. */
export const knownTo = ({ known, named }: InvestigationState): string[] => [
  ...new Set([...Object.values(known).flat(), ...named.entities.map(({ value }) => value)]),
];

/** The model's claims after their check; empty before it handed any in. */
export const modelClaims = (state: InvestigationState, evidence: readonly Evidence[]): Claim[] => {
  const { model } = state;
  if (model === undefined || model.proposal === null) return [];
  return checkedClaims(model.proposal, evidence, model, knownTo(state));
};

/**
 * Without judgements the rules' own report, which says why there are none when a model was asked.
 * @param own the model's claims after their check.
 */
export function judgedReport(
  floor: Report,
  session: Pick<SessionRecord, "persona">,
  state: InvestigationState,
  evidence: readonly Evidence[],
  own: readonly Claim[] = modelClaims(state, evidence),
): Report {
  const { model } = state;
  if (model === undefined) return floor;
  if (model.degraded !== null || model.proposal === null) {
    const reason = model.degraded?.reason ?? "The model did not hand in anything.";
    return { ...floor, not_checked: [...floor.not_checked, { question: ASKED, reason }] };
  }
  const claims = [...floor.claims, ...own];
  const bounded = boundVerdict(floor, model.judgements, claims, model.tainted);
  const added = additionsOf(model.proposal, claims, new Map(evidence.map((one) => [one.id, one])));
  const hasStruckKey = own.some(({ is_key, check }) => is_key && check === "struck");
  const { agree, of } = bounded.judgements;
  return {
    ...floor,
    verdict: bounded.verdict,
    confidence: bounded.confidence,
    stability: of === 0 ? null : Math.round((agree / of) * 100) / 100,
    judgements: bounded.judgements,
    check: hasStruckKey ? "unverified" : floor.check,
    summary: [...summaryOf(floor, bounded), ...added.summary],
    claims,
    timeline: [...floor.timeline, ...added.timeline].toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    entities: entitiesOf(floor, added.entities),
    mitre: unique([...floor.mitre, ...added.mitre], ({ tactic, technique }) =>
      technique === null ? tactic : technique,
    ),
    actions: unique(
      // What the rules found says what to do; for a verdict that they do not share, what its family calls for.
      bounded.verdict === floor.verdict
        ? floor.actions
        : [...actionsOf(bounded.verdict, session.persona, state), ...floor.actions],
      ({ text }) => text,
    ),
    not_checked: [...floor.not_checked, ...added.not_checked],
    ...(added.struck.length > 0 && { struck: added.struck }),
  };
}

const WORDS: Readonly<Record<Verdict, string>> = {
  true_positive: "a real attack",
  benign_positive: "real but expected activity",
  false_positive: "a false alarm",
  undetermined: "undecided",
};

/** What the judgements rest on comes first; the rules' own first sentence then says that it is theirs. */
function summaryOf(
  { verdict, summary, condition }: Report,
  { judgements: { agree, of }, judged, claimIds, verdict: bounded }: Bounded,
): Report["summary"] {
  if (judged === verdict || claimIds.length === 0) return summary;
  const share = agree === of ? "all" : "most";
  const but =
    bounded === judged
      ? ""
      : ", but text that an attacker may have written cannot make the verdict of the rules milder";
  const text = `In ${share} of its judgements the model finds this to be ${WORDS[judged]}${but}.`;
  // The answer to the question is a count, and nobody's judgement: it stays the first sentence.
  const answer = summary.filter((one) => one.text === condition?.text);
  const [first, ...rest] = summary.slice(answer.length);
  const own = first === undefined ? [] : [{ ...first, text: `By the rules alone: ${first.text}` }];
  return [...answer, { text, claim_ids: claimIds }, ...own, ...rest];
}

function entitiesOf({ entities }: Report, added: Report["entities"]): Report["entities"] {
  const merged = new Map(entities.map((one) => [keyOf(one), one]));
  for (const one of added) {
    const known = merged.get(keyOf(one));
    const claim_ids = [...new Set([...(known?.claim_ids ?? []), ...one.claim_ids])];
    merged.set(keyOf(one), { ...(known ?? one), claim_ids });
  }
  return [...merged.values()];
}

const keyOf = ({ type, value }: Report["entities"][number]): string =>
  `${type}:${value.toLowerCase()}`;

function unique<T>(list: readonly T[], keyed: (one: T) => string): T[] {
  return [...new Map(list.toReversed().map((one) => [keyed(one), one])).values()].toReversed();
}
