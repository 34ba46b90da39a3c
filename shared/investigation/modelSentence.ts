/** Whether a free sentence gives its values the parts they have in their rows: a right value in the wrong part is a false sentence. */
import { inertText, placesOf } from "../domain/claimsText.ts";
import type { EvidenceById } from "../domain/claims.ts";
import type { Json } from "../schemas/json.ts";
import type { Claim, ClaimRef, Evidence } from "../schemas/sessions.ts";
import {
  COLUMN_ROLES,
  DENIAL,
  DENYING_CELL,
  ENTITY_ROLES,
  ENDS,
  NOUN_ROLES,
  type Role,
  SLOTS,
  VALUE_ROLES,
} from "./data/sentenceWords.ts";
import { apart } from "./modelPairs.ts";

const NOUN_BEFORE = /\b([a-z]+?)(?:s|es)?(?:\s+(?:named|called|is|was|address))?[\s:=("“]*$/i;
const NOUN_AFTER = /^\s+((?:[a-z][\w-]*\s+){0,2}[a-z][\w-]*)/i;
/** After these words a sentence may tell times backwards. */
const BACKWARDS = /\b(?:after|following|preceded|since|later|once)\b/i;

/**
 * @returns what is wrong, `undefined` when nothing is. Sentences that name what they speak of otherwise are not understood,
 * and pass: their values were read from stored rows all the same.
 */
export function misstated(
  text: string,
  kind: Claim["kind"],
  refs: readonly ClaimRef[],
  evidence: EvidenceById,
): string | undefined {
  if (denies(text, refs) && !refs.some(isDenying)) {
    return "The sentence denies something, which only an absence or a cell that says so can prove.";
  }
  return (
    misplaced(text, refs, evidence) ??
    apart(text, [{ kind, refs }], evidence) ??
    (kind === "order" ? toldBackwards(text, refs) : undefined)
  );
}

/** Whether one of the values stands where its column has no place. */
export function misplaced(
  text: string,
  refs: readonly ClaimRef[],
  evidence: EvidenceById,
): string | undefined {
  for (const ref of refs) {
    const shown = ref.value === undefined ? undefined : inertText(ref.value);
    if (shown === undefined || ref.value === undefined || ref.value === null) continue;
    const twins = refs.filter(({ value }) => value !== undefined && inertText(value) === shown);
    for (const at of placesOf(shown, text)) {
      const around = { before: text.slice(0, at), after: text.slice(at + shown.length), text };
      const faults = twins.map((twin) => wrongPart(twin, around, evidence));
      // A value that several columns hold is in its place when one of them fits.
      if (faults.every((fault) => fault !== undefined)) return `The sentence ${faults[0] ?? ""}`;
    }
  }
  return undefined;
}

/** Whether an entity's type is none that its column can hold. */
export function misnamed(type: string, { column = "", value }: ClaimRef): string | undefined {
  const role = roleOf(column, value ?? null);
  const isOther = role !== undefined && ENTITY_ROLES[type]?.includes(role) === false;
  return isOther ? `A value of ${column} is no ${type.replace("_", " ")}.` : undefined;
}

/** Whether a sentence that rests on these claims denies what they state, or states what they deny. */
export function isTurned(text: string, claims: readonly Pick<Claim, "kind" | "refs">[]): boolean {
  const absences = claims.filter(({ kind }) => kind === "absence").length;
  const refs = claims.flatMap((claim) => claim.refs);
  if (denies(text, refs)) return absences === 0 && !refs.some(isDenying);
  return absences === claims.length;
}

/** By its own words: a mail address may begin with `no-reply`. */
const denies = (text: string, refs: readonly ClaimRef[]): boolean =>
  DENIAL.test(
    refs.reduce(
      (rest, { value }) => (value === undefined ? rest : rest.replaceAll(inertText(value), " ")),
      text,
    ),
  );

const isDenying = ({ value, count }: ClaimRef): boolean =>
  count === 0 ||
  value === 0 ||
  value === false ||
  (typeof value === "string" && DENYING_CELL.test(value));

interface Around {
  before: string;
  after: string;
  text: string;
}

function wrongPart(ref: ClaimRef, around: Around, evidence: EvidenceById): string | undefined {
  const { value, column = "" } = ref;
  const { before, after, text } = around;
  if (typeof value === "number") return wrongCount(ref, after, evidence.get(ref.evidence_id));
  const end = ENDS.find(
    (one) =>
      one.before?.test(before) !== false &&
      one.after?.test(after) !== false &&
      one.notColumn.test(column),
  );
  if (end !== undefined) return `gives ${column} the other end's part.`;
  const role = roleOf(column, value ?? null);
  if (role === undefined) return undefined;
  const noun = NOUN_BEFORE.exec(before)?.[1]?.toLowerCase() ?? "";
  const meant = Object.hasOwn(NOUN_ROLES, noun) ? NOUN_ROLES[noun] : undefined;
  if (meant !== undefined && !meant.includes(role)) return `calls a value of ${column} a ${noun}.`;
  const slot = SLOTS.find(
    (one) =>
      one.never.includes(role) &&
      one.before?.test(before) !== false &&
      one.after?.test(after) !== false &&
      one.sentence?.test(text) !== false,
  );
  return slot === undefined ? undefined : `gives a value of ${column} a part that it cannot have.`;
}

/** A number followed by the name of another column of its row: `3 successes` of the column Failures. */
function wrongCount(
  { column = "" }: ClaimRef,
  after: string,
  evidence: Evidence | undefined,
): string | undefined {
  const words = (NOUN_AFTER.exec(after)?.[1] ?? "").toLowerCase().split(/\s+/).map(stem);
  if (words.length === 0 || evidence === undefined) return undefined;
  const own = stem(column.toLowerCase());
  const first = words.find((word) =>
    evidence.columns.some(({ name }) => stem(name.toLowerCase()) === word),
  );
  return first === undefined || first === own || words.includes(own)
    ? undefined
    : `counts ${first} by the column ${column}.`;
}

const stem = (word: string): string =>
  word
    .replaceAll("-", "")
    .replace(/(?:s|es|ed)$/, "")
    .replace(/ur$/, "")
    .replace(/e$/, "");

function roleOf(column: string, value: Json): Role | undefined {
  const shape =
    typeof value === "string" ? VALUE_ROLES.find(([pattern]) => pattern.test(value)) : undefined;
  return (shape ?? COLUMN_ROLES.find(([pattern]) => pattern.test(column)))?.[1];
}

function toldBackwards(text: string, refs: readonly ClaimRef[]): string | undefined {
  const places = refs.flatMap(({ value }) => {
    const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);
    return isTime ? [placesOf(inertText(value), text)[0] ?? 0] : [];
  });
  const isBackwards = places.some((place, i) => place < (places[i - 1] ?? -1));
  return isBackwards && !BACKWARDS.test(text)
    ? "The sentence tells the times in another order than they had."
    : undefined;
}
