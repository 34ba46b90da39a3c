/** Reads claims of the rules again: whether a rule makes them of these rows, and whether their proof holds. */
import { checkClaim, type EvidenceById } from "../domain/claims.ts";
import type { Claim, ClaimRef, Evidence } from "../schemas/sessions.ts";
import { questionEvidenceId, tableEvidenceId } from "./ask.ts";
import { QUESTIONS } from "./data/questions.ts";
import {
  absenceProof,
  ANSWERED,
  type Checkable,
  countRefs,
  findingIdOf,
  firstWhole,
  type Found,
  rowRefs,
  sentence,
  subjectHash,
} from "./findings.ts";
import { isObservation, observedAgain } from "./instructions.ts";
import type { Absence, Question } from "./question.ts";
import { fits, namedRows } from "./rows.ts";

/**
 * Reads a claim of the rules again: that a rule makes such claims of such a row, and then its proof.
 * @returns the claim as it is now, struck when a part of it does not hold.
 */
export function readAgain(claim: Claim, evidence: EvidenceById): Found {
  const findingId = findingIdOf(claim);
  if (isObservation(claim)) {
    return { claim: observedAgain(claim, evidence), findingId, finding: undefined };
  }
  const rule = RULES.get(findingId);
  const { check: _check, reason: _reason, ...assertion } = claim;
  if (rule === undefined) {
    const reason = "There is no rule that makes this claim.";
    return { claim: { ...assertion, check: "struck", reason }, findingId, finding: undefined };
  }
  const { finding } = rule;
  const text = sentence(finding.text, claim.refs);
  const read = checkClaim(assertion, evidence, text);
  const reason = read.check === "struck" ? undefined : unruly(claim, rule, evidence);
  return {
    claim: reason === undefined ? read : { ...assertion, check: "struck", reason },
    findingId,
    finding: finding.kind === "absence" ? undefined : finding,
  };
}

type Rule = {
  /** `undefined`: the first question with a whole answer. */
  question: Question | undefined;
  finding: Checkable;
};

const absenceRule = (question: Question, none: Absence): [string, Rule] => [
  none.id,
  { question, finding: { ...none, kind: "absence" } },
];

const RULES: ReadonlyMap<string, Rule> = new Map([
  [ANSWERED.id, { question: undefined, finding: ANSWERED }],
  ...QUESTIONS.flatMap((question): [string, Rule][] => [
    ...question.findings.map((finding): [string, Rule] => [finding.id, { question, finding }]),
    ...(question.none === undefined ? [] : [absenceRule(question, question.none)]),
  ]),
]);

/** Why the rule does not make this claim of this evidence, although its values may be right. */
function unruly(
  claim: Claim,
  { question, finding }: Rule,
  evidence: EvidenceById,
): string | undefined {
  const answer =
    question === undefined ? firstWhole(evidence) : evidence.get(questionEvidenceId(question.id));
  const { refs } = claim;
  if (refs[0]?.evidence_id !== answer?.id || answer === undefined) {
    return "The claim cites the answer to another question.";
  }
  if (claim.kind !== finding.kind || claim.is_key !== (finding.isKey === true)) {
    return "The claim is not of the kind that its rule makes.";
  }
  if (claim.finding_key !== `${finding.id}:${subjectHash(finding, refs)}`) {
    return "The claim is about something else than its key says.";
  }
  const shape = refs.map(({ evidence_id, column, row_hash }) => [evidence_id, column, row_hash]);
  const expected = expectedShape(question, finding, answer, { refs, evidence });
  return JSON.stringify(shape) === JSON.stringify(expected)
    ? undefined
    : "The claim does not cite what its rule cites.";
}

/** Evidence, column and row of each ref that the rule makes; values are the claim checker's. */
function expectedShape(
  question: Question | undefined,
  finding: Checkable,
  answer: Evidence,
  { refs, evidence }: { refs: readonly ClaimRef[]; evidence: EvidenceById },
): (string | undefined)[][] | undefined {
  if (finding.kind === "absence") {
    if (question === undefined) return undefined;
    const tables = question.tables.flatMap((table) =>
      absenceProof(question, evidence.get(tableEvidenceId(table, question.stretch)), evidence),
    );
    return [
      [answer.id, undefined, undefined],
      ...tables.map(({ evidence_id, column, row_hash }) => [evidence_id, column, row_hash]),
    ];
  }
  if (finding.kind === "count") {
    return countRefs(finding, answer)?.map(({ evidence_id, column, row_hash }) => [
      evidence_id,
      column,
      row_hash,
    ]);
  }
  const row = namedRows(answer).find(({ hash }) => hash === refs[0]?.row_hash);
  const made = question?.findings.find(
    (one) => one.kind !== "count" && row !== undefined && fits(row, one.when),
  );
  if (row === undefined || made !== finding) return undefined;
  return rowRefs(finding, answer.id, row).map(({ evidence_id, column, row_hash }) => [
    evidence_id,
    column,
    row_hash,
  ]);
}
