/** When finding nothing proves something: the tables had rows, the columns asked had values, and no rows are missing in between. */
import type { Json } from "../schemas/json.ts";
import type { ClaimRef, Evidence } from "../schemas/sessions.ts";

/** Before the name of a column: in how many rows it is not empty. */
const FILLED = "Filled_";
/** The longest time without rows, its start and the stretch's end included. */
const QUIET = "QuietMinutes";
/** The same in the time before, where that is known. */
const USUAL = "UsualQuietMinutes";
const SPAN = "SpanMinutes";
/** Shorter silences are none: ingestion alone takes minutes. */
const GAP_MINUTES_MIN = 60;
/** A silence is a gap when it is so many times as long as any before. */
const GAP_TIMES = 2;
/** Where nothing is known of before: this share of the stretch, and at least half a day. */
const GAP_SHARE = 1 / 3;
const GAP_MINUTES_UNKNOWN = 720;

/**
 * What a count of a table's rows must show, as refs of a claim: rows, values in the columns, no gap.
 * @param columns those that the question filters by, in groups that look for the same values: one of each must be filled.
 *   `all`: each column that was counted.
 */
export function presenceRefs(
  counted: Evidence,
  columns: readonly (readonly string[])[] | "all",
): ClaimRef[] {
  const row = counted.rows[0];
  if (row === undefined) return [];
  const filled = counted.columns.map(({ name }) => name).filter((name) => name.startsWith(FILLED));
  const asked =
    columns === "all" ? filled : columns.flatMap((group) => shownOf(group, filled, counted));
  return counted.columns.flatMap(({ name }, i) => {
    if (name !== "Rows" && name !== QUIET && !asked.includes(name)) return [];
    const value = row.values[i] ?? null;
    return [{ evidence_id: counted.id, row_hash: row.hash, column: name, value }];
  });
}

/** Of columns that look for the same values those that have some; all of them when none has. */
function shownOf(group: readonly string[], counts: readonly string[], counted: Evidence): string[] {
  const present = group.map((name) => FILLED + name).filter((name) => counts.includes(name));
  const filled = present.filter((name) => Number(cellOf(counted, name)) > 0);
  return filled.length > 0 ? filled : present;
}

/** Why the table cannot show an absence, by one ref of `presenceRefs`; `undefined` when it can. */
export function absenceObstacle(
  { column = "", value = null }: Pick<ClaimRef, "column" | "value">,
  counted: Evidence,
  table: string,
): string | undefined {
  if (column === QUIET) return gapText(value, counted, table);
  if (typeof value === "number" && value > 0) return undefined;
  return column.startsWith(FILLED)
    ? `${table} had rows in that time, but ${column.slice(FILLED.length)} is empty in all of them, so finding none proves nothing.`
    : `${table} had no rows in that time, so finding none proves nothing.`;
}

function gapText(quiet: Json, counted: Evidence, table: string): string | undefined {
  const usual = cellOf(counted, USUAL);
  const span = cellOf(counted, SPAN);
  if (typeof quiet !== "number") return undefined;
  const limit =
    typeof usual === "number"
      ? Math.max(GAP_MINUTES_MIN, usual * GAP_TIMES)
      : Math.max(GAP_MINUTES_UNKNOWN, (typeof span === "number" ? span : 0) * GAP_SHARE);
  if (quiet <= limit) return undefined;
  const before =
    typeof usual === "number"
      ? `, where it was never quiet for more than ${hours(usual)} before`
      : "";
  return `${table} has no rows for ${hours(quiet)} of that time${before}: rows may be missing, so finding none proves nothing.`;
}

const hours = (minutes: number): string =>
  minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;

function cellOf({ columns, rows }: Evidence, column: string): Json | undefined {
  return rows[0]?.values[columns.findIndex(({ name }) => name === column)];
}

/** Whether everything that the count shows of a gap is cited: a gap that nobody cites would not be looked at. */
export const isWholePresence = (counted: Evidence, refs: readonly ClaimRef[]): boolean =>
  presenceRefs(counted, []).every(({ column }) =>
    refs.some((ref) => ref.evidence_id === counted.id && ref.column === column),
  );

/**
 * The query that counts a table's rows by the hour.
 * @param bounds names of the constants: where it looks from, where the stretch begins and ends. Without them all of the
 *   query's own time range is the stretch.
 */
export function presenceQuery(
  table: string,
  columns: readonly string[],
  bounds: { from: string; start: string; end: string },
): string {
  const { from, start, end } = bounds;
  const filled = columns
    .map((name) => `, ${FILLED}${name} = countif(isnotempty(${name}))`)
    .join("");
  const sums = columns.map((name) => `, ${FILLED}${name} = sumif(${FILLED}${name}, In)`).join("");
  return `${table}
| where TimeGenerated between (${from} .. ${end})
| summarize Rows = count(), First = min(TimeGenerated), Last = max(TimeGenerated)${filled} by In = TimeGenerated >= ${start}, Hour = bin(TimeGenerated, 1h)
| order by First asc
| extend Quiet = datetime_diff("minute", First, iff(isnull(prev(Last)) or (In and not(prev(In))), iff(In, ${start}, ${from}), prev(Last)))
| summarize Rows = sumif(Rows, In), First = minif(First, In), Last = maxif(Last, In), Inner = maxif(Quiet, In), UsualQuietMinutes = maxif(Quiet, not(In))${sums}
| extend SpanMinutes = datetime_diff("minute", ${end}, ${start})
| extend QuietMinutes = max_of(Inner, datetime_diff("minute", ${end}, Last))
| project-away Inner`;
}
