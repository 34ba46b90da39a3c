/** Functions of series: arrays of numbers. A null in a series stays a null. */
import { compareValues, sameValue } from "../compare.ts";
import { isInt64 } from "../convert.ts";
import type { Dynamic, KqlValue } from "../values.ts";
import { type FunctionTable, type ScalarFunction, onDynamics } from "./define.ts";

export const numberOf = (value: Dynamic | undefined): number | null =>
  value !== null && value !== undefined && isInt64(value) ? Number(value) : null;

export const numbersOf = (list: Dynamic): (number | null)[] =>
  Array.isArray(list) ? list.map(numberOf) : [];

export const present = (list: readonly (number | null)[]): number[] =>
  list.filter((value) => value !== null);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** A function of one series; anything else gives null. */
export const onSeries = (
  apply: (series: (number | null)[], ...rest: Dynamic[]) => KqlValue,
): ScalarFunction =>
  onDynamics((list = null, ...rest) =>
    Array.isArray(list) ? apply(numbersOf(list), ...rest) : null,
  );

const each = (apply: (value: number) => number): ScalarFunction =>
  onSeries((series) => series.map((value) => (value === null ? null : apply(value))));

/** Item by item; a scalar on one side meets every item of the other. */
const pairwise = (apply: (a: Dynamic, b: Dynamic) => Dynamic): ScalarFunction =>
  onDynamics((left = null, right = null) => {
    if (!Array.isArray(left) && !Array.isArray(right)) return null;
    const a = Array.isArray(left) ? left : undefined;
    const b = Array.isArray(right) ? right : undefined;
    const length = Math.max(a?.length ?? 0, b?.length ?? 0);
    return Array.from({ length }, (_, i) =>
      apply(a === undefined ? left : (a[i] ?? null), b === undefined ? right : (b[i] ?? null)),
    );
  });

const arithmetic = (apply: (a: number, b: number) => number): ScalarFunction =>
  pairwise((left, right) => {
    const [a, b] = [numberOf(left), numberOf(right)];
    if (a === null || b === null) return null;
    return apply(a, b);
  });

const comparing = (test: (order: number) => boolean): ScalarFunction =>
  pairwise((a, b) => (a === null || b === null ? null : test(compareValues(a, b))));

export function statsOf(series: readonly (number | null)[]) {
  const values = present(series);
  if (values.length === 0) return undefined;
  const min = values.reduce((a, b) => Math.min(a, b));
  const max = values.reduce((a, b) => Math.max(a, b));
  const avg = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - avg) ** 2, 0);
  const variance = values.length < 2 ? 0 : squares / (values.length - 1);
  return {
    min,
    min_idx: series.indexOf(min),
    max,
    max_idx: series.indexOf(max),
    avg,
    stdev: Math.sqrt(variance),
    variance,
    sum: values.reduce((sum, value) => sum + value, 0),
    len: values.length,
  };
}

const stats: ScalarFunction = onSeries((series) => {
  const found = statsOf(series);
  if (found === undefined) return null;
  const { min, min_idx, max, max_idx, avg, stdev, variance } = found;
  return [min, min_idx, max, max_idx, avg, stdev, variance];
});

/** Carries the last value over gaps; `gap` says what counts as one. */
function fillForward(list: readonly Dynamic[], gap: Dynamic): Dynamic[] {
  let last: Dynamic | undefined;
  return list.map((value) => {
    if (!sameValue(value, gap)) last = value;
    return last ?? value;
  });
}

function fillLinear(list: readonly Dynamic[], gap: Dynamic, edges: boolean, fallback: Dynamic) {
  const known = [...list.keys()].filter(
    (i) => !sameValue(list[i] ?? null, gap) && numberOf(list[i]) !== null,
  );
  if (known.length === 0) return list.map(() => fallback);
  return list.map((value, i): Dynamic => {
    if (known.includes(i)) return value;
    const before = known.findLast((at) => at < i);
    const after = known.find((at) => at > i);
    if (before === undefined || after === undefined)
      return edges ? (list[before ?? after ?? 0] ?? null) : value;
    const [a, b] = [Number(list[before]), Number(list[after])];
    return a + ((b - a) * (i - before)) / (after - before);
  });
}

const items = (apply: (list: Dynamic[], ...rest: Dynamic[]) => KqlValue): ScalarFunction =>
  onDynamics((list = null, ...rest) => (Array.isArray(list) ? apply(list, ...rest) : null));

function fir(
  series: readonly (number | null)[],
  filter: Dynamic,
  normalize: Dynamic,
  center: Dynamic,
) {
  const weights = present(numbersOf(filter));
  const sum = weights.reduce((a, b) => a + b, 0);
  const divisor = normalize === false || sum === 0 ? 1 : sum;
  const shift = center === true ? Math.floor(weights.length / 2) : 0;
  return series.map(
    (_, i) =>
      weights.reduce((total, weight, k) => total + weight * (series[i - k + shift] ?? 0), 0) /
      divisor,
  );
}

function iir(series: readonly (number | null)[], b: Dynamic, a: Dynamic): Dynamic {
  const ahead = present(numbersOf(b));
  const back = present(numbersOf(a));
  const [a0 = 1, ...rest] = back;
  const out: number[] = [];
  series.forEach((_, i) => {
    const forward = ahead.reduce((sum, weight, k) => sum + weight * (series[i - k] ?? 0), 0);
    const feedback = rest.reduce((sum, weight, k) => sum + weight * (out[i - k - 1] ?? 0), 0);
    out.push((forward - feedback) / a0);
  });
  return out;
}

const dot = (left: Dynamic, right: Dynamic): number => {
  const b = numbersOf(right);
  return numbersOf(left).reduce<number>((sum, value, i) => sum + (value ?? 0) * (b[i] ?? 0), 0);
};

/** Pearson's coefficient; null when one side does not vary. */
function correlation(left: Dynamic, right: Dynamic): Dynamic {
  const [a, b] = [present(numbersOf(left)), present(numbersOf(right))];
  if (a.length === 0 || a.length !== b.length) return null;
  const [meanA, meanB] = [mean(a), mean(b)];
  const [x, y] = [a.map((value) => value - meanA), b.map((value) => value - meanB)];
  const size = Math.sqrt(dot(x, x) * dot(y, y));
  return size === 0 ? null : dot(x, y) / size;
}

export const seriesFunctions: FunctionTable = {
  series_stats: stats,
  series_stats_dynamic: onSeries((series) => statsOf(series) ?? null),
  series_sum: onSeries((series) => present(series).reduce((a, b) => a + b, 0)),
  series_product: onSeries((series) => present(series).reduce((a, b) => a * b, 1)),
  series_magnitude: onSeries((series) => Math.sqrt(dot(series, series))),
  series_abs: each(Math.abs),
  series_ceiling: each(Math.ceil),
  series_floor: each(Math.floor),
  series_exp: each(Math.exp),
  series_log: each(Math.log),
  series_sign: each(Math.sign),
  series_sin: each(Math.sin),
  series_asin: each(Math.asin),
  series_cos: each(Math.cos),
  series_acos: each(Math.acos),
  series_tan: each(Math.tan),
  series_atan: each(Math.atan),
  series_add: arithmetic((a, b) => a + b),
  series_subtract: arithmetic((a, b) => a - b),
  series_multiply: arithmetic((a, b) => a * b),
  series_divide: arithmetic((a, b) => a / b),
  series_pow: arithmetic((a, b) => a ** b),
  series_greater: comparing((order) => order > 0),
  series_greater_equals: comparing((order) => order >= 0),
  series_less: comparing((order) => order < 0),
  series_less_equals: comparing((order) => order <= 0),
  series_equals: comparing((order) => order === 0),
  series_not_equals: comparing((order) => order !== 0),
  series_dot_product: onDynamics((left = null, right = null) => dot(left, right)),
  series_pearson_correlation: onDynamics((left = null, right = null) => correlation(left, right)),
  series_cosine_similarity: onDynamics((left = null, right = null) => {
    const size = Math.sqrt(dot(left, left) * dot(right, right));
    return size === 0 ? null : dot(left, right) / size;
  }),
  series_fill_forward: items((list, gap = null) => fillForward(list, gap)),
  series_fill_backward: items((list, gap = null) =>
    fillForward(list.toReversed(), gap).toReversed(),
  ),
  series_fill_const: items((list, value = null, gap = null) =>
    list.map((item) => (sameValue(item, gap) ? value : item)),
  ),
  series_fill_linear: items((list, gap = null, edges = true, fallback = 0) =>
    fillLinear(list, gap, edges === true, fallback),
  ),
  series_fir: onSeries((series, filter = null, normalize = true, center = false) =>
    fir(series, filter, normalize, center),
  ),
  series_iir: onSeries((series, b = null, a = null) => iir(series, b, a)),
};
