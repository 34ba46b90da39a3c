/**
 * Lines, seasons and outliers of series. The service's estimators are not public in every detail: seasons and scores
 * here follow their description (autocorrelation, seasonal means, Tukey's fences) and come near, not equal.
 */
import { type Dynamic, type KqlValue } from "../values.ts";
import { type FunctionTable, type ScalarFunction } from "./define.ts";
import { mean, numberOf, onSeries, present } from "./series.ts";

interface Line {
  readonly rsquare: number;
  readonly slope: number;
  readonly variance: number;
  readonly rvariance: number;
  readonly interception: number;
  readonly line_fit: number[];
}

const spread = (values: readonly number[]): number => {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
};

/** Least squares over the items' positions. */
function fitLine(series: readonly (number | null)[], offset = 0): Line | undefined {
  const points = series.flatMap((y, x) => (y === null ? [] : [{ x: x + offset, y }]));
  if (points.length === 0) return undefined;
  const middleX = mean(points.map(({ x }) => x));
  const middleY = mean(points.map(({ y }) => y));
  const squares = points.reduce((sum, { x }) => sum + (x - middleX) ** 2, 0);
  const products = points.reduce((sum, { x, y }) => sum + (x - middleX) * (y - middleY), 0);
  const slope = squares === 0 ? 0 : products / squares;
  const interception = middleY - slope * middleX;
  const at = (x: number): number => interception + slope * x;
  const total = spread(points.map(({ y }) => y));
  const rest = points.reduce((sum, { x, y }) => sum + (y - at(x)) ** 2, 0);
  const freedom = Math.max(1, points.length - 1);
  return {
    rsquare: total === 0 ? 1 : 1 - rest / total,
    slope,
    variance: total / freedom,
    rvariance: rest / freedom,
    interception,
    line_fit: series.map((_, x) => at(x + offset)),
  };
}

const LINE: readonly (keyof Line)[] = [
  "rsquare",
  "slope",
  "variance",
  "rvariance",
  "interception",
  "line_fit",
];

const asRow = (line: Line | undefined): Dynamic =>
  line === undefined ? null : LINE.map((name) => line[name]);

const asBag = (line: Line | undefined): Dynamic => (line === undefined ? null : { ...line });

/** The value below which a share of the sorted values lies, between neighbours in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const [a = 0, b = a] = [sorted[low], sorted[Math.min(low + 1, sorted.length - 1)]];
  return a + (b - a) * (at - low);
}

/** How far outside of Tukey's fences each value lies: above 1.5 mildly, above 3 strongly anomalous. */
function outlierScores(series: readonly (number | null)[], low: number, high: number): number[] {
  const sorted = present(series).toSorted((a, b) => a - b);
  if (sorted.length === 0) return series.map(() => 0);
  const [bottom, top] = [quantile(sorted, low), quantile(sorted, high)];
  const width = top - bottom;
  return series.map((value) => {
    if (value === null) return 0;
    const beyond = value > top ? value - top : value < bottom ? value - bottom : 0;
    if (beyond === 0) return 0;
    return width === 0 ? Math.sign(beyond) * 100 : beyond / width;
  });
}

const LAG_MIN = 2;
const SEASON_MIN = 0.4;

/** The lag at which the series resembles itself most; 0 when it does at none. */
function seasonOf(values: readonly number[]): number {
  const middle = mean(values);
  const total = spread(values);
  if (total === 0) return 0;
  const similarity = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < values.length; i += 1)
      sum += ((values[i] ?? 0) - middle) * ((values[i - lag] ?? 0) - middle);
    return sum / total;
  };
  const limit = Math.min(Math.floor(values.length / 2), 1_000);
  const scores = Array.from({ length: Math.max(0, limit + 1) }, (_, lag) =>
    lag < LAG_MIN ? 0 : similarity(lag),
  );
  const best = scores.reduce((at, score, lag) => (score > (scores[at] ?? 0) ? lag : at), 0);
  return (scores[best] ?? 0) >= SEASON_MIN ? best : 0;
}

interface Parts {
  readonly baseline: number[];
  readonly seasonal: number[];
  readonly trend: number[];
  readonly residual: number[];
}

function decompose(
  series: readonly (number | null)[],
  seasonality: Dynamic,
  trend: Dynamic,
  testPoints: Dynamic,
): Parts {
  const held = Math.max(0, numberOf(testPoints) ?? 0);
  const values = series.map((value) => value ?? 0);
  const known = values.slice(0, values.length - held);
  const fit = trendOf(known, typeof trend === "string" ? trend : "avg");
  const along = values.map((_, i) => fit(i));
  const flat = known.map((value, i) => value - (along[i] ?? 0));
  const asked = numberOf(seasonality) ?? -1;
  const period = asked === -1 ? seasonOf(flat) : Math.round(asked);
  const phases = Array.from({ length: Math.max(0, period) }, (_, phase) => {
    const own = flat.filter((_value, i) => i % period === phase);
    return own.length === 0 ? 0 : mean(own);
  });
  const seasonal = values.map((_, i) => (period > 0 ? (phases[i % period] ?? 0) : 0));
  const baseline = values.map((_, i) => (seasonal[i] ?? 0) + (along[i] ?? 0));
  const residual = values.map((value, i) => value - (baseline[i] ?? 0));
  return { baseline, seasonal, trend: along, residual };
}

function trendOf(values: readonly number[], kind: string): (at: number) => number {
  if (values.length === 0 || kind === "none") return () => 0;
  if (kind !== "linefit") {
    const middle = mean(values);
    return () => middle;
  }
  const line = fitLine(values);
  return (at) => (line === undefined ? 0 : line.interception + line.slope * at);
}

const anomalies: ScalarFunction = onSeries(
  (series, threshold = 1.5, seasonality = -1, trend = "avg", testPoints = 0, method = "ctukey") => {
    const parts = decompose(series, seasonality, trend, testPoints);
    const [low, high] = method === "tukey" ? [0.25, 0.75] : [0.1, 0.9];
    const scores = outlierScores(parts.residual, low, high);
    const limit = numberOf(threshold) ?? 1.5;
    const flags = scores.map((score) => (Math.abs(score) > limit ? Math.sign(score) : 0));
    return [flags, scores, parts.baseline];
  },
);

function forecast(
  series: (number | null)[],
  points: Dynamic,
  seasonality: Dynamic,
  trend: Dynamic,
) {
  return decompose(series, seasonality, trend, points).baseline;
}

/** Two lines that meet best: the break that leaves the smallest rest. */
function twoLines(series: readonly (number | null)[]): KqlValue {
  let best: { at: number; left: Line; right: Line; rest: number } | undefined;
  for (let at = 2; at <= series.length - 2 && series.length <= 5_000; at += 1) {
    const left = fitLine(series.slice(0, at));
    const right = fitLine(series.slice(at), at);
    if (left === undefined || right === undefined) continue;
    const rest = left.rvariance * (at - 1) + right.rvariance * (series.length - at - 1);
    if (best === undefined || rest < best.rest) best = { at, left, right, rest };
  }
  if (best === undefined) return null;
  const total = spread(present(series));
  const freedom = Math.max(1, series.length - 1);
  return {
    rsquare: total === 0 ? 1 : 1 - best.rest / total,
    split_idx: best.at,
    variance: total / freedom,
    rvariance: best.rest / freedom,
    line_fit: [...best.left.line_fit, ...best.right.line_fit],
    right: { slope: best.right.slope, interception: best.right.interception },
    left: { slope: best.left.slope, interception: best.left.interception },
  };
}

export const seriesFitFunctions: FunctionTable = {
  series_fit_line: onSeries((series) => asRow(fitLine(series))),
  series_fit_line_dynamic: onSeries((series) => asBag(fitLine(series))),
  series_fit_2lines_dynamic: onSeries(twoLines),
  series_outliers: onSeries((series) => outlierScores(series, 0.1, 0.9)),
  series_seasonal: onSeries((series, period = -1) => decompose(series, period, "avg", 0).seasonal),
  series_decompose: onSeries((series, seasonality = -1, trend = "avg", testPoints = 0) => {
    const parts = decompose(series, seasonality, trend, testPoints);
    return [parts.baseline, parts.seasonal, parts.trend, parts.residual];
  }),
  series_decompose_anomalies: anomalies,
  series_decompose_forecast: onSeries((series, points = 0, seasonality = -1, trend = "linefit") =>
    forecast(series, points, seasonality, trend),
  ),
  series_periods_detect: onSeries((series) => {
    const period = seasonOf(series.map((value) => value ?? 0));
    return period === 0 ? [[], []] : [[period], [1]];
  }),
};
