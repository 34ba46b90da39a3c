/** What a model handed in, after code has looked at every part: claims are checked, the rest hangs on verified claims. */
import { createHash } from "node:crypto";

import { presenceRefs } from "../domain/absence.ts";
import { type Assertion, canonicalJson, checkClaim, type EvidenceById } from "../domain/claims.ts";
import { inertText } from "../domain/claimsText.ts";
import { Json } from "../schemas/json.ts";
import type { Claim, ClaimRef, Evidence } from "../schemas/sessions.ts";
import { questionEvidenceId, tableEvidenceId } from "./ask.ts";
import { QUESTIONS } from "./data/questions.ts";
import { absenceProof } from "./findings.ts";
import { unfenced, valuesByHandle } from "./modelFence.ts";
import { misstated } from "./modelSentence.ts";
import type { ModelState, Proposal } from "./modelState.ts";

const CLAIMS_MAX = 40;
const REFS_MAX = 12;
const TEXT_MAX = 400;
const PLACEHOLDER = /\{(\d{1,2}|v[0-9a-f]{12})\}/g;
/** What could act when it is rendered, and what pretends to be a fence. */
const ACTIVE = /[\p{C}<>`[\]|\\⟦⟧]+/gu;

/** A sentence of a model as plain text of bounded length. */
export const plain = (text: string): string =>
  text.replaceAll(ACTIVE, " ").replaceAll(/\s+/gu, " ").trim().slice(0, TEXT_MAX);

/** A sentence of a model, with the stored values where it names a ref or a handle: only values are not the model's text. */
export function spoken(
  text: string,
  refs: readonly ClaimRef[],
  values: ReadonlyMap<string, Json>,
): string {
  const braced = unfenced(text, values, (_value, handle) => `{${handle}}`);
  return plain(braced).replaceAll(PLACEHOLDER, (whole: string, name: string) => {
    const value = values.get(name);
    return (value === undefined ? shownOf(refs[Number(name) - 1]) : inertText(value)) ?? whole;
  });
}

/** The claims of the proposal after their check, as `clm_m1`, `clm_m2`, … in its order. */
export function checkedClaims(
  { claims }: Proposal,
  evidence: readonly Evidence[],
  { proofs }: Pick<ModelState, "proofs">,
  known: readonly string[] = [],
): Claim[] {
  const byId: EvidenceById = new Map(evidence.map((one) => [one.id, one]));
  const values = valuesByHandle(evidence, known);
  return claims.slice(0, CLAIMS_MAX).flatMap((claim, i) => {
    const refs = claim.refs.slice(0, REFS_MAX).map((ref) => refOf(ref, byId, values));
    if (refs.length === 0) return [];
    const isAbsence = claim.kind === "absence";
    const proved = isAbsence ? [...refs.slice(0, 1), ...tablesOf(refs, byId, proofs)] : refs;
    const text = isAbsence ? absenceText(refs, byId) : spoken(claim.text, refs, values);
    const assertion: Assertion = {
      id: `clm_m${i + 1}`,
      text,
      kind: claim.kind,
      is_key: claim.is_key,
      finding_key: `model:${keyOf(claim.kind, refs)}`,
      refs: proved,
    };
    return [checkedSentence(checkClaim(assertion, byId), byId)];
  });
}

/**
 * Claims of a report by the model, read again: each must be the one that it handed in under that number, and hold.
 * @returns them as they are now, struck when a part does not hold; absent are those that nobody handed in.
 */
export function proposedAgain(
  claims: readonly Claim[],
  evidence: readonly Evidence[],
  model: Pick<ModelState, "proofs" | "proposal"> | undefined,
  known: readonly string[],
): Claim[] {
  const { proposal } = model ?? {};
  if (model === undefined || proposal === null || proposal === undefined) return [];
  const handedIn = new Map(
    checkedClaims(proposal, evidence, model, known).map((claim) => [claim.id, claim]),
  );
  return claims.flatMap((claim) => {
    const own = handedIn.get(claim.id);
    if (own === undefined) return [];
    const isSame = canonicalJson(bare(own)) === canonicalJson(bare(claim));
    const reason = "The model handed in another claim under this number.";
    return [isSame ? own : { ...claim, check: "struck", reason }];
  });
}

/** What was claimed, without the outcome of the check. */
const bare = ({ check: _check, reason: _reason, ...claimed }: Claim): Json =>
  Json.parse(JSON.parse(JSON.stringify(claimed)));

/** Right values in a sentence that gives them wrong parts are struck, too. Absences are worded by code. */
function checkedSentence(claim: Claim, byId: EvidenceById): Claim {
  if (claim.check === "struck" || claim.kind === "absence") return claim;
  const reason = misstated(claim.text, claim.kind, claim.refs, byId);
  return reason === undefined ? claim : { ...claim, check: "struck", reason };
}

type ProposedRef = Proposal["claims"][number]["refs"][number];

/** The model names a row by its number and a value as it was shown; the proof names both as they are stored. */
function refOf(ref: ProposedRef, byId: EvidenceById, values: ReadonlyMap<string, Json>): ClaimRef {
  const { evidence_id, row, column, count } = ref;
  const from = byId.get(evidence_id);
  const stored = row === null ? undefined : from?.rows[row - 1];
  const at = from?.columns.findIndex(({ name }) => name === column) ?? -1;
  const value = meantBy(ref, stored?.values[at], values);
  const isCount = count !== null && Number.isInteger(count) && count >= 0;
  return {
    evidence_id,
    ...(stored !== undefined && { row_hash: stored.hash }),
    ...(column !== null && { column }),
    ...(value !== undefined && { value }),
    ...(isCount && { count }),
  };
}

/** What the model says the cell holds; when it does not say, whatever the cell holds. */
function meantBy(
  { value }: ProposedRef,
  cell: Json | undefined,
  values: ReadonlyMap<string, Json>,
): Json | undefined {
  if (value === null || isSame(value, cell)) return cell ?? undefined;
  return typeof value === "string" ? (values.get(handleIn(value)) ?? value) : value;
}

const handleIn = (text: string): string => /\bv[0-9a-f]{12}\b/.exec(text)?.[0] ?? "";

/** Models write numbers and truths as texts. */
const isSame = (said: Json, cell: Json | undefined): boolean =>
  (typeof cell === "number" || typeof cell === "boolean") && said === String(cell);

export const shownOf = (ref: ClaimRef | undefined): string | undefined =>
  ref?.value !== undefined
    ? inertText(ref.value)
    : ref?.count === undefined
      ? undefined
      : String(ref.count);

/** That tables had rows is shown by code, not by the model. */
function tablesOf(
  [asked]: readonly ClaimRef[],
  byId: EvidenceById,
  proofs: ModelState["proofs"],
): ClaimRef[] {
  const question = QUESTIONS.find(({ id }) => questionEvidenceId(id) === asked?.evidence_id);
  if (question !== undefined) {
    return question.tables.flatMap((table) =>
      absenceProof(question, byId.get(tableEvidenceId(table, question.stretch)), byId),
    );
  }
  return (proofs[asked?.evidence_id ?? ""] ?? []).flatMap((id) => {
    const counted = byId.get(id);
    return counted === undefined ? [] : presenceRefs(counted, "all");
  });
}

/** What was not found is what was asked: the sentence may say no more. */
function absenceText([asked]: readonly ClaimRef[], byId: EvidenceById): string {
  const question = byId.get(asked?.evidence_id ?? "")?.question ?? "";
  return `Nothing was found for the question: ${plain(question)}`;
}

const keyOf = (kind: Claim["kind"], refs: readonly ClaimRef[]): string => {
  const parts = refs.map(({ column, value }) => [column ?? null, value ?? null]);
  return createHash("sha256")
    .update(canonicalJson([kind, parts]))
    .digest("hex")
    .slice(0, 12);
};

/** The id of a claim as reports have it. */
export const claimIdOf = (id: string): string => (/^m\d+$/.test(id) ? `clm_${id}` : id);
