/**
 * Sketches: `hll` and `tdigest`. The service estimates; here a sketch holds the values themselves, so what is read from
 * it is exact. It is a bag that says what it is.
 */
import { keyOf } from "./compare.ts";
import { type Dynamic, type DynamicBag, isBag } from "./values.ts";

export type SketchKind = "hll" | "tdigest";

export const sketchOf = (kind: SketchKind, values: Dynamic[]): DynamicBag => ({
  sketch: kind,
  values,
});

/** The values in a sketch; undefined when the value is none of that kind. */
export function sketched(value: Dynamic | undefined, kind: SketchKind): Dynamic[] | undefined {
  if (value === undefined || !isBag(value) || value["sketch"] !== kind) return undefined;
  const { values = null } = value;
  return Array.isArray(values) ? values : undefined;
}

/** One sketch of all; values that are no sketches of the kind count as empty. */
export function mergeSketches(kind: SketchKind, values: readonly Dynamic[]): DynamicBag {
  const all = values.flatMap((value) => sketched(value, kind) ?? []);
  return sketchOf(kind, kind === "hll" ? distinct(all) : all);
}

export const distinct = (values: readonly Dynamic[]): Dynamic[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
];

/** The smallest value that at least the given share of the values does not exceed. */
export function percentileOf(sorted: readonly number[], percent: number): number | null {
  if (sorted.length === 0) return null;
  const at = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, at))] ?? null;
}

/** The numbers of a tdigest in their order; undefined when the value is none. */
export const sortedNumbers = (value: Dynamic | undefined): number[] | undefined =>
  sketched(value, "tdigest")
    ?.map(Number)
    .toSorted((a, b) => a - b);
