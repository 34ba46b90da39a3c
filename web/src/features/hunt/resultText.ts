/** Results as text: for cells, for the clipboard, for a CSV file that a spreadsheet opens safely. */
import type { Json } from "../../../../shared/schemas/json.ts";
import { csvFile, inertCell } from "../../components/csv.ts";
import type { HuntResult } from "./queries.ts";

/** Null is empty; dynamic values are JSON. */
export function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A long with more digits than a number holds travels as text. */
const LONG = /^-?\d{16,19}$/;

function csvCell(value: Json | undefined): string {
  const text = cellText(value);
  return typeof value === "string" && !LONG.test(text) ? inertCell(text) : text;
}

/** A CSV file of the whole result. */
export const csvOf = ({ columns, rows }: Pick<HuntResult, "columns" | "rows">): string =>
  csvFile([columns.map(({ name }) => csvCell(name)), ...rows.map((row) => row.map(csvCell))]);

/** One row as JSON, for a note or a ticket. */
export const rowJson = ({ columns }: Pick<HuntResult, "columns">, row: readonly Json[]): string =>
  JSON.stringify(
    Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])),
    null,
    2,
  );

function numberOf(value: Json): number | bigint | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && LONG.test(value) ? BigInt(value) : undefined;
}

export interface Sort {
  /** Index of the column. */
  column: number;
  descending: boolean;
}

/** A new list; empty values last, numbers as numbers, the rest by code point. */
export function sorted(rows: readonly Json[][], sort: Sort | undefined): readonly Json[][] {
  if (sort === undefined) return rows;
  const { column, descending } = sort;
  const turn = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [a[column] ?? null, b[column] ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const [n, m] = [numberOf(x), numberOf(y)];
    if (n !== undefined && m !== undefined) return turn * (n < m ? -1 : Number(n > m));
    const [s, t] = [cellText(x), cellText(y)];
    return s === t ? 0 : turn * (s < t ? -1 : 1);
  });
}
