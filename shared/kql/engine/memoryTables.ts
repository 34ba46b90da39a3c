/** Tables in memory that threads share: segments of packed columns in time order, so that a scan touches only its part. */
import type { WorkspaceSchema } from "../../schemas/kql.ts";
import { absentOf } from "./convert.ts";
import { entry } from "./namedTable.ts";
import type { ScanBounds, TableSlice, TableSource } from "./source.ts";
import {
  type BadValue,
  type Segment,
  type Types,
  type WireRow,
  mergeSegments,
  packRows,
  timesOf,
} from "./store/segment.ts";
import { type Rows, rowsWith, unpackInto } from "./store/sharedColumn.ts";
import type { Int64, KqlValue } from "./values.ts";

export interface MemoryTables extends TableSource {
  /**
   * Appends rows in wire form (wire.ts). Returns the values that did not fit their column's type, by index into
   * `rows`; they are stored as null. Columns that the schema does not name are dropped.
   */
  append(table: string, rows: readonly WireRow[]): BadValue[];
  rowCount(table: string): number;
  /** The segments of every table that has rows; a table's list is another one after each change. */
  segments(): ReadonlyMap<string, readonly Segment[]>;
}

/** A segment of more rows would need wider codes and takes long to pack anew. */
const SEGMENT_ROWS_MAX = 65_000;

/**
 * A store for the tables of a schema.
 * @param from segments that it begins with, e.g. another store's: they never change. Default: none.
 */
export function createMemoryTables(
  schema: WorkspaceSchema,
  from: ReadonlyMap<string, readonly Segment[]> = new Map(),
): MemoryTables {
  const tables = new Map(from);
  const typesOf = (name: string): Types | undefined => entry(schema, name);
  return {
    append: (name, rows) => {
      const types = typesOf(name);
      if (types === undefined || rows.length === 0) return [];
      const { segments, bad } = appended(tables.get(name) ?? [], types, rows);
      tables.set(name, segments);
      return bad;
    },
    rowCount: (name) => countRows(tables.get(name) ?? []),
    segments: () => tables,
    scan: (name, bounds) => scanSegments(tables.get(name) ?? [], typesOf(name) ?? {}, bounds),
  };
}

const countRows = (parts: readonly { rowCount: number }[]): number =>
  parts.reduce((sum, part) => sum + part.rowCount, 0);

function appended(
  before: readonly Segment[],
  types: Types,
  rows: readonly WireRow[],
): { segments: Segment[]; bad: BadValue[] } {
  const segments = [...before];
  const bad: BadValue[] = [];
  for (let from = 0; from < rows.length; from += SEGMENT_ROWS_MAX) {
    const packed = packRows(types, rows.slice(from, from + SEGMENT_ROWS_MAX));
    segments.push(packed.segment);
    for (const one of packed.bad) bad.push({ ...one, row: one.row + from });
  }
  settle(segments);
  return { segments, bad };
}

/** Merges small segments at the end into ones of at least twice the size: there are never many of them. */
function settle(segments: Segment[]): void {
  for (;;) {
    const [a, b] = segments.slice(-2);
    if (a === undefined || b === undefined) return;
    if (b.rowCount * 2 < a.rowCount || a.rowCount + b.rowCount > SEGMENT_ROWS_MAX) return;
    segments.splice(-2, 2, mergeSegments(a, b));
  }
}

/** The first index whose time is at least (or, for `after`, later than) the given one; absent times come first. */
function search(times: ArrayLike<Int64>, time: Int64, after: boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = times[middle] ?? -Infinity;
    const isBefore = Number.isNaN(value) || (after ? value <= time : value < time);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Part extends Rows {
  readonly segment: Segment;
  readonly times: ArrayLike<Int64> | undefined;
}

function partOf(segment: Segment, types: Types, bounds: ScanBounds): Part | undefined {
  const times = timesOf(segment);
  const first =
    times !== undefined && bounds.from !== undefined ? search(times, bounds.from, false) : 0;
  const end =
    times !== undefined && bounds.to !== undefined
      ? search(times, bounds.to, true)
      : segment.rowCount;
  let rows: Rows = { first, count: Math.max(0, end - first) };
  for (const [column, values] of Object.entries(bounds.equals ?? {}))
    if (entry(types, column) === "string")
      rows = rowsWith(segment.columns.get(column), new Set(values), rows) ?? rows;
  return rows.count === 0 ? undefined : { ...rows, segment, times };
}

/** Rows of a table's segments that may satisfy the bounds. */
export function scanSegments(
  segments: readonly Segment[],
  types: Types,
  bounds: ScanBounds,
): TableSlice {
  const parts = segments
    .map((segment) => partOf(segment, types, bounds))
    .filter((part) => part !== undefined);
  const rowCount = parts.reduce((sum, { count }) => sum + count, 0);
  let order: Uint32Array | undefined;
  let isOrdered = false;
  return {
    rowCount,
    column: (name) => {
      const type = entry(types, name);
      if (type === undefined || !parts.some(({ segment }) => segment.columns.has(name)))
        return undefined;
      if (!isOrdered) order = orderOf(parts, rowCount);
      isOrdered = true;
      const values = Array<KqlValue>(rowCount);
      let at = 0;
      for (const part of parts) {
        const column = part.segment.columns.get(name);
        if (column === undefined) values.fill(absentOf(type), at, at + part.count);
        else unpackInto(values, at, column, type, part);
        at += part.count;
      }
      return order === undefined ? values : Array.from(order, (row) => values[row] ?? null);
    },
  };
}

const timeAt = ({ times, picked, first }: Part, index: number): Int64 => {
  const time = times?.[picked === undefined ? first + index : (picked[index] ?? 0)];
  return time === undefined || Number.isNaN(time) ? -Infinity : time;
};

/** The order by time over all parts; undefined when the parts follow each other already. */
function orderOf(parts: readonly Part[], rowCount: number): Uint32Array | undefined {
  const isInOrder = parts.every((part, i) => {
    const before = parts[i - 1];
    return before === undefined || timeAt(before, before.count - 1) <= timeAt(part, 0);
  });
  if (isInOrder) return undefined;
  const times = parts.flatMap((part) =>
    Array.from({ length: part.count }, (_, index) => timeAt(part, index)),
  );
  const order = new Uint32Array(rowCount);
  for (let i = 0; i < rowCount; i += 1) order[i] = i;
  return order.toSorted((a, b) => {
    const [x = 0, y = 0] = [times[a], times[b]];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
}
