/** Writes the report from checked claims alone: verdict, summary for the reader, timeline, entities, actions, gaps. */
import type { EvidenceById } from "../domain/claims.ts";
import type { Persona, Report, SessionRecord, Verdict } from "../schemas/sessions.ts";
import { answeredFirst, answerTo } from "./condition.ts";
import { tacticOf } from "./data/attack.ts";
import { ACTIONS } from "./data/families.ts";
import { QUESTIONS } from "./data/questions.ts";
import { findingsOf, type Found } from "./findings.ts";
import type { Family } from "./question.ts";
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
  const notObservable = [...state.not_observable, ...gaps];
  const missed = state.not_checked.filter(({ is_moot: isMoot }) => isMoot !== true);
  const open = new Set([...notObservable, ...missed].map(({ question }) => question));
  const judgement = judge(found, open);
  const claims = found.map(({ claim }) => claim);
  const struckKey = claims.some((claim) => claim.is_key && claim.check === "struck");
  const verified = found.filter(({ claim }) => claim.check === "verified");
  const allGaps = [...notObservable, ...state.not_checked];
  const condition = answerTo(state, found, allGaps);
  const told = summaryOf(session.persona, judgement, verified, allGaps);
  return {
    verdict: judgement.verdict,
    confidence: judgement.confidence,
    stability: null,
    check: struckKey ? "unverified" : "verified",
    summary: answeredFirst(condition, told, verified),
    ...(condition !== undefined && { condition }),
    claims,
    timeline: timelineOf(verified),
    entities: entitiesOf(state, verified),
    mitre: mitreOf(state),
    actions: actionsOf(judgement.verdict, session.persona, {
      families: concerned(judgement.reasons, state),
    }),
    not_checked: distinct(state.not_checked).map(shown),
    not_observable: distinct(notObservable).map(shown),
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
  const keys = telling(verified).slice(0, SENTENCES[persona]);
  for (const { claim } of keys) summary.push({ text: claim.text, claim_ids: [claim.id] });
  const suspect = verified.filter(({ claim }) => isObservation(claim));
  if (suspect.length > 0) {
    const text =
      "The logs hold text that reads like an instruction to whoever reads it; it was treated as data and moved nothing.";
    summary.push({ text, claim_ids: idsOf(suspect) });
  }
  if (verdict === "undetermined") {
    for (const text of missingTexts(gaps)) summary.push({ text, claim_ids: proved });
  }
  return summary;
}

/** Sentences of one kind in a summary: the tenth message of a mailing says no more than the second. */
const ALIKE_MAX = 2;

/** Key claims, few of each kind: what was found in another place says more than more of the same. */
function telling(verified: readonly Found[]): Found[] {
  const times = new Map<string, number>();
  return verified.filter(({ claim, findingId }) => {
    const count = (times.get(findingId) ?? 0) + 1;
    times.set(findingId, count);
    return claim.is_key && count <= ALIKE_MAX;
  });
}

/** Questions that a sentence names; the report's own lists have all of them. */
const QUESTIONS_NAMED = 3;

/** Which data would decide what is open: the questions that count the most, and the tables that hold their answers. */
function missingTexts(gaps: readonly Gap[]): string[] {
  const deciding = distinct(gaps.filter(({ decides }) => decides));
  if (deciding.length === 0) return [];
  const named = deciding.slice(0, QUESTIONS_NAMED).map(({ question }) => `“${question}”`);
  const more = deciding.length > QUESTIONS_NAMED ? " and others that are listed below" : "";
  const questions = `It would be decided by answers to ${inWords(named)}${more}.`;
  const tables = [
    ...new Set(deciding.flatMap(({ question, reason }) => tablesIn(question, reason))),
  ];
  if (tables.length === 0) return [questions];
  return [questions, `They need whole rows of ${inWords(tables)} for the time in question.`];
}

/** The tables of the question that the reason speaks of. */
const tablesIn = (question: string, reason: string): string[] =>
  QUESTIONS.filter((one) => one.question === question)
    .flatMap(({ tables }) => tables)
    .filter((table) => new RegExp(`\\b${table}\\b`).test(reason));

const inWords = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

function becauseOf(verdict: Verdict, reasons: readonly Weighed[]): string {
  if (reasons.length === 0) return ": nothing that was found speaks for or against an attack";
  if (verdict === "undetermined") return `: what speaks for one side is that ${listed(reasons)}`;
  return `, because ${listed(reasons)}`;
}

const listed = (reasons: readonly Weighed[]): string =>
  reasons
    .toSorted((a, b) => b.points - a.points)
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

/** Tactics and techniques that the alerts themselves name; a sub-technique says all that its technique says. */
function mitreOf({ named: { tactics, techniques } }: InvestigationState): Report["mitre"] {
  const named = techniques
    .filter((one) => !techniques.some((other) => other.startsWith(`${one}.`)))
    .map((technique) => ({ tactic: tacticOf(technique, tactics) ?? "Unknown", technique }));
  const covered = new Set(named.map(({ tactic }) => tactic));
  const rest = tactics.filter((tactic) => !covered.has(tactic));
  return [...named, ...rest.map((tactic) => ({ tactic, technique: null }))];
}

/** Families whose own questions gave reasons: what merely was asked calls for nothing. */
function concerned(
  reasons: readonly Weighed[],
  { families }: Pick<InvestigationState, "families">,
): Family[] {
  const ids = new Set(reasons.flatMap(({ reason }) => reason.findings));
  const own = new Set(
    QUESTIONS.filter(({ findings, none }) =>
      [...findings, ...(none === undefined ? [] : [none])].some(({ id }) => ids.has(id)),
    ).map(({ family }) => family),
  );
  const found = families.filter((family) => own.has(family));
  return found.length > 0 ? found : families;
}

export const actionsOf = (
  verdict: Verdict,
  persona: Persona,
  { families }: Pick<InvestigationState, "families">,
): Report["actions"] =>
  ACTIONS.filter(
    (action) =>
      action.verdict === verdict &&
      (action.family === "any" || families.includes(action.family)) &&
      (action.personas === undefined || action.personas.includes(persona)),
  ).map(({ text, priority }) => ({ text, priority }));

/** Families share some questions: each is named once. */
const distinct = (gaps: readonly Gap[]): Gap[] => [
  ...new Map(gaps.map((gap) => [`${gap.question} ${gap.reason}`, gap])).values(),
];

const shown = ({ question, reason }: Gap) => ({ question, reason });
