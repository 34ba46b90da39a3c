/** Rows by the values of some columns. */
import { keyOf } from "./compare.ts";
import type { Column } from "./frame.ts";

export interface Groups {
  /** The number of the group of each row, counted in order of first appearance. */
  readonly groupOf: Int32Array;
  /** The first row of each group. */
  readonly firstRows: number[];
}

/** Numbers the distinct combinations of values. Without columns, all rows are one group. */
export function groupRows(columns: readonly Column[], rowCount: number): Groups {
  const [first, ...others] = columns;
  if (first === undefined)
    return { groupOf: new Int32Array(rowCount), firstRows: rowCount === 0 ? [] : [0] };
  let { numberOf: groupOf, firstRows } = numberValues(first, rowCount);
  for (const column of others) {
    const values = numberValues(column, rowCount);
    const count = values.firstRows.length;
    const known = new Map<number, number>();
    const next = new Int32Array(rowCount);
    firstRows = [];
    for (let row = 0; row < rowCount; row += 1) {
      const pair = (groupOf[row] ?? 0) * count + (values.numberOf[row] ?? 0);
      let group = known.get(pair);
      if (group === undefined) {
        group = firstRows.length;
        known.set(pair, group);
        firstRows.push(row);
      }
      next[row] = group;
    }
    groupOf = next;
  }
  return { groupOf, firstRows };
}

/** Numbers the distinct values in order of first appearance. */
function numberValues(
  column: Column,
  rowCount: number,
): { numberOf: Int32Array; firstRows: number[] } {
  const firstRows: number[] = [];
  const known = new Map<unknown, number>();
  const numberOf = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) {
    const key = keyOf(column[row] ?? null);
    let number = known.get(key);
    if (number === undefined) {
      number = known.size;
      known.set(key, number);
      firstRows.push(row);
    }
    numberOf[row] = number;
  }
  return { numberOf, firstRows };
}
