/**
 * 64-bit integers on plain numbers where they are exact, on bigint where they are not. Results wrap around like the
 * engine's own; a bigint never holds a safe integer, so `===` and Map keys compare by value.
 */
import type { Int64 } from "./values.ts";

/** Brings a bigint into 64 bits and into its one representation. */
export function int64(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value);
  const small = Number(wrapped);
  return Number.isSafeInteger(small) ? small : wrapped;
}

const settle = (fast: number, exact: () => bigint): Int64 =>
  Number.isSafeInteger(fast) ? fast : int64(exact());

export const add = (a: Int64, b: Int64): Int64 =>
  typeof a === "number" && typeof b === "number"
    ? settle(a + b, () => BigInt(a) + BigInt(b))
    : int64(BigInt(a) + BigInt(b));

export const subtract = (a: Int64, b: Int64): Int64 =>
  typeof a === "number" && typeof b === "number"
    ? settle(a - b, () => BigInt(a) - BigInt(b))
    : int64(BigInt(a) - BigInt(b));

export const multiply = (a: Int64, b: Int64): Int64 =>
  typeof a === "number" && typeof b === "number"
    ? settle(a * b, () => BigInt(a) * BigInt(b))
    : int64(BigInt(a) * BigInt(b));

export const negate = (a: Int64): Int64 => (typeof a === "number" ? 0 - a : int64(-a));

/** Division truncates towards zero; by zero it gives null. */
export function divide(a: Int64, b: Int64): Int64 | null {
  if (b === 0) return null;
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) + 0;
  return int64(BigInt(a) / BigInt(b));
}

/** The remainder is never negative; by zero it gives null. */
export function modulo(a: Int64, b: Int64): Int64 | null {
  if (b === 0) return null;
  if (typeof a === "number" && typeof b === "number") {
    const rest = a % b;
    return rest < 0 ? rest + Math.abs(b) : rest + 0;
  }
  const size = BigInt(b) < 0n ? -BigInt(b) : BigInt(b);
  const rest = BigInt(a) % size;
  return int64(rest < 0n ? rest + size : rest);
}

/** Rounds down to a multiple of `size` counted from `anchor`. Null when the size is zero. */
export function floorTo(value: Int64, size: Int64, anchor: Int64 = 0): Int64 | null {
  const rest = modulo(subtract(value, anchor), size);
  return rest === null ? null : subtract(value, rest);
}

/** Like `int64FromReal`, but a number outside of 64 bits becomes the nearest one inside. */
export function saturatedInt64(value: number): Int64 | null {
  if (!Number.isFinite(value)) return null;
  return int64FromReal(value) ?? (value > 0 ? INT64_MAX : INT64_MIN);
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Reads a number that may have a fraction as an integer, cutting the fraction. Null outside of 64 bits. */
export function int64FromReal(value: number): Int64 | null {
  if (!Number.isFinite(value)) return null;
  const whole = Math.trunc(value) + 0;
  if (Number.isSafeInteger(whole)) return whole;
  const exact = BigInt(whole);
  return BigInt.asIntN(64, exact) === exact ? int64(exact) : null;
}

/** Reads decimal digits, or 0x digits as the 64 bits they are. Null when the text is not one integer of 64 bits. */
export function int64FromText(text: string): Int64 | null {
  const trimmed = text.trim();
  if (/^0x[\da-f]{1,16}$/i.test(trimmed)) return int64(BigInt(trimmed));
  if (!/^[+-]?\d+$/.test(trimmed)) return null;
  const isNegative = trimmed.startsWith("-");
  const digits = BigInt(trimmed.replace(/^[+-]/, ""));
  const exact = isNegative ? -digits : digits;
  return BigInt.asIntN(64, exact) === exact ? int64(exact) : null;
}
