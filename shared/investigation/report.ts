/** Writes the report from checked claims alone: verdict, summary for the reader, timeline, entities, actions, gaps. */
import type { EvidenceById } from "../domain/claims.ts";
import type { Persona, Report, SessionRecord, Verdict } from "../schemas/sessions.ts";
import { ACTIONS, TACTIC_OF } from "./data/families.ts";
import { findingsOf, type Found } from "./findings.ts";
import { isObservation } from "./instructions.ts";
import { entitiesOf } from "./reportEntities.ts";
import { judge, type Judgement, type Weighed } from "./score.ts";
import type { Gap, InvestigationState } from "./state.ts";

/** How many key findings each reader gets as sentences. */
const SENTENCES: Readonly<Record<Persona, number>> = {
  soc_analyst: 6,
  threat_hunter: 10,
  incident_responder: 8,
  ciso: 2,
};

const VERDICT_PHRASE: Readonly<Record<Verdict, string>> = {
  true_positive: "This is most likely a real attack",
  benign_positive: "The activity is real but most likely expected",
  false_positive: "This is most likely a false alarm",
  undetermined: "The evidence does not decide this incident",
};

/** @param evidence everything the session gathered, as it was read from the store just now. */
export function writeReport(
  session: Pick<SessionRecord, "persona">,
  state: InvestigationState,
  evidence: EvidenceById,
): Report {
  return reportOf(session, state, findingsOf(evidence));
}

/** The report that follows from these claims: what they do not give is not in it. */
export function reportOf(
  session: Pick<SessionRecord, "persona">,
  state: InvestigationState,
  { found, gaps }: ReturnType<typeof findingsOf>,
): Report {
  const judgement = judge(found);
  const notObservable = [...state.not_observable, ...gaps];
  const claims = found.map(({ claim }) => claim);
  const struckKey = claims.some((claim) => claim.is_key && claim.check === "struck");
  const verified = found.filter(({ claim }) => claim.check === "verified");
  return {
    verdict: judgement.verdict,
    confidence: judgement.confidence,
    stability: null,
    check: struckKey ? "unverified" : "verified",
    summary: summaryOf(session.persona, judgement, verified, [
      ...notObservable,
      ...state.not_checked,
    ]),
    claims,
    timeline: timelineOf(verified),
    entities: entitiesOf(state, verified),
    mitre: mitreOf(state),
    actions: actionsOf(judgement.verdict, session.persona, state),
    not_checked: state.not_checked.map(shown),
    not_observable: notObservable.map(shown),
  };
}

function summaryOf(
  persona: Persona,
  { verdict, reasons, against }: Judgement,
  verified: readonly Found[],
  gaps: readonly Gap[],
): Report["summary"] {
  // Every sentence points to claims: where no reason counts, to what was found without deciding.
  const proved = reasons.length > 0 ? claimIdsOf(reasons) : idsOf(verified);
  if (proved.length === 0) return [];
  const summary = [
    { text: `${VERDICT_PHRASE[verdict]}${becauseOf(verdict, reasons)}.`, claim_ids: proved },
  ];
  if (against.length > 0) {
    const text = `Against this speaks that ${listed(against)}.`;
    summary.push({ text, claim_ids: claimIdsOf(against) });
  }
  const keys = verified.filter(({ claim }) => claim.is_key).slice(0, SENTENCES[persona]);
  for (const { claim } of keys) summary.push({ text: claim.text, claim_ids: [claim.id] });
  const suspect = verified.filter(({ claim }) => isObservation(claim));
  if (suspect.length > 0) {
    const text =
      "The logs hold text that reads like an instruction to whoever reads it; it was treated as data and moved nothing.";
    summary.push({ text, claim_ids: idsOf(suspect) });
  }
  const deciding = gaps.filter(({ decides }) => decides);
  if (verdict === "undetermined" && deciding.length > 0) {
    const questions = deciding.map(({ question }) => `“${question}”`).join(", ");
    const text = `Answers to these would decide what these claims leave open: ${questions}.`;
    summary.push({ text, claim_ids: proved });
  }
  return summary;
}

function becauseOf(verdict: Verdict, reasons: readonly Weighed[]): string {
  if (reasons.length === 0) return ": nothing that was found speaks for or against an attack";
  if (verdict === "undetermined") return `: what speaks for one side is that ${listed(reasons)}`;
  return `, because ${listed(reasons)}`;
}

const listed = (reasons: readonly Weighed[]): string =>
  reasons
    .toSorted((a, b) => b.reason.points - a.reason.points)
    .map(({ reason }) => reason.text)
    .join(", and ");

const INCONCLUSIVE_MAX = 5;

const idsOf = (found: readonly Found[]): string[] =>
  found.slice(0, INCONCLUSIVE_MAX).map(({ claim }) => claim.id);

const claimIdsOf = (reasons: readonly Weighed[]): string[] => [
  ...new Set(reasons.flatMap(({ claimIds }) => claimIds)),
];

function timelineOf(verified: readonly Found[]): Report["timeline"] {
  return verified
    .flatMap(({ claim, finding }) => {
      const at = claim.refs.find(({ column }) => column === finding?.at)?.value;
      if (finding?.at === undefined || typeof at !== "string") return [];
      const time = new Date(at);
      if (Number.isNaN(time.getTime())) return [];
      return [{ at: time.toISOString(), text: claim.text, claim_ids: [claim.id] }];
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

/** Tactics and techniques that the alerts themselves name. */
function mitreOf({ named: { tactics, techniques } }: InvestigationState): Report["mitre"] {
  const named = techniques.map((technique) => ({
    tactic: TACTIC_OF[technique.split(".")[0] ?? technique] ?? tactics[0] ?? "Unknown",
    technique,
  }));
  const covered = new Set(named.map(({ tactic }) => tactic));
  const rest = tactics.filter((tactic) => !covered.has(tactic));
  return [...named, ...rest.map((tactic) => ({ tactic, technique: null }))];
}

export const actionsOf = (
  verdict: Verdict,
  persona: Persona,
  { families }: InvestigationState,
): Report["actions"] =>
  ACTIONS.filter(
    (action) =>
      action.verdict === verdict &&
      (action.family === "any" || families.includes(action.family)) &&
      (action.personas === undefined || action.personas.includes(persona)),
  ).map(({ text, priority }) => ({ text, priority }));

const shown = ({ question, reason }: Gap) => ({ question, reason });
