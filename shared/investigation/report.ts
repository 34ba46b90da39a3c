/** Writes the report from checked claims alone: verdict, summary for the reader, timeline, entities, actions, gaps. */
import type { EvidenceById } from "../domain/claims.ts";
import type { Report, SessionRecord } from "../schemas/sessions.ts";
import { answeredFirst, answerTo } from "./condition.ts";
import { tacticOf } from "./data/attack.ts";
import { QUESTIONS } from "./data/questions.ts";
import { findingsOf, type Found } from "./findings.ts";
import type { Family } from "./question.ts";
import { actionsOf } from "./reportActions.ts";
import { entitiesOf } from "./reportEntities.ts";
import { distinct, summaryOf, timeOf } from "./reportSummary.ts";
import { judge, type Weighed } from "./score.ts";
import type { Gap, InvestigationState } from "./state.ts";

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
  const told = summaryOf(session.persona, judgement, {
    verified,
    gaps: allGaps,
    families: state.families,
  });
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
      verified,
      isMissing: [...notObservable, ...missed].some(({ decides }) => decides),
    }),
    not_checked: distinct(state.not_checked).map(shown),
    not_observable: distinct(notObservable).map(shown),
  };
}

const timelineOf = (verified: readonly Found[]): Report["timeline"] =>
  verified
    .map((found) => ({ at: timeOf(found), text: found.claim.text, claim_ids: [found.claim.id] }))
    .filter(({ at }) => at !== "")
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));

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

const shown = ({ question, reason }: Gap) => ({ question, reason });
