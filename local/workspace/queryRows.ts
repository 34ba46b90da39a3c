/** The rows of a result as the wire has them, with what faults do to them. */
import type { QueryRun } from "../../shared/kql/engine/query.ts";
import type { KqlValue } from "../../shared/kql/engine/values.ts";
import { toWire } from "../../shared/kql/engine/wire.ts";
import type { KqlColumn, KqlType } from "../../shared/schemas/kql.ts";
import type { QueryAnswer } from "./queryMessages.ts";

/** Log Analytics returns about this many bytes of rows (its documentation: service limits). */
const BYTES_MAX = 104_857_600;

/** Writes a run's rows down. */
export function writeRows(
  run: QueryRun,
  faults: readonly string[],
): Omit<QueryAnswer, "durationMs"> {
  const isDrifted = faults.includes("schema_drift");
  const shown = shownRows(run, faults);
  const lines: string[] = [];
  let bytes = 0;
  for (const row of shown) {
    const cells = run.columns.map(({ type }, index) => cellText(row[index] ?? null, type));
    const line = `[${(isDrifted ? ['""', ...cells.toReversed()] : cells).join(",")}]`;
    bytes += line.length;
    if (bytes > BYTES_MAX) break;
    lines.push(line);
  }
  const isTooLong = lines.length < shown.length;
  return {
    columns: isDrifted ? drifted(run.columns) : run.columns,
    rows: `[${lines.join(",")}]`,
    rowCount: lines.length,
    cut: isTooLong ? "bytes" : run.truncated ? "rows" : undefined,
    scannedRows: run.scannedRows,
  };
}

/** JSON of one value. The service writes a long with all its digits, also where a JSON reader keeps fewer. */
function cellText(value: KqlValue, type: KqlType): string {
  const isLong = typeof value === "bigint" && (type === "long" || type === "int");
  return isLong ? value.toString() : JSON.stringify(toWire(value, type));
}

function shownRows({ rows }: QueryRun, faults: readonly string[]): QueryRun["rows"] {
  const shown = faults.includes("partial") ? rows.slice(0, Math.floor(rows.length / 2)) : rows;
  return faults.includes("out_of_order") ? shown.toReversed() : shown;
}

/** A new column in front, the others moved: who reads by position is wrong from now on. */
const drifted = (columns: readonly KqlColumn[]): KqlColumn[] => [
  { name: "NewColumn_s", type: "string" },
  ...columns.toReversed(),
];
