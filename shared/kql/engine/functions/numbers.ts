/** Functions of numbers. */
import { createHash } from "node:crypto";

import { floorTo, int64, int64FromReal, modulo, negate } from "../int64.ts";
import { DATETIME_MIN, checkedDatetime } from "../time.ts";
import { isInt64, toLong, toText } from "../convert.ts";
import type { Int64, KqlValue } from "../values.ts";
import { type FunctionTable, type ScalarFunction, onIntegers, onReals, onTexts } from "./define.ts";

const finite = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Rounds down to a multiple: of integers and times exactly; weeks begin on Mondays because the year 1 did. */
const bin: ScalarFunction = (call) => {
  const [type = "long", size = "long"] = call.types;
  if (type === "datetime") return binTimes((value) => checkedDatetime(value), DATETIME_MIN);
  if (type === "timespan" || call.result === "long" || call.result === "int")
    return binTimes((value) => value, 0);
  return (value = null, step = size === "long" ? 1 : null) => {
    if (!isInt64(value) || !isInt64(step)) return null;
    return Number(step) === 0 ? null : Math.floor(Number(value) / Number(step)) * Number(step);
  };
};

const binTimes =
  (settle: (value: Int64) => Int64 | null, anchor: Int64) =>
  (value: KqlValue = null, step: KqlValue = 1): KqlValue => {
    if (!isInt64(value) || !isInt64(step) || Number(step) <= 0) return null;
    const floor = floorTo(value, step, anchor);
    return floor === null ? null : settle(floor);
  };

const binAt: ScalarFunction = (call) => {
  const isExact =
    call.result === "datetime" || call.result === "timespan" || call.result === "long";
  return (value = null, step = null, anchor = null) => {
    if (!isInt64(value) || !isInt64(step) || !isInt64(anchor) || Number(step) === 0) return null;
    if (isExact) return floorTo(value, step, anchor);
    const [v, s, a] = [Number(value), Number(step), Number(anchor)];
    return Math.floor((v - a) / s) * s + a;
  };
};

/** Rounds halves to the even neighbour at the last digit, as .NET does. */
function round(value: number, digits = 0): number {
  const factor = 10 ** digits;
  const scaled = value * factor;
  const floor = Math.floor(scaled);
  const isHalf = Math.abs(scaled - floor - 0.5) < Number.EPSILON * Math.abs(scaled);
  return (isHalf && floor % 2 === 0 ? floor : Math.round(scaled)) / factor;
}

const sameTypeReal =
  (apply: (value: number) => number): ScalarFunction =>
  (call) =>
  (value = null) => {
    if (!isInt64(value)) return null;
    const result = apply(Number(value));
    return call.result === "long" || call.result === "int" ? int64FromReal(result) : result;
  };

const extreme =
  (isBetter: (candidate: Int64, best: Int64) => boolean): ScalarFunction =>
  () =>
  (...values) => {
    let best: Int64 | null = null;
    for (const value of values)
      if (isInt64(value) && (best === null || isBetter(value, best))) best = value;
    return best;
  };

const bits = (apply: (a: bigint, b: bigint) => bigint): ScalarFunction =>
  onIntegers((a = 0, b = 0) => int64(apply(BigInt(a), BigInt(b))));

const toHex: ScalarFunction =
  (call) =>
  (value = null, width = 0) => {
    const long = toLong(value, call.types[0] ?? "long");
    if (long === null) return "";
    return BigInt.asUintN(64, BigInt(long)).toString(16).padStart(Number(width), "0");
  };

const digest =
  (algorithm: string): ScalarFunction =>
  (call) =>
  (value = "") =>
    createHash(algorithm)
      .update(toText(value, call.types[0] ?? "string"))
      .digest("hex");

export const numberFunctions: FunctionTable = {
  bin,
  bin_at: binAt,
  floor: (call) => (call.types.length === 1 ? sameTypeReal(Math.floor)(call) : bin(call)),
  ceiling: sameTypeReal(Math.ceil),
  round: onReals(round),
  abs:
    () =>
    (value = null) =>
      isInt64(value)
        ? value < 0
          ? Number.isInteger(value) || typeof value === "bigint"
            ? negate(value)
            : -value
          : value
        : null,
  sign: onReals((value = 0) => Math.sign(value)),
  sqrt: onReals((value = 0) => finite(Math.sqrt(value))),
  pow: onReals((base = 0, exponent = 0) => base ** exponent),
  exp: onReals((value = 0) => Math.exp(value)),
  exp2: onReals((value = 0) => 2 ** value),
  exp10: onReals((value = 0) => 10 ** value),
  log: onReals((value = 0) => (value < 0 ? null : Math.log(value))),
  log2: onReals((value = 0) => (value < 0 ? null : Math.log2(value))),
  log10: onReals((value = 0) => (value < 0 ? null : Math.log10(value))),
  sin: onReals((value = 0) => Math.sin(value)),
  cos: onReals((value = 0) => Math.cos(value)),
  tan: onReals((value = 0) => Math.tan(value)),
  asin: onReals((value = 0) => Math.asin(value)),
  acos: onReals((value = 0) => Math.acos(value)),
  atan: onReals((value = 0) => Math.atan(value)),
  atan2: onReals((y = 0, x = 0) => Math.atan2(y, x)),
  radians: onReals((value = 0) => (value * Math.PI) / 180),
  degrees: onReals((value = 0) => (value * 180) / Math.PI),
  pi: () => () => Math.PI,
  isfinite: onReals((value = 0) => Number.isFinite(value)),
  isinf: onReals((value = 0) => value === Infinity || value === -Infinity),
  isnan: onReals((value = 0) => Number.isNaN(value)),
  max_of: extreme((candidate, best) => candidate > best),
  min_of: extreme((candidate, best) => candidate < best),
  binary_and: bits((a, b) => a & b),
  binary_or: bits((a, b) => a | b),
  binary_xor: bits((a, b) => a ^ b),
  binary_shift_left: bits((a, b) => a << (b % 64n)),
  binary_shift_right: bits((a, b) => a >> (b % 64n)),
  binary_not: onIntegers((value = 0) => int64(~BigInt(value))),
  bitset_count_ones: onIntegers(
    (value = 0) => BigInt.asUintN(64, BigInt(value)).toString(2).replaceAll("0", "").length,
  ),
  tohex: toHex,
  hash_md5: digest("md5"),
  hash_sha1: digest("sha1"),
  hash_sha256: digest("sha256"),
  not:
    () =>
    (value = null) =>
      value === null ? null : value !== true,
  hash_many: onTexts((...parts) => hash64(parts.join("\u0000"))),
  hash:
    (call) =>
    (value = null, modulus = null) => {
      const long = hash64(toText(value, call.types[0] ?? "string"));
      return isInt64(modulus) ? modulo(long, modulus) : long;
    },
};

/** A stable hash of 63 bits; the service's own is a different one and its values are not documented. */
function hash64(text: string): Int64 {
  return int64(createHash("sha256").update(text).digest().readBigInt64BE(0) >> 1n);
}
