/** Real claims whose proof was damaged in one place, each so that one check alone can tell. */
import { type Assertion, checkClaim, rowHash } from "../../shared/domain/claims.ts";
import { inertText } from "../../shared/domain/claimsText.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { Claim, ClaimRef, Evidence } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";
import { pick, type Random } from "./alterations.ts";

/** What the checker is given. */
interface Given {
  claim: Assertion;
  evidence: readonly Evidence[];
  expectedText?: string;
}
type Damage = (given: Given, random: Random) => Given | undefined;

/** The claim with another ref in place of one; its sentence says of the new one what it said of the old. */
function withRef(given: Given, at: number, by: ClaimRef | undefined): Given | undefined {
  const { claim } = given;
  const old = claim.refs[at];
  if (old === undefined || by === undefined) return undefined;
  const text =
    by.value === undefined || old.value === undefined
      ? claim.text
      : claim.text.replaceAll(inertText(old.value), () => inertText(by.value ?? null));
  return { ...given, claim: { ...claim, text, refs: claim.refs.with(at, by) } };
}

const withCount = (given: Given, at: number, count: number): Given | undefined => {
  const { claim } = given;
  const old = claim.refs[at];
  if (old?.count === undefined) return undefined;
  const text = claim.text.replaceAll(new RegExp(`\\b${old.count}\\b`, "g"), String(count));
  return { ...given, claim: { ...claim, text, refs: claim.refs.with(at, { ...old, count }) } };
};

const withEvidence = (given: Given, id: string, change: (one: Evidence) => Evidence): Given => ({
  ...given,
  evidence: given.evidence.map((one) => (one.id === id ? change(one) : one)),
});

/** A cell of the cited answer as if the workspace had said so: the row's hash fits, and the claim says the same. */
function honestCell(given: Given, column: string, value: Json): Given | undefined {
  const { claim } = given;
  const at = claim.refs.findIndex((ref) => ref.column === column && ref.row_hash !== undefined);
  const ref = claim.refs[at];
  const from = given.evidence.find(({ id }) => id === ref?.evidence_id);
  const place = from?.columns.findIndex(({ name }) => name === column) ?? -1;
  const row = from?.rows.find(({ hash }) => hash === ref?.row_hash);
  if (from === undefined || ref === undefined || row === undefined || place === -1)
    return undefined;
  const values = row.values.with(place, value);
  const hash = rowHash(from.columns, values);
  const refs = claim.refs.map((one) => ({
    ...one,
    ...(one.row_hash === row.hash && { row_hash: hash }),
    ...(one === ref && { value }),
  }));
  const rows = from.rows.map((one) => (one === row ? { ...one, hash, values } : one));
  return withEvidence({ ...given, claim: { ...claim, refs } }, from.id, (one) => ({
    ...one,
    rows,
  }));
}

const cellAt = ({ claim }: Given, random: Random): number =>
  pick(
    random,
    claim.refs.flatMap(({ row_hash }, i) => (row_hash === undefined ? [] : [i])),
  ) ?? -1;

/** What a count or an absence was read from. */
const readFrom = ({ claim: { refs } }: Given, random: Random): string =>
  pick(random, refs)?.evidence_id ?? "";

const later = (time: string): string => new Date(Date.parse(time) + 1_000).toISOString();

/** Something else of the same sort. */
function other(value: Json): Json {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return [...value, "mallory"];
  if (typeof value !== "string" || value === "") return "mallory";
  return /^\d{4}-\d\d-\d\dT/.test(value) ? later(value) : `${value.slice(0, -1)}é`;
}

export const DAMAGES: Readonly<Record<string, Damage>> = {
  "no such evidence": (given, random) => {
    const at = Math.floor(random() * given.claim.refs.length);
    const ref = given.claim.refs[at];
    return withRef(given, at, ref && { ...ref, evidence_id: "ev_invented" });
  },
  "no such row": (given, random) => {
    const at = cellAt(given, random);
    const ref = given.claim.refs[at];
    return withRef(given, at, ref && { ...ref, row_hash: "ab".repeat(32) });
  },
  "no such column": (given, random) => {
    const at = Math.floor(random() * given.claim.refs.length);
    const ref = given.claim.refs[at];
    if (ref?.column === undefined) return undefined;
    return withRef(given, at, { ...ref, column: "Invented" });
  },
  "a cell without a name": (given, random) => {
    const at = cellAt(given, random);
    const ref = given.claim.refs[at];
    if (ref === undefined) return undefined;
    const { row_hash: _hash, ...unnamed } = ref;
    return withRef(given, at, unnamed);
  },
  /** All rows hold nothing in a column that there is not. */
  "counted by no column": (given) => {
    const [ref] = given.claim.refs;
    if (given.claim.kind !== "count" || ref === undefined) return undefined;
    const text = `${given.claim.text} Of them (none).`;
    return said(
      { ...given, claim: { ...given.claim, refs: [{ ...ref, column: "Invented", value: null }] } },
      text,
    );
  },
  "a longer name, at its beginning": (given) => joined(given, (shown) => `x${shown}`),
  "a longer name, at its end": (given) => joined(given, (shown) => `${shown}x`),
  "another value": (given, random) => {
    const at = cellAt(given, random);
    const ref = given.claim.refs[at];
    // The rows of a count of a table are looked at by themselves, see below.
    if (ref?.value === undefined) return undefined;
    return withRef(given, at, { ...ref, value: other(ref.value) });
  },
  /** In a column that the claim does not cite, so that only the hash can tell. */
  "a stored row was changed": (given, random) => {
    const id = readFrom(given, random);
    const hashes = given.claim.refs.map(({ row_hash }) => row_hash);
    const columns = given.claim.refs.map(({ column }) => column);
    return changedIn(given, id, (one) => {
      const row = one.rows.find(({ hash }) => hashes.includes(hash)) ?? one.rows[0];
      const at = one.columns.findIndex(({ name }) => !columns.includes(name));
      if (row === undefined || at === -1) return undefined;
      const values = row.values.with(at, other(row.values[at] ?? null));
      return { ...one, rows: one.rows.map((was) => (was === row ? { ...was, values } : was)) };
    });
  },
  "the answer was cut off": (given, random) =>
    ofWhole(
      given,
      withEvidence(given, readFrom(given, random), (one) => ({ ...one, truncated: true })),
    ),
  "the answer is a part": (given, random) =>
    ofWhole(
      given,
      withEvidence(given, readFrom(given, random), (one) => ({
        ...one,
        statistics: { ...one.statistics, partial_error: "A shard did not answer." },
      })),
    ),
  /** One that is neither counted nor cited, where the claim counts some. */
  "a stored row is lost": (given, random) => {
    const id = readFrom(given, random);
    return ofWhole(
      given,
      withEvidence(given, id, (one) => ({ ...one, row_count: one.row_count + 1 })),
    );
  },
  "a count that is off by one": (given, random) => {
    const at = given.claim.refs.findIndex(({ count }) => count !== undefined);
    const count = given.claim.refs[at]?.count;
    if (given.claim.kind === "absence" || count === undefined) return undefined;
    return withCount(given, at, count === 0 || random() < 0.5 ? count + 1 : count - 1);
  },
  "no count": (given) => {
    const at = given.claim.refs.findIndex(({ count }) => count !== undefined);
    const { count, ...rest } = given.claim.refs[at] ?? { count: undefined };
    if (count === undefined || !("evidence_id" in rest)) return undefined;
    const text = given.claim.text.replaceAll(new RegExp(`\\s?\\b${count}\\b`, "g"), "");
    return withRef({ ...given, claim: { ...given.claim, text } }, at, rest);
  },
  "times told backwards": (given) => {
    const { claim } = given;
    if (claim.kind !== "order") return undefined;
    // What began and ended at one time is as true backwards.
    const times = claim.refs.flatMap(({ value }) =>
      typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? [value] : [],
    );
    if (times[0] === times.at(-1)) return undefined;
    return { ...given, claim: { ...claim, refs: claim.refs.toReversed() } };
  },
  "one time alone": (given) => {
    const { claim } = given;
    const [ref] = claim.refs;
    if (claim.kind !== "order" || ref?.value === undefined) return undefined;
    const text = `It was at ${inertText(ref.value)}.`;
    return { ...given, claim: { ...claim, text, refs: [ref] } };
  },
  "minutes of other evidence": (given) => {
    const { claim, evidence } = given;
    const last = claim.refs.at(-1);
    const from = evidence.find(({ id }) =>
      claim.refs.every(({ evidence_id }) => evidence_id !== id),
    );
    if (claim.kind !== "difference" || last === undefined || from === undefined) return undefined;
    return withRef(given, claim.refs.length - 1, { ...last, evidence_id: from.id });
  },
  "rows where none were": (given) => {
    const { claim, evidence } = given;
    const full = evidence.find(({ row_count, truncated }) => row_count > 0 && !truncated);
    const [asked] = claim.refs;
    if (claim.kind !== "absence" || full === undefined) return undefined;
    return withRef(given, 0, asked && { ...asked, evidence_id: full.id });
  },
  "an absence of one": (given) => {
    const [asked] = given.claim.refs;
    if (given.claim.kind !== "absence") return undefined;
    return withRef(given, 0, asked && { ...asked, count: 1 });
  },
  "no table was counted": (given) =>
    given.claim.kind === "absence"
      ? { ...given, claim: { ...given.claim, refs: given.claim.refs.slice(0, 1) } }
      : undefined,
  "the silence is not cited": (given) => {
    const { claim } = given;
    const refs = claim.refs.filter(({ column }) => column !== "QuietMinutes");
    const isLess = refs.length > 1 && refs.length < claim.refs.length;
    return claim.kind === "absence" && isLess ? { ...given, claim: { ...claim, refs } } : undefined;
  },
  "a table without rows": (given) => ofAbsence(given, "Rows", 0),
  "a column without values": (given) => {
    const column = given.claim.refs.find((ref) => ref.column?.startsWith("Filled_"))?.column;
    return column === undefined ? undefined : ofAbsence(given, column, 0);
  },
  "a gap in the table": (given) => ofAbsence(given, "QuietMinutes", 1_000_000),
  "a value that is not said": (given, random) => {
    const { claim } = given;
    if (claim.kind === "absence") return undefined;
    const value = pick(
      random,
      claim.refs.flatMap((ref) => (ref.value === undefined ? [] : [ref.value])),
    );
    if (value === undefined) return undefined;
    return { ...given, claim: { ...claim, text: claim.text.replaceAll(inertText(value), "it") } };
  },
  "an address that nobody holds": (given) => said(given, `${given.claim.text} Then 198.51.100.77.`),
  "a number in words": (given) => said(given, `${given.claim.text} It did so fifty times.`),
  "another sentence than its rule's": (given) => ({
    ...said(given, given.claim.text.replace(/[.?]?$/, ", by the owner.")),
    expectedText: given.claim.text,
  }),
};

function joined(given: Given, longer: (shown: string) => string): Given | undefined {
  const { text, refs } = given.claim;
  const name = refs.flatMap(({ value }) =>
    typeof value === "string" ? [inertText(value)] : [],
  )[0];
  const changed = name === undefined ? text : text.replaceAll(name, () => longer(name));
  return changed === text ? undefined : said(given, changed);
}

const said = (given: Given, text: string): Given => ({ ...given, claim: { ...given.claim, text } });

/** Only counts and absences need the whole answer. */
const ofWhole = (given: Given, damaged: Given): Given | undefined =>
  given.claim.kind === "count" || given.claim.kind === "absence" ? damaged : undefined;

const ofAbsence = (given: Given, column: string, value: number): Given | undefined =>
  given.claim.kind === "absence" ? honestCell(given, column, value) : undefined;

function changedIn(
  given: Given,
  id: string,
  change: (one: Evidence) => Evidence | undefined,
): Given | undefined {
  const from = given.evidence.find((one) => one.id === id);
  const after = from && change(from);
  return after === undefined ? undefined : withEvidence(given, id, () => after);
}

/** A claim of the kind with the damage; `undefined` where the story has none or the damage does not apply. */
export function proofMutant(
  { report, evidence }: PlayedStory,
  kind: Claim["kind"],
  damage: string,
  random: Random,
): { isCaught: boolean; change: string } | undefined {
  const claim = pick(
    random,
    report.claims.filter((one) => one.kind === kind && one.check === "verified"),
  );
  if (claim === undefined) return undefined;
  const { check: _check, reason: _reason, ...assertion } = claim;
  const given = DAMAGES[damage]?.({ claim: assertion, evidence }, random);
  if (given === undefined) return undefined;
  const byId = new Map(given.evidence.map((one) => [one.id, one]));
  const after = checkClaim(given.claim, byId, given.expectedText);
  const change = `${damage}: ${JSON.stringify(claim)} → ${JSON.stringify(given.claim)}`;
  return { isCaught: after.check === "struck", change };
}
