/** Rows of a table that were packed together, in the order of their times. A segment never changes. */
import type { KqlType } from "../../../schemas/kql.ts";
import { entry } from "../namedTable.ts";
import { TIME_COLUMN } from "../source.ts";
import type { Int64 } from "../values.ts";
import { type Cell, cellOf, valueOfText } from "./cells.ts";
import { type SharedColumn, cellsOf, packColumn } from "./sharedColumn.ts";

export interface Segment {
  /** Tells segments apart across threads. */
  readonly id: number;
  readonly rowCount: number;
  /** Columns that no row has a value in are left out. */
  readonly columns: ReadonlyMap<string, SharedColumn>;
}

export type Types = Readonly<Record<string, KqlType>>;

/** One row as it comes from the wire or a file; an absent column is null. */
export type WireRow = Readonly<Record<string, unknown>>;

export interface BadValue {
  readonly row: number;
  readonly column: string;
  readonly type: KqlType;
}

let segmentCount = 0;

/** A row without a time sorts first. */
const timeOfCell = (cell: Cell | undefined): Int64 => {
  if (typeof cell === "number") return cell;
  const value = typeof cell === "string" ? valueOfText(cell, "datetime") : null;
  return typeof value === "number" || typeof value === "bigint" ? value : -Infinity;
};

/** The order by time; undefined when the cells are in it already. */
function orderOf(cells: readonly Cell[]): Uint32Array | undefined {
  const times = cells.map(timeOfCell);
  if (times.every((time, i) => i === 0 || (times[i - 1] ?? -Infinity) <= time)) return undefined;
  return Uint32Array.from(times.keys()).toSorted((a, b) => {
    const [x = 0, y = 0] = [times[a], times[b]];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
}

function pack(columns: ReadonlyMap<string, readonly Cell[]>, rowCount: number): Segment {
  const order = orderOf(columns.get(TIME_COLUMN) ?? []);
  const packed = new Map<string, SharedColumn>();
  for (const [name, cells] of columns) {
    const sorted =
      order === undefined ? cells : Array.from(order, (row): Cell => cells[row] ?? null);
    const column = packColumn(sorted);
    if (column !== undefined) packed.set(name, column);
  }
  segmentCount += 1;
  return { id: segmentCount, rowCount, columns: packed };
}

/** Packs rows of the wire; values that do not fit their column are reported and left out. */
export function packRows(
  types: Types,
  rows: readonly WireRow[],
): { segment: Segment; bad: BadValue[] } {
  const bad: BadValue[] = [];
  const columns = new Map<string, Cell[]>();
  const named = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) named.add(name);
  for (const [column, type] of Object.entries(types)) {
    if (!named.has(column)) continue;
    columns.set(
      column,
      rows.map((row, index) => {
        const cell = cellOf(entry(row, column), type);
        if (cell === undefined) bad.push({ row: index, column, type });
        return cell ?? null;
      }),
    );
  }
  return { segment: pack(columns, rows.length), bad };
}

/** Packs two segments into one. */
export function mergeSegments(a: Segment, b: Segment): Segment {
  const columns = new Map<string, Cell[]>();
  for (const name of new Set([...a.columns.keys(), ...b.columns.keys()]))
    columns.set(name, [...cellsIn(a, name), ...cellsIn(b, name)]);
  return pack(columns, a.rowCount + b.rowCount);
}

function cellsIn({ columns, rowCount }: Segment, name: string): Cell[] {
  const column = columns.get(name);
  return column === undefined ? Array<Cell>(rowCount).fill(null) : cellsOf(column, rowCount);
}

/** The times of a segment's rows, ascending; undefined when it has none. */
export function timesOf({ columns, rowCount }: Segment): ArrayLike<Int64> | undefined {
  const column = columns.get(TIME_COLUMN);
  if (column === undefined) return undefined;
  if (column.kind === "numbers" && column.values instanceof Float64Array) return column.values;
  return cellsOf(column, rowCount).map(timeOfCell);
}
