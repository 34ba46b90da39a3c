/** Rows that are set aside: what is kept of one, and for how long. */
import type { JsonObject } from "../schemas/json.ts";
import type { SetAsideRecord, SetAsideRow } from "../schemas/setAsideRows.ts";
import { plusMs } from "./time.ts";

/** A workspace that sends more strange rows than this keeps the newest. */
export const SET_ASIDE_MAX = 100;
/** Enough to recognise a row; a hundred of them stay far below what a document may hold. */
const EXCERPT_MAX = 1000;
/** Rows that nobody sent again for so long are forgotten. */
const KEPT_MS = 30 * 86_400_000;

/** What tells rows of one incident. */
type Identity = Pick<SetAsideRow, "name" | "number">;

/** @param row SecurityIncident as it came, JSON columns parsed or not. */
export function identityOf(row: JsonObject): Identity {
  const { IncidentName: name, IncidentNumber: number } = row;
  return {
    name: typeof name === "string" ? name : "",
    number: typeof number === "number" && Number.isFinite(number) ? number : null,
  };
}

export const isSameIncident = (one: Identity, other: Identity): boolean =>
  (one.name !== "" && one.name === other.name) ||
  (one.number !== null && one.number === other.number);

/** What is kept of a row. */
export function setAsideRow(row: JsonObject, reason: string, at: Date): SetAsideRow {
  const { LastModifiedTime: changed } = row;
  const time = typeof changed === "string" ? Date.parse(changed) : Number.NaN;
  return {
    ...identityOf(row),
    reason,
    changed_at: Number.isNaN(time) ? null : new Date(time).toISOString(),
    at: at.toISOString(),
    // Not half of a character that takes two places.
    row: JSON.stringify(row)
      .slice(0, EXCERPT_MAX)
      .replace(/[\uD800-\uDBFF]$/, ""),
  };
}

/**
 * The rows to keep after a sync, newest first: a row that failed again once, one that was taken over not at all.
 * @param taken incidents that could be taken over.
 */
export function keptAside(
  before: Pick<SetAsideRecord, "rows" | "is_more">,
  failed: readonly SetAsideRow[],
  taken: readonly Identity[],
  now: Date,
): Pick<SetAsideRecord, "rows" | "is_more"> {
  const gone = [...failed, ...taken];
  const since = plusMs(now, -KEPT_MS).toISOString();
  const kept = before.rows.filter(
    (row) => row.at >= since && !gone.some((one) => isSameIncident(one, row)),
  );
  const rows = [...failed, ...kept];
  const isMore = rows.length > SET_ASIDE_MAX || (before.is_more && kept.length > 0);
  return { rows: rows.slice(0, SET_ASIDE_MAX), is_more: isMore };
}
