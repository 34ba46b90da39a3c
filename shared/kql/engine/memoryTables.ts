/** Tables in memory: columns, in time order, so that a bounded scan touches only its part. */
import type { KqlType, WorkspaceSchema } from "../../schemas/kql.ts";
import { type ScanBounds, TIME_COLUMN, type TableSlice, type TableSource } from "./source.ts";
import type { Int64, KqlValue } from "./values.ts";
import { fromWire } from "./wire.ts";

/** One row as it comes from the wire or a file; an absent column is null. */
export type WireRow = Readonly<Record<string, unknown>>;

export interface BadValue {
  readonly row: number;
  readonly column: string;
  readonly type: KqlType;
}

export interface MemoryTables extends TableSource {
  /**
   * Appends rows in wire form (wire.ts). Returns the values that did not fit their column's type, by index into
   * `rows`; they are stored as null. Columns that the schema does not name are dropped.
   */
  append(table: string, rows: readonly WireRow[]): BadValue[];
  rowCount(table: string): number;
}

interface Table {
  readonly types: Readonly<Record<string, KqlType>>;
  readonly columns: Map<string, KqlValue[]>;
  rowCount: number;
  isSorted: boolean;
}

/** An empty store for the tables of a schema. */
export function createMemoryTables(schema: WorkspaceSchema): MemoryTables {
  const tables = new Map<string, Table>();
  const tableOf = (name: string): Table | undefined => {
    const types = schema[name];
    if (types === undefined) return undefined;
    let table = tables.get(name);
    if (table === undefined) {
      table = { types, columns: new Map(), rowCount: 0, isSorted: true };
      tables.set(name, table);
    }
    return table;
  };
  return {
    append: (name, rows) => {
      const table = tableOf(name);
      return table === undefined ? [] : append(table, rows);
    },
    rowCount: (name) => tables.get(name)?.rowCount ?? 0,
    scan: (name, bounds) => {
      const table = tables.get(name);
      return table === undefined ? EMPTY_SLICE : scan(table, bounds);
    },
  };
}

const EMPTY_SLICE: TableSlice = { rowCount: 0, column: () => [] };

function append(table: Table, rows: readonly WireRow[]): BadValue[] {
  const bad: BadValue[] = [];
  for (const [column, type] of Object.entries(table.types)) {
    // Most columns of most tables are never filled: one that no row has yet takes no room.
    const isThere = table.columns.has(column) || column === TIME_COLUMN;
    if (!isThere && rows.every((row) => row[column] === undefined)) continue;
    const values = table.columns.get(column) ?? Array<KqlValue>(table.rowCount).fill(emptyOf(type));
    rows.forEach((row, index) => {
      const value = fromWire(row[column], type);
      if (value === undefined) bad.push({ row: index, column, type });
      values.push(value === undefined ? emptyOf(type) : value);
    });
    table.columns.set(column, values);
  }
  table.rowCount += rows.length;
  table.isSorted = table.columns.get(TIME_COLUMN) === undefined || isAscending(timesOf(table));
  return bad;
}

const emptyOf = (type: KqlType): KqlValue => (type === "string" ? "" : null);

const timesOf = (table: Table): readonly KqlValue[] => table.columns.get(TIME_COLUMN) ?? [];

/** A row without a time sorts first. */
const timeOf = (value: KqlValue | undefined): Int64 =>
  typeof value === "number" || typeof value === "bigint" ? value : -Infinity;

function isAscending(times: readonly KqlValue[]): boolean {
  for (let i = 1; i < times.length; i += 1)
    if (timeOf(times[i - 1]) > timeOf(times[i])) return false;
  return true;
}

function sort(table: Table): void {
  const times = timesOf(table);
  const order = Array.from({ length: table.rowCount }, (_, index) => index).toSorted((a, b) => {
    const x = timeOf(times[a]);
    const y = timeOf(times[b]);
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  for (const [name, values] of table.columns)
    table.columns.set(
      name,
      order.map((index) => values[index] ?? null),
    );
  table.isSorted = true;
}

/** The first index whose time is at least (or, for `after`, later than) the given one. */
function search(times: readonly KqlValue[], time: Int64, after: boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = timeOf(times[middle]);
    if (after ? value <= time : value < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function scan(table: Table, bounds: ScanBounds): TableSlice {
  if (!table.isSorted) sort(table);
  const times = timesOf(table);
  const hasTime = times.length > 0;
  const first = hasTime && bounds.from !== undefined ? search(times, bounds.from, false) : 0;
  const end = hasTime && bounds.to !== undefined ? search(times, bounds.to, true) : table.rowCount;
  const rowCount = Math.max(0, end - first);
  return {
    rowCount,
    column: (name) => {
      const values = table.columns.get(name);
      return rowCount === table.rowCount ? values : values?.slice(first, end);
    },
  };
}
