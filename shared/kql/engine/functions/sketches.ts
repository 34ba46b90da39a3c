/** Functions that read sketches. */
import { isInt64 } from "../convert.ts";
import { mergeSketches, percentileOf, sketched, sortedNumbers } from "../sketches.ts";
import type { Dynamic, KqlValue } from "../values.ts";
import { type FunctionTable, type Implementation, onDynamics } from "./define.ts";

function percentileIn(sketch: Dynamic | undefined, percent: Dynamic | undefined): KqlValue {
  const numbers = sortedNumbers(sketch);
  return numbers === undefined ? null : percentileOf(numbers, Number(percent));
}

/** How many of the numbers are at most this one; undefined when there are none to count. */
function rankIn(sketch: Dynamic | undefined, value: Dynamic | undefined): [number, number] | null {
  const numbers = sortedNumbers(sketch);
  if (numbers === undefined || numbers.length === 0 || value === undefined || !isInt64(value))
    return null;
  const limit = Number(value);
  return [numbers.filter((number) => number <= limit).length, numbers.length];
}

const mergeDigests: Implementation = (...values) => mergeSketches("tdigest", values);

export const sketchFunctions: FunctionTable = {
  dcount_hll: onDynamics((sketch = null) => sketched(sketch, "hll")?.length ?? null),
  hll_merge:
    () =>
    (...values) =>
      mergeSketches("hll", values),
  hll_isvalid: onDynamics((sketch = null) => sketched(sketch, "hll") !== undefined),
  tdigest_merge: () => mergeDigests,
  merge_tdigest: () => mergeDigests,
  tdigest_isvalid: onDynamics((sketch = null) => sketched(sketch, "tdigest") !== undefined),
  percentile_tdigest:
    () =>
    (sketch = null, percent = null) =>
      percentileIn(sketch, percent),
  percentiles_array_tdigest:
    () =>
    (sketch = null, ...percents) =>
      percents.flat().map((percent) => percentileIn(sketch, percent)),
  rank_tdigest:
    () =>
    (sketch = null, value = null) =>
      rankIn(sketch, value)?.[0] ?? null,
  percentrank_tdigest:
    () =>
    (sketch = null, value = null) => {
      const rank = rankIn(sketch, value);
      return rank === null ? null : (100 * rank[0]) / rank[1];
    },
};
