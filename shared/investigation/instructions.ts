/** Texts in logs that read like instructions: each is an observation of its own, and moves no verdict in either direction. */
import { type Assertion, checkClaim, type EvidenceById } from "../domain/claims.ts";
import { inertText } from "../domain/claimsText.ts";
import type { Json } from "../schemas/json.ts";
import type { Claim, ClaimRef, Evidence } from "../schemas/sessions.ts";
import { INSTRUCTIONS } from "./data/instructionWords.ts";
import { handleOf, isUntrusted } from "./modelFence.ts";

const OBSERVATION = "o00.instruction";
/** More of them say no more. */
const OBSERVED_MAX = 3;
/** Longer texts are looked at in their beginning. */
const LENGTH_MAX = 4_000;
const ENCODED = /(?:[A-Za-z0-9+/]{4}){6,}={0,2}|(?:[0-9a-f]{2}){16,}/gi;
/** In addresses most letters stand as they are, and what is between them is escaped. */
const ESCAPED = /(?:%[0-9a-f]{2})+/gi;
/** Format characters, and the tags that mirror ASCII invisibly. */
const HIDDEN = /[\p{Cf}]/gu;
const TAGS = /[\u{E0020}-\u{E007E}]/gu;

/** Whether a text, as it stands or decoded, reads like an instruction. */
export function readsAsInstruction(value: Json): boolean {
  if (typeof value !== "string") return false;
  const text = value.slice(0, LENGTH_MAX);
  const mirrored = text.replaceAll(TAGS, (tag) =>
    String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000),
  );
  const readable = mirrored.replaceAll(HIDDEN, "").normalize("NFKC");
  const decoded = (readable.match(ENCODED) ?? []).map(decode);
  const unescaped = readable.replaceAll(ESCAPED, decodeURIComponentSafely);
  return [readable, unescaped, ...decoded, reversed(readable)].some((one) =>
    INSTRUCTIONS.some((pattern) => pattern.test(one)),
  );
}

const reversed = (text: string): string => Array.from(text).toReversed().join("");

function decode(text: string): string {
  const isHex = /^[0-9a-f]+$/i.test(text);
  return Buffer.from(text, isHex ? "hex" : "base64").toString("utf8");
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** One claim for each such text, at most a few; their ids follow `before`. */
export function observationsOf(evidence: EvidenceById, before: number): Claim[] {
  const seen = new Set<string>();
  const claims: Claim[] = [];
  for (const one of inOrder(evidence)) {
    for (const ref of suspectCells(one)) {
      const key = handleOf(ref.value ?? null);
      if (claims.length >= OBSERVED_MAX) return claims;
      if (seen.has(key)) continue;
      seen.add(key);
      const assertion: Assertion = {
        id: `clm_${before + claims.length + 1}`,
        text: textOf([ref]),
        kind: "value",
        is_key: false,
        finding_key: `${OBSERVATION}:${key}`,
        refs: [ref],
      };
      claims.push(checkClaim(assertion, evidence, assertion.text));
    }
  }
  return claims;
}

export const isObservation = ({ finding_key: key }: Pick<Claim, "finding_key">): boolean =>
  key.startsWith(`${OBSERVATION}:`);

/** The observation, read again from its stored row; struck when the cell says something else or reads as nothing of the kind. */
export function observedAgain(claim: Claim, evidence: EvidenceById): Claim {
  const { check: _check, reason: _reason, ...assertion } = claim;
  const again = claim.refs.flatMap((ref) => {
    const from = evidence.get(ref.evidence_id);
    return from === undefined ? [] : suspectCells(from).filter((cell) => isSameCell(cell, ref));
  });
  const isSuspect =
    again.length === 1 &&
    claim.refs.length === 1 &&
    !claim.is_key &&
    claim.finding_key === `${OBSERVATION}:${handleOf(again[0]?.value ?? null)}`;
  if (isSuspect && claim.kind === "value")
    return checkClaim(assertion, evidence, textOf(claim.refs));
  return { ...assertion, check: "struck", reason: "The cell does not read like an instruction." };
}

const isSameCell = (a: ClaimRef, b: ClaimRef): boolean =>
  a.row_hash === b.row_hash && a.column === b.column;

const textOf = (refs: readonly ClaimRef[]): string =>
  `A text in the logs reads like an instruction; it was treated as data: ${inertText(refs[0]?.value ?? null)}.`;

/** The rules' own answers first: what a model asks later moves no id. */
const inOrder = (evidence: EvidenceById): Evidence[] =>
  [...evidence.values()].toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));

const rank = ({ id }: Evidence): number => (id.startsWith("ev_asked_") ? 1 : 0);

const suspectCells = ({ id, columns, rows }: Evidence): ClaimRef[] =>
  rows.flatMap(({ hash, values }) =>
    columns.flatMap((column, i) => {
      const value = values[i] ?? null;
      return isUntrusted(column, id) && readsAsInstruction(value)
        ? [{ evidence_id: id, row_hash: hash, column: column.name, value }]
        : [];
    }),
  );
