/** The answer to the condition of a person's own question: yes or no by a count that was checked, or why it cannot be told. */
import { inertText } from "../domain/claimsText.ts";
import { comparisonText, couldTurn, fulfils } from "../domain/comparisons.ts";
import { conditionIn, conditionText, subjectFrom, subjectText } from "../domain/conditions.ts";
import { countedKindOf } from "../domain/countedKinds.ts";
import type { AskedCondition, ReportCondition } from "../schemas/conditions.ts";
import type { Report } from "../schemas/sessions.ts";
import { conditionQuestionId } from "./data/conditionQuestions.ts";
import { questionOf } from "./data/questions.ts";
import type { Found } from "./findings.ts";
import type { Question } from "./question.ts";
import type { Gap, InvestigationState, Known } from "./state.ts";
import type { Subject } from "./subject.ts";

/** People and things of an incident that a question does not name again; more of them would make no sentence. */
const SUBJECT_MAX = 10;

/**
 * What the question asks to be counted; `undefined` when it has no condition, or one that the rules cannot count. Of an
 * incident, or a session that is followed up, it is about what is known there, unless it names somebody itself.
 */
export function askedCondition(
  { query, incident }: Pick<Subject, "query" | "incident">,
  known: Known,
  isFollowUp: boolean,
): AskedCondition | undefined {
  const reading = conditionIn(query);
  if (reading.kind !== "asked") return undefined;
  const { condition } = reading;
  const isNamed = Object.values(condition.subject).some((list) => list.length > 0);
  if (isNamed || (incident === undefined && !isFollowUp)) return condition;
  const by = countedKindOf(condition.counted)?.by ?? [];
  // Sign-ins of one of its people from one of its addresses would be fewer than those of the incident.
  const first = by.find((one) => known[one].length > 0);
  if (first === undefined) return undefined;
  const subject = subjectFrom((one) => (one === first ? known[one].slice(0, SUBJECT_MAX) : []));
  return { ...condition, subject };
}

/** The question that counts what is asked; `undefined` when nothing is. */
export const conditionQuestion = ({
  condition,
}: Pick<InvestigationState, "condition">): Question | undefined =>
  condition === undefined ? undefined : questionOf(conditionQuestionId(condition.counted));

/** @param gaps what could not be told, with its reasons: an answer that unseen rows could turn is none then. */
export function answerTo(
  state: Pick<InvestigationState, "condition" | "window">,
  found: readonly Found[],
  gaps: readonly Gap[],
): ReportCondition | undefined {
  const { condition, window } = state;
  const question = conditionQuestion(state);
  if (condition === undefined || question === undefined) return undefined;
  const asked = conditionText(condition, inertText);
  const claim = claimOf(question, found);
  const count = countOf(claim);
  const gap = gaps.find((one) => one.question === question.question);
  const isOpen = gap !== undefined && couldTurn(count ?? 0, condition);
  if (claim === undefined || count === undefined || isOpen) {
    const reason = gap?.reason ?? "The count could not be proved.";
    const text = `Cannot be told: ${reason} (Asked: ${asked}.)`;
    return { asked, answer: "unknown", text, claim_id: null };
  }
  const answer = fulfils(count, condition) ? "yes" : "no";
  const when = `between ${inertText(window.start)} and ${inertText(window.end)}`;
  const text = `${WORDS[answer]}: ${countedText(count, condition)} ${when} (asked: ${comparisonText(condition)}).`;
  return { asked, answer, text, claim_id: claim.id };
}

const WORDS = { yes: "Yes", no: "No" } as const;

function countedText(count: number, condition: AskedCondition): string {
  const { one = "", many = "" } = countedKindOf(condition.counted) ?? {};
  const what = count === 0 ? `no ${many}` : `${count} ${count === 1 ? one : many}`;
  return `${what}${subjectText(condition, inertText)}`;
}

/** The answer is the first sentence; its count is not said twice. */
export function answeredFirst(
  condition: ReportCondition | undefined,
  summary: Report["summary"],
  verified: readonly Found[],
): Report["summary"] {
  if (condition === undefined) return summary;
  const { claim_id: id, text } = condition;
  const count = verified.find(({ claim }) => claim.id === id)?.claim.text;
  const rest = summary.filter((one) => one.text !== count);
  const claim_ids = id === null ? (summary[0]?.claim_ids ?? []) : [id];
  return claim_ids.length === 0 ? rest : [{ text, claim_ids }, ...rest];
}

const claimOf = (
  { findings, none }: Question,
  found: readonly Found[],
): Found["claim"] | undefined =>
  found.find(
    ({ claim, findingId }) =>
      claim.check === "verified" &&
      (findingId === none?.id || findings.some(({ id }) => id === findingId)),
  )?.claim;

/** An absence is a count of nought. */
const countOf = (claim: Found["claim"] | undefined): number | undefined =>
  claim?.kind === "absence" ? 0 : claim?.refs.find(({ count }) => count !== undefined)?.count;
