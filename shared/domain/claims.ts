/** Claims are believed only after their proof was read again from the stored rows. */
import { createHash } from "node:crypto";

import { absenceObstacle, isWholePresence } from "./absence.ts";
import type { Json } from "../schemas/json.ts";
import type { KqlColumn } from "../schemas/kql.ts";
import type { Claim, ClaimRef, Evidence } from "../schemas/sessions.ts";
import { unsupportedText } from "./claimsText.ts";

/** A claim before it was checked. */
export type Assertion = Omit<Claim, "check" | "reason">;
export type EvidenceById = ReadonlyMap<string, Evidence>;

/** A reason why the claim does not hold, shown to the reader. */
class Struck extends Error {}

/**
 * SHA-256, lower-case hex, over the UTF-8 bytes of `{"columns":[{"name":…,"type":…},…],"values":[…]}` as canonical JSON: no white
 * space, the keys of every object (dynamic values included) sorted by code unit, numbers and texts as JSON.stringify
 * writes them. Columns are in the order of the result and part of the hash, so that a value cannot move to another column.
 */
export function rowHash(columns: readonly KqlColumn[], values: readonly Json[]): string {
  const row = {
    columns: columns.map(({ name, type }) => ({ name, type })),
    values: [...values],
  };
  return createHash("sha256").update(canonicalJson(row)).digest("hex");
}

export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${parts.join(",")}}`;
}

/**
 * Reads the claim's proof again.
 * - `value`: each cell holds what the claim says.
 * - `order`: and its times do not go backwards in the order of the refs.
 * - `membership`: the cell is the value, or a list that has it.
 * - `difference`: the whole minutes between the two times are the last ref's count.
 * - `count`: so many rows, all or those with the value in the column, of a complete result; with a row, the number that
 *   the workspace counted and its cell holds.
 * - `absence`: no row in a complete result, and each table that was asked had rows, values in what was asked, and no gap.
 *
 * A free sentence may say nothing that its refs do not; one of a rule must be word for word what its template gives.
 * @param expectedText the sentence that the finding's template gives for these refs, where there is one.
 */
export function checkClaim(claim: Assertion, evidence: EvidenceById, expectedText?: string): Claim {
  try {
    const { check, told } = PROOFS[claim.kind];
    check(claim.refs, evidence);
    const unsupported =
      expectedText === undefined ? unsupportedText(claim.text, saidBy(claim)) : undefined;
    if (unsupported !== undefined) throw new Struck(unsupported);
    if (expectedText !== undefined && expectedText !== claim.text) {
      throw new Struck("The sentence is not the one that its evidence gives.");
    }
    return { ...claim, check: "verified", reason: told };
  } catch (error) {
    if (!(error instanceof Struck)) throw error;
    return { ...claim, check: "struck", reason: error.message };
  }
}

/** What the sentence must say: the values and counts of its refs; an absence says none. */
function saidBy({ kind, refs }: Assertion): Json[] {
  if (kind === "absence") return [];
  return refs.flatMap(({ value, count }) => [
    ...(value === undefined ? [] : [value]),
    ...(count === undefined ? [] : [count]),
  ]);
}

/** How each kind of claim is proved, and what the reader is told when it was. */
const PROOFS: Readonly<
  Record<
    Claim["kind"],
    { check: (refs: readonly ClaimRef[], evidence: EvidenceById) => void; told: string }
  >
> = {
  value: {
    check: (refs, evidence) => refs.forEach((ref) => cellOf(ref, evidence)),
    told: "Each value was read again from its stored row.",
  },
  membership: {
    check: (refs, evidence) => refs.forEach((ref) => checkMember(ref, evidence)),
    told: "The stored row was read again and has the value.",
  },
  order: {
    check: checkOrder,
    told: "The times were read again from their stored rows and follow one another.",
  },
  difference: {
    check: checkDifference,
    told: "The time between the two stored times was computed again.",
  },
  count: {
    check: checkCounts,
    told: "The stored rows were counted again.",
  },
  absence: {
    check: checkAbsence,
    told: "The result is complete and empty; the tables it asked had rows in that time, values in the columns, and no gap.",
  },
};

interface Cell {
  value: Json;
  type: KqlColumn["type"];
}

/** The cell a ref names, after its row was found unchanged and to hold the ref's value. */
function cellOf(ref: ClaimRef, evidence: EvidenceById, holds = same): Cell {
  const from = evidenceOf(ref, evidence);
  const { row_hash: hash, column, value } = ref;
  if (hash === undefined || column === undefined || value === undefined) {
    throw new Struck("The claim does not name a row, a column and a value.");
  }
  const row = from.rows.find((one) => one.hash === hash);
  if (row === undefined) throw new Struck("The evidence has no such row.");
  if (rowHash(from.columns, row.values) !== hash) {
    throw new Struck("The stored row no longer fits its hash: it was changed.");
  }
  const at = from.columns.findIndex(({ name }) => name === column);
  const cell = row.values[at];
  const type = from.columns[at]?.type;
  if (cell === undefined || type === undefined) {
    throw new Struck(`The evidence has no column ${column}.`);
  }
  if (!holds(cell, value)) throw new Struck(`The stored row holds another value in ${column}.`);
  return { value: cell, type };
}

const same = (cell: Json, value: Json): boolean => canonicalJson(cell) === canonicalJson(value);

function checkMember(ref: ClaimRef, evidence: EvidenceById): void {
  cellOf(ref, evidence, (cell, value) =>
    Array.isArray(cell) ? cell.some((one) => same(one, value)) : same(cell, value),
  );
}

function checkOrder(refs: readonly ClaimRef[], evidence: EvidenceById): void {
  const times = timesOf(refs, evidence);
  if (times.length < 2) throw new Struck("An order needs two times.");
  if (times.some((time, i) => time < (times[i - 1] ?? -Infinity))) {
    throw new Struck("The times do not follow one another.");
  }
}

function checkDifference(refs: readonly ClaimRef[], evidence: EvidenceById): void {
  const last = refs.at(-1);
  const [from, to] = timesOf(refs.slice(0, -1), evidence);
  if (last?.count === undefined || from === undefined || to === undefined) {
    throw new Struck("A difference needs two times and the minutes between them.");
  }
  if (!refs.slice(0, -1).some(({ evidence_id }) => evidence_id === last.evidence_id)) {
    throw new Struck("The minutes are said to be of other evidence than the times.");
  }
  if (Math.floor(Math.abs(to - from) / 60_000) !== last.count) {
    throw new Struck("The stored times lie further apart or closer together.");
  }
}

/** Checks all cells; gives those that are times, in milliseconds, in the order of the refs. */
const timesOf = (refs: readonly ClaimRef[], evidence: EvidenceById): number[] =>
  refs
    .map((ref) => cellOf(ref, evidence))
    .flatMap(({ type, value }) =>
      type === "datetime" && typeof value === "string" ? [Date.parse(value)] : [],
    );

/** Each ref is a count, or a cell of the row beside it. */
function checkCounts(refs: readonly ClaimRef[], evidence: EvidenceById): void {
  if (refs.every(({ count }) => count === undefined)) {
    throw new Struck("The claim does not name a count.");
  }
  for (const ref of refs) checkCount(ref, evidence);
}

function checkCount(ref: ClaimRef, evidence: EvidenceById): void {
  const from = complete(evidenceOf(ref, evidence));
  if (ref.row_hash !== undefined) {
    const { value } = cellOf(ref, evidence);
    if (ref.count !== undefined && value !== ref.count) {
      throw new Struck("The stored row holds another number.");
    }
    return;
  }
  if (ref.count === undefined) throw new Struck("The claim does not name a count.");
  const at = from.columns.findIndex(({ name }) => name === ref.column);
  const { value } = ref;
  if (value !== undefined && at === -1) throw new Struck("The evidence has no such column.");
  const rows = from.rows.filter(
    ({ values }) => value === undefined || same(values[at] ?? null, value),
  );
  if (rows.length !== ref.count) throw new Struck(`The evidence has ${rows.length} such rows.`);
}

function checkAbsence([asked, ...tables]: readonly ClaimRef[], evidence: EvidenceById): void {
  if (asked?.count !== 0) throw new Struck("An absence is a count of nought.");
  checkCount({ evidence_id: asked.evidence_id, count: 0 }, evidence);
  if (tables.length === 0) {
    throw new Struck("Nothing shows that the tables had rows, so finding none proves nothing.");
  }
  for (const table of tables) {
    const counted = complete(evidenceOf(table, evidence));
    cellOf(table, evidence);
    const obstacle = absenceObstacle(table, counted, "A table that was asked");
    if (obstacle !== undefined) throw new Struck(obstacle);
    if (!isWholePresence(counted, tables)) {
      throw new Struck("Whether rows are missing in between is not shown.");
    }
  }
}

/** The evidence, when it is whole: nothing cut off, nothing missing, nothing changed. */
function complete(evidence: Evidence): Evidence {
  if (evidence.truncated || evidence.statistics.partial_error !== undefined) {
    throw new Struck("The result was cut off or answered in part, so its rows cannot be counted.");
  }
  if (evidence.rows.length !== evidence.row_count) {
    throw new Struck("Stored rows are missing.");
  }
  if (evidence.rows.some(({ hash, values }) => rowHash(evidence.columns, values) !== hash)) {
    throw new Struck("A stored row no longer fits its hash: it was changed.");
  }
  return evidence;
}

function evidenceOf(ref: ClaimRef, evidence: EvidenceById): Evidence {
  const found = evidence.get(ref.evidence_id);
  if (found === undefined) throw new Struck("There is no such evidence.");
  return found;
}
