/** Whether values that a free sentence names together stand together: two right values may still make a false sentence. */
import type { EvidenceById } from "../domain/claims.ts";
import { inertText, placesOf } from "../domain/claimsText.ts";
import type { Json } from "../schemas/json.ts";
import type { Claim, ClaimRef } from "../schemas/sessions.ts";

interface Cited {
  kind: Claim["kind"];
  refs: readonly ClaimRef[];
}

/** Where one statement of a sentence ends and the next begins. */
const BOUNDARY =
  /[;:—]|\.\s|,?\s(?:and|or|but|then|while|whereas|before|after|when|once|until|followed by|which|who)\b/gi;
/** Between the members of a list, which is said of as a whole. */
const IN_LIST = /^\s*(?:,|,?\s*(?:and|or|&))\s*$/i;
/** Kinds whose values come of several rows, and belong together all the same. */
const ACROSS_ROWS: ReadonlySet<Claim["kind"]> = new Set(["count", "order", "difference"]);

interface Mention {
  shown: string;
  from: number;
  to: number;
  /** Names and addresses; numbers and times are facts about them. */
  isName: boolean;
}

type IsTogether = (a: string, b: string) => boolean;

/**
 * Names that one statement of the sentence has must stand in one cited row, or in one claim that counts or compares; its
 * numbers and times in one with at least one of the names. Of two lists each member must fit one of the other. Whether an
 * “and” lists or begins a statement is not known: one of the two must fit.
 * @returns what is wrong, `undefined` when nothing is.
 */
export function apart(
  text: string,
  claims: readonly Cited[],
  evidence: EvidenceById,
): string | undefined {
  const sets = togetherOf(claims, evidence);
  const isTogether: IsTogether = (a, b) => a === b || sets.some((set) => set.has(a) && set.has(b));
  const mentions = mentionsOf(text, claims);
  const listed = strayIn(statementsOf(text, mentions, true), isTogether);
  return listed && strayIn(statementsOf(text, mentions, false), isTogether);
}

function strayIn(statements: readonly Mention[][][], isTogether: IsTogether): string | undefined {
  for (const groups of statements) {
    const names = groups.filter(([first]) => first?.isName === true);
    for (const [i, group] of groups.entries()) {
      const others = group[0]?.isName === true ? names.filter((one) => one !== group) : names;
      const fits = (one: Mention): boolean => {
        const found = others.map((other) =>
          other.some(({ shown }) => isTogether(one.shown, shown)),
        );
        if (found.length === 0) return true;
        return one.isName ? found.every(Boolean) : found.some(Boolean);
      };
      const stray = group.find((one) => !fits(one));
      const named = groups.find((one, j) => j !== i && one[0]?.isName === true)?.[0]?.shown ?? "";
      if (stray !== undefined) {
        return `The sentence names ${stray.shown} together with ${named}, which no row that it cites does.`;
      }
    }
  }
  return undefined;
}

/** Values of one row, or of one claim over several rows, as sentences show them. */
function togetherOf(claims: readonly Cited[], evidence: EvidenceById): ReadonlySet<string>[] {
  const refs = claims.flatMap((claim) => claim.refs);
  const rows = new Map(refs.map((ref) => [`${ref.evidence_id} ${ref.row_hash ?? ""}`, ref]));
  return [
    ...[...rows.values()].map((ref) => new Set(shownInRow(ref, evidence))),
    ...claims.filter(({ kind }) => ACROSS_ROWS.has(kind)).map((claim) => new Set(shownBy(claim))),
  ];
}

function shownInRow(ref: ClaimRef, evidence: EvidenceById): string[] {
  const rows = evidence.get(ref.evidence_id)?.rows ?? [];
  const row =
    ref.row_hash === undefined ? undefined : rows.find(({ hash }) => hash === ref.row_hash);
  return (row?.values ?? []).flatMap((cell) => [
    inertText(cell),
    ...(Array.isArray(cell) ? cell.map((member) => inertText(member)) : []),
  ]);
}

const shownBy = ({ refs }: Cited): string[] =>
  refs.flatMap(({ value, count }) => [
    ...(value === undefined ? [] : [inertText(value)]),
    ...(count === undefined ? [] : [inertText(count)]),
  ]);

/** The statements of a sentence: for each its values, those of a list together where there are lists. */
function statementsOf(
  text: string,
  mentions: readonly Mention[],
  hasLists: boolean,
): Mention[][][] {
  const cuts = Array.from(text.matchAll(BOUNDARY), ({ index }) => index).filter(
    (at) => !mentions.some(({ from, to }) => from <= at && at < to),
  );
  const statements: Mention[][][] = [];
  let before: Mention | undefined;
  for (const mention of mentions) {
    const { isName, from } = mention;
    const between = text.slice(before?.to ?? 0, from);
    const last = statements.at(-1);
    if (last !== undefined && hasLists && before?.isName === isName && IN_LIST.test(between)) {
      last.at(-1)?.push(mention);
    } else if (last !== undefined && !cuts.some((at) => at >= (before?.to ?? 0) && at < from)) {
      last.push([mention]);
    } else {
      statements.push([[mention]]);
    }
    before = mention;
  }
  return statements;
}

/** Every place where a value stands, the longest value where several do. */
function mentionsOf(text: string, claims: readonly Cited[]): Mention[] {
  const values = claims.flatMap(({ refs }) =>
    refs.flatMap(({ value, count }): Json[] => [value ?? null, count ?? null]),
  );
  const kinds = new Map(
    values.filter((value) => value !== null).map((value) => [inertText(value), isName(value)]),
  );
  const found = [...kinds].flatMap(([shown, named]) =>
    placesOf(shown, text).map((from) => ({
      shown,
      from,
      to: from + shown.length,
      isName: named,
    })),
  );
  return found
    .filter(
      (one) =>
        !found.some(
          (other) =>
            other !== one &&
            other.from <= one.from &&
            other.to >= one.to &&
            other.to - other.from > one.to - one.from,
        ),
    )
    .toSorted((a, b) => a.from - b.from);
}

const isName = (value: Json): boolean =>
  typeof value === "string" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
