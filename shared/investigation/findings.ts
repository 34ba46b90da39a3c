/** Turns evidence into claims by the templates of the product data. Nothing here believes a claim: the checker does. */
import { createHash } from "node:crypto";

import { absenceObstacle, presenceRefs } from "../domain/absence.ts";
import { type Assertion, canonicalJson, checkClaim, type EvidenceById } from "../domain/claims.ts";
import { inertText } from "../domain/claimsText.ts";
import type { Json } from "../schemas/json.ts";
import type { Claim, ClaimRef, Evidence } from "../schemas/sessions.ts";
import { questionEvidenceId, tableEvidenceId } from "./ask.ts";
import { QUESTIONS } from "./data/questions.ts";
import { observationsOf } from "./instructions.ts";
import { filterColumns } from "./filters.ts";
import { type Absence, comparesWithBefore, type Finding, type Question } from "./question.ts";
import { fits, type NamedRow, namedRows } from "./rows.ts";
import type { Gap } from "./state.ts";

const CLAIMS_PER_FINDING = 3;
/** `{Column}`, `{Column|noun}` for a number of things, `{Column!}` for a word that the query itself wrote. */
const PLACEHOLDER = /\{(\w+)(?:\|([^{}]+)|(!))?\}/g;
/** A part of the sentence in brackets that is left out where its first value is empty. */
const OPTIONAL = /\[([^[\]]*?\{(\w+)[^[\]]*)\]/g;

/** A claim after its check, with what the product data says about it. */
export interface Found {
  claim: Claim;
  findingId: string;
  finding: Finding | undefined;
}

/** All claims the evidence gives, checked, and the questions whose answers prove little. */
export function findingsOf(evidence: EvidenceById): { found: Found[]; gaps: Gap[] } {
  const found: Found[] = [];
  const gaps: Gap[] = [];
  for (const question of QUESTIONS) {
    const answer = evidence.get(questionEvidenceId(question.id));
    if (answer === undefined) continue;
    const reason = incompleteness(answer);
    if (reason !== undefined) gaps.push(gapOf(question, reason));
    const short = reason === undefined ? shortHistory(question, evidence) : undefined;
    if (short !== undefined && (answer.row_count > 0 || question.none === undefined)) {
      gaps.push(gapOf(question, short));
    }
    if (answer.row_count > 0) {
      const { gap: doubt, isCounted } = doubtOf(question, reason, evidence);
      gaps.push(...doubt);
      if (isCounted) found.push(...positive(question, answer, evidence, found.length));
      continue;
    }
    const { claim, gap } = negative(question, evidence, found.length);
    if (claim !== undefined) found.push(claim);
    if (gap !== undefined && reason === undefined) gaps.push(gap);
  }
  if (!found.some(({ claim }) => claim.check === "verified")) {
    found.push(...answeredOnly(evidence, found.length));
  }
  found.push(
    ...observationsOf(evidence, found.length).map((claim) => ({
      claim,
      findingId: findingIdOf(claim),
      finding: undefined,
    })),
  );
  return { found, gaps };
}

export const findingIdOf = ({ finding_key: key }: Claim): string =>
  key.slice(0, key.lastIndexOf(":"));

/** So that even a report which found nothing rests on a row count. */
export const ANSWERED: Finding = {
  id: "c00.answered",
  kind: "count",
  text: "The workspace answered, but with nothing that the rules recognise; its first whole answer has {count|row}.",
};

function answeredOnly(evidence: EvidenceById, before: number): Found[] {
  const first = firstWhole(evidence);
  if (first === undefined) return [];
  const refs = [{ evidence_id: first.id, count: first.row_count }];
  return [checked(ANSWERED, refs, before, evidence)];
}

export const firstWhole = (evidence: EvidenceById): Evidence | undefined =>
  QUESTIONS.map(({ id }) => evidence.get(questionEvidenceId(id))).find(
    (answer) => answer !== undefined && incompleteness(answer) === undefined,
  );

/**
 * The sentence that a template gives for these refs: `{Column}` is the cell, `{Column|user}` the number with its noun
 * ("1 user", "5 users"), `{Column!}` the cell without quotation marks, for words that the query's own text holds, and what
 * stands in brackets is left out where its value is empty.
 */
export function sentence(template: string, refs: readonly ClaimRef[]): string {
  const valueOf = (name: string): Json | undefined =>
    name === "count"
      ? refs.find(({ count }) => count !== undefined)?.count
      : refs.find(({ column }) => column === name)?.value;
  return template
    .replaceAll(OPTIONAL, (_whole, part: string, name: string) =>
      [null, "", undefined].some((none) => none === valueOf(name)) ? "" : part,
    )
    .replaceAll(PLACEHOLDER, (whole: string, name: string, noun?: string, own?: string) => {
      const value = valueOf(name);
      if (value === undefined) return whole;
      const shown = inertText(value);
      if (noun !== undefined) return `${shown} ${noun}${value === 1 ? "" : "s"}`;
      return own === undefined ? shown : shown.replaceAll(/[“”]/g, "");
    });
}

function positive(
  question: Question,
  answer: Evidence,
  evidence: EvidenceById,
  before: number,
): Found[] {
  const made = new Map<string, number>();
  const found: Found[] = [];
  for (const row of namedRows(answer)) {
    const finding = question.findings.find((one) => one.kind !== "count" && fits(row, one.when));
    if (finding === undefined) continue;
    const count = made.get(finding.id) ?? 0;
    if (count >= (finding.max ?? CLAIMS_PER_FINDING)) continue;
    made.set(finding.id, count + 1);
    const refs = rowRefs(finding, answer.id, row);
    found.push(checked(finding, refs, before + found.length, evidence));
  }
  for (const finding of question.findings.filter(({ kind }) => kind === "count")) {
    const refs = countRefs(finding, answer);
    if (refs !== undefined) found.push(checked(finding, refs, before + found.length, evidence));
  }
  return found;
}

/** One ref for each value the sentence shows, in its order. */
export function rowRefs(finding: Finding, evidenceId: string, row: NamedRow): ClaimRef[] {
  const columns = new Set(Array.from(finding.text.matchAll(PLACEHOLDER), ([, name]) => name ?? ""));
  return [...columns].map((column) => ({
    evidence_id: evidenceId,
    row_hash: row.hash,
    column,
    value: row.cell(column) ?? null,
  }));
}

/** How many rows hold the value that the finding's one condition names; `undefined` when none does. */
export function countRefs(finding: Finding, answer: Evidence): ClaimRef[] | undefined {
  const { counted: total } = finding;
  if (total !== undefined) return totalRefs(finding, total, answer);
  const [condition] = finding.when ?? [];
  const value: Json | undefined =
    condition !== undefined && "is" in condition ? condition.is[0] : undefined;
  if (condition === undefined || value === undefined) {
    return [{ evidence_id: answer.id, count: answer.row_count }];
  }
  const { column } = condition;
  const count = namedRows(answer).filter((row) => row.cell(column) === value).length;
  return count === 0 ? undefined : [{ evidence_id: answer.id, column, value, count }];
}

/** The number that the workspace counted, and what the sentence says besides. */
function totalRefs(finding: Finding, column: string, answer: Evidence): ClaimRef[] | undefined {
  const [row] = namedRows(answer);
  const total = row?.cell(column);
  if (row === undefined || typeof total !== "number") return undefined;
  return rowRefs(finding, answer.id, row).map((ref) =>
    ref.column === column ? { ...ref, count: total } : ref,
  );
}

/** An empty answer is an absence only when every table it asked is known to have had rows. */
function negative(
  question: Question,
  evidence: EvidenceById,
  before: number,
): { claim?: Found; gap?: Gap } {
  const { none } = question;
  if (none === undefined) return {};
  const proof = presenceProof(question, evidence);
  if (typeof proof === "string") return { gap: gapOf(question, proof) };
  const refs: ClaimRef[] = [{ evidence_id: questionEvidenceId(question.id), count: 0 }, ...proof];
  const finding = { ...none, kind: "absence" as const };
  return { claim: checked(finding, refs, before, evidence) };
}

/** What shows that no rows are missing in the tables of a question; a text says why nothing does. */
function presenceProof(question: Question, evidence: EvidenceById): ClaimRef[] | string {
  const refs: ClaimRef[] = [];
  for (const table of question.tables) {
    const counted = evidence.get(tableEvidenceId(table, question.stretch));
    const shown = absenceProof(question, counted, evidence);
    const reason =
      counted === undefined || shown.length === 0
        ? `Whether ${table} had rows in that time could not be checked.`
        : (incompleteness(counted) ?? firstObstacle(shown, counted, table));
    if (reason !== undefined) return reason;
    refs.push(...shown);
  }
  return refs;
}

/** Whether a question of a condition counted everything: what was answered in part is no count, and rows may be missing. */
function doubtOf(
  question: Question,
  incomplete: string | undefined,
  evidence: EvidenceById,
): { gap: Gap[]; isCounted: boolean } {
  if (question.family !== "condition") return { gap: [], isCounted: true };
  if (incomplete !== undefined) return { gap: [], isCounted: false };
  const proof = presenceProof(question, evidence);
  return { gap: typeof proof === "string" ? [gapOf(question, proof)] : [], isCounted: true };
}

/** What the count of a table shows for the question's absence; empty without a count. */
export function absenceProof(
  question: Question,
  counted: Evidence | undefined,
  evidence: EvidenceById,
): ClaimRef[] {
  const asked = evidence.get(questionEvidenceId(question.id))?.kql ?? "";
  return counted === undefined ? [] : presenceRefs(counted, filterColumns(question, asked));
}

/** Why the answer does not say what is usual: none of its tables reaches back. */
function shortHistory(question: Question, evidence: EvidenceById): string | undefined {
  if (!comparesWithBefore(question)) return undefined;
  const reaching = question.tables.filter((table) => {
    const counted = evidence.get(tableEvidenceId(table, "before"));
    return (
      counted === undefined ||
      firstObstacle(presenceRefs(counted, []), counted, table) === undefined
    );
  });
  return reaching.length > 0
    ? undefined
    : `${question.tables.join(" and ")} does not reach back far enough to tell what is usual.`;
}

const firstObstacle = (
  refs: readonly ClaimRef[],
  counted: Evidence,
  table: string,
): string | undefined =>
  refs.map((ref) => absenceObstacle(ref, counted, table)).find((one) => one !== undefined);

/** What makes a claim: a finding, or the absence of rows. */
export type Checkable = Finding | (Absence & { kind: "absence" });

function checked(
  finding: Checkable,
  refs: ClaimRef[],
  before: number,
  evidence: EvidenceById,
): Found {
  const text = sentence(finding.text, refs);
  const assertion: Assertion = {
    id: `clm_${before + 1}`,
    text,
    kind: finding.kind,
    is_key: finding.isKey === true,
    finding_key: `${finding.id}:${subjectHash(finding, refs)}`,
    refs,
  };
  return {
    claim: checkClaim(assertion, evidence, text),
    findingId: finding.id,
    finding: finding.kind === "absence" ? undefined : finding,
  };
}

/** Names what the finding is about, not how much of it there was: the next run gives the same. */
export function subjectHash(finding: Finding | Absence, refs: readonly ClaimRef[]): string {
  const columns = Object.keys("entities" in finding ? (finding.entities ?? {}) : {});
  const values = columns.map((column) => refs.find((ref) => ref.column === column)?.value ?? null);
  return createHash("sha256").update(canonicalJson(values)).digest("hex").slice(0, 12);
}

function incompleteness({ truncated, statistics }: Evidence): string | undefined {
  if (statistics.partial_error !== undefined) return "The workspace answered in part only.";
  return truncated ? "The answer was cut off: there are more rows than are kept." : undefined;
}

export const gapOf = (question: Question, reason: string): Gap => ({
  question: question.question,
  reason,
  decides: question.decides === true,
});
