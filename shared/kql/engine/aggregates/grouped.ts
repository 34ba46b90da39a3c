/** Counts and sums over all groups at once: the most frequent aggregates, without an object for every group. */
import { isInt64 } from "../convert.ts";
import type { Column } from "../frame.ts";
import type { Groups } from "../grouping.ts";
import * as int64 from "../int64.ts";
import type { Int64 } from "../values.ts";
import { type AggregateCall, argumentOf } from "./define.ts";

type Grouped = (call: AggregateCall, groups: Groups) => Column;

const count: Grouped = (call, { groupOf, firstRows }) => {
  const at = call.arguments[0];
  const counts = Array<number>(firstRows.length).fill(0);
  for (let row = 0; row < groupOf.length; row += 1) {
    const group = groupOf[row] ?? 0;
    if (at === undefined || at(row) !== null) counts[group] = (counts[group] ?? 0) + 1;
  }
  return counts;
};

const sum: Grouped = (call, { groupOf, firstRows }) => {
  const at = argumentOf(call, 0);
  const isReal = call.result === "real";
  const sums = Array<Int64>(firstRows.length).fill(0);
  for (let row = 0; row < groupOf.length; row += 1) {
    const value = at(row);
    if (!isInt64(value)) continue;
    const group = groupOf[row] ?? 0;
    const before = sums[group] ?? 0;
    sums[group] = isReal ? Number(before) + Number(value) : int64.add(before, value);
  }
  return sums;
};

const SUMMED = new Set(["int", "long", "real", "timespan"]);

/** How a call is computed over all groups; undefined: group by group. */
export function groupedAggregate(name: string, type: string | undefined): Grouped | undefined {
  if (name === "count") return count;
  return name === "sum" && type !== undefined && SUMMED.has(type) ? sum : undefined;
}
