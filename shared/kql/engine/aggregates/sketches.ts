/** Aggregates that make and merge sketches, weigh values, or look at two columns at once. */
import { keyOf } from "../compare.ts";
import { isInt64 } from "../convert.ts";
import { entry } from "../namedTable.ts";
import { distinct, mergeSketches, type SketchKind, sketchOf } from "../sketches.ts";
import { type Dynamic, type KqlValue, isBag } from "../values.ts";
import {
  type Aggregate,
  type AggregateCall,
  type AggregateTable,
  argumentOf,
  conditional,
} from "./define.ts";

const collecting =
  (finish: (values: Dynamic[]) => KqlValue): Aggregate =>
  (call) => {
    const at = argumentOf(call, 0);
    return () => {
      const values: Dynamic[] = [];
      return {
        add: (row) => {
          const value = at(row);
          if (value !== null) values.push(value);
        },
        value: () => finish(values),
      };
    };
  };

const merging = (kind: SketchKind): Aggregate =>
  collecting((values) => mergeSketches(kind, values));

const hll: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  return () => {
    const values = new Map<unknown, Dynamic>();
    return {
      add: (row) => {
        const value = at(row);
        if (value !== null) values.set(keyOf(value), value);
      },
      value: () => sketchOf("hll", distinct([...values.values()])),
    };
  };
};

/** Pairs of numbers of two columns; a pair with a null does not count. */
const overPairs =
  (compute: (pairs: [number, number][], call: AggregateCall) => KqlValue): Aggregate =>
  (call) => {
    const [first, second] = [argumentOf(call, 0), argumentOf(call, 1)];
    return () => {
      const pairs: [number, number][] = [];
      return {
        add: (row) => {
          const [a, b] = [first(row), second(row)];
          if (isInt64(a) && isInt64(b)) pairs.push([Number(a), Number(b)]);
        },
        value: () => compute(pairs, call),
      };
    };
  };

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const covariance = (isSample: boolean): Aggregate =>
  overPairs((pairs) => {
    if (pairs.length < 2) return 0;
    const [x, y] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))];
    const sum = pairs.reduce((total, [a, b]) => total + (a - x) * (b - y), 0);
    return sum / (pairs.length - (isSample ? 1 : 0));
  });

/** The value at which the weights of all smaller ones reach the share. */
function weightedPercentile(pairs: readonly [number, number][], percent: number): KqlValue {
  const weighted = pairs.filter(([, weight]) => weight > 0).toSorted(([a], [b]) => a - b);
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  let sum = 0;
  for (const [value, weight] of weighted) {
    sum += weight;
    if (sum >= (percent / 100) * total) return value;
  }
  return null;
}

const wantedFrom = (call: AggregateCall, first: number): KqlValue[] => {
  const wanted: KqlValue[] = [];
  for (let i = first; i < call.types.length; i += 1) wanted.push(call.constant(i) ?? null);
  return wanted.flat();
};

/** The shape of dynamic values: by property its types, lists by what is in them. */
function shapeOf(values: readonly Dynamic[]): Dynamic {
  const shapes = new Map<string, Dynamic>();
  const put = (shape: Dynamic): void => void shapes.set(String(keyOf(shape)), shape);
  const bags = values.filter(isBag);
  if (bags.length > 0) {
    const names = new Set(bags.flatMap((bag) => Object.keys(bag)));
    put(
      Object.fromEntries(
        [...names].map((name) => [name, shapeOf(bags.map((bag) => entry(bag, name) ?? null))]),
      ),
    );
  }
  const lists = values.filter((value) => Array.isArray(value));
  if (lists.length > 0) put({ "`indexer`": shapeOf(lists.flat()) });
  for (const value of values)
    if (value !== null && typeof value !== "object") put(nameOfType(value));
  const all = [...shapes.values()];
  return all.length === 1 ? (all[0] ?? null) : all;
}

const nameOfType = (value: Dynamic): string => {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Number.isInteger(value) || typeof value === "bigint" ? "long" : "double";
};

const weightedPercentiles = overPairs((pairs, call) =>
  weightedPercentile(pairs, Number(call.constant(2) ?? 50)),
);

export const sketchAggregates: AggregateTable = {
  hll,
  hll_if: conditional(hll, 1),
  hll_merge: merging("hll"),
  tdigest: collecting((values) => sketchOf("tdigest", values)),
  tdigest_merge: merging("tdigest"),
  merge_tdigest: merging("tdigest"),
  covariance: covariance(true),
  covarianceif: conditional(covariance(true), 2),
  covariancep: covariance(false),
  covariancepif: conditional(covariance(false), 2),
  percentilew: weightedPercentiles,
  percentilesw_array: overPairs((pairs, call) =>
    wantedFrom(call, 2).map((percent) => weightedPercentile(pairs, Number(percent))),
  ),
  buildschema: collecting(shapeOf),
};
