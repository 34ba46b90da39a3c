/** Aggregates of numbers, times and counts. */
import { compareValues, keyOf } from "../compare.ts";
import { isInt64 } from "../convert.ts";
import * as int64 from "../int64.ts";
import { percentileOf } from "../sketches.ts";
import type { Int64, KqlValue } from "../values.ts";
import {
  type Aggregate,
  type AggregateTable,
  argumentOf,
  conditional,
  folding,
  overNumbers,
} from "./define.ts";

const count: Aggregate = (call) => {
  const at = call.arguments[0];
  return () => {
    let rows = 0;
    return {
      add: (row) => {
        if (at === undefined || at(row) !== null) rows += 1;
      },
      value: () => rows,
    };
  };
};

const countIf: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  return () => {
    let rows = 0;
    return {
      add: (row) => {
        if (at(row) === true) rows += 1;
      },
      value: () => rows,
    };
  };
};

const distinctCount: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  return () => {
    const seen = new Set<unknown>();
    return {
      add: (row) => {
        const value = at(row);
        if (value !== null) seen.add(keyOf(value));
      },
      value: () => seen.size,
    };
  };
};

/** Integers and times add exactly, and wrap around; reals as reals. */
const sum: Aggregate = (call) => {
  const isReal = call.result === "real" || call.result === "decimal";
  const isDynamic = call.types[0] === "dynamic";
  const add = (state: KqlValue, value: KqlValue): KqlValue => {
    if (!isInt64(state) || !isInt64(value)) return state;
    const isFraction =
      isReal || (isDynamic && !(Number.isInteger(value) && Number.isInteger(state)));
    return isFraction ? Number(state) + Number(value) : int64.add(state, value);
  };
  return folding(() => 0, add)(call);
};

const average: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  const isTime = call.result === "timespan" || call.result === "datetime";
  return () => {
    let total: Int64 = 0;
    let rows = 0;
    return {
      add: (row) => {
        const value = at(row);
        if (!isInt64(value)) return;
        rows += 1;
        total = call.types[0] === "real" ? Number(total) + Number(value) : plus(total, value);
      },
      value: () => {
        if (rows === 0) return isTime ? null : Number.NaN;
        if (isTime) return int64.divide(total, rows);
        return Number(total) / rows;
      },
    };
  };
};

const isWhole = (value: Int64): boolean => typeof value === "bigint" || Number.isInteger(value);

const plus = (total: Int64, value: Int64): Int64 =>
  isWhole(total) && isWhole(value) ? int64.add(total, value) : Number(total) + Number(value);

/** A real that is no number makes the result none. */
const extreme = (direction: 1 | -1): Aggregate =>
  folding(
    () => null,
    (best, value) => {
      if (best === null || Number.isNaN(value)) return value;
      if (Number.isNaN(best)) return best;
      return direction * compareValues(value, best) > 0 ? value : best;
    },
  );

function squares(numbers: readonly number[]): number {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return numbers.reduce((total, value) => total + (value - mean) ** 2, 0);
}

const variance =
  (isSample: boolean) =>
  (numbers: number[]): number => {
    if (numbers.length < 2) return 0;
    return squares(numbers) / (numbers.length - (isSample ? 1 : 0));
  };

const deviation =
  (isSample: boolean) =>
  (numbers: number[]): number => {
    return Math.sqrt(variance(isSample)(numbers));
  };

const percentile = overNumbers((numbers, call) =>
  percentileOf(
    numbers.toSorted((a, b) => a - b),
    Number(call.constant(1) ?? 50),
  ),
);

const percentileArray = overNumbers((numbers, call) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const wanted: KqlValue[] = [];
  for (let i = 1; i < call.types.length; i += 1) {
    const value = call.constant(i);
    wanted.push(...(Array.isArray(value) ? value : [value ?? null]));
  }
  return wanted.map((percent) => percentileOf(sorted, Number(percent)));
});

const bitwise = (apply: (a: bigint, b: bigint) => bigint): Aggregate =>
  folding(
    () => null,
    (state, value) => {
      if (!isInt64(value)) return state;
      return isInt64(state) ? int64.int64(apply(BigInt(state), BigInt(value))) : value;
    },
  );

export const numberAggregates: AggregateTable = {
  count,
  countif: countIf,
  dcount: distinctCount,
  dcountif: conditional(distinctCount, 1),
  count_distinct: distinctCount,
  count_distinctif: conditional(distinctCount, 1),
  sum,
  sumif: conditional(sum, 1),
  avg: average,
  avgif: conditional(average, 1),
  min: extreme(-1),
  minif: conditional(extreme(-1), 1),
  max: extreme(1),
  maxif: conditional(extreme(1), 1),
  stdev: overNumbers(deviation(true)),
  stdevif: conditional(overNumbers(deviation(true)), 1),
  stdevp: overNumbers(deviation(false)),
  variance: overNumbers(variance(true)),
  varianceif: conditional(overNumbers(variance(true)), 1),
  variancep: overNumbers(variance(false)),
  variancepif: conditional(overNumbers(variance(false)), 1),
  percentile,
  percentiles_array: percentileArray,
  binary_all_and: bitwise((a, b) => a & b),
  binary_all_or: bitwise((a, b) => a | b),
  binary_all_xor: bitwise((a, b) => a ^ b),
};
