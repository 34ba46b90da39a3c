/** Equality, order and keys of values. */
import type { KqlType } from "../../schemas/kql.ts";
import { converter, isInt64 } from "./convert.ts";
import { stringifyJson } from "./json.ts";
import { type Dynamic, type KqlValue, isBag } from "./values.ts";

/** Orders two values of one type that are not null; values of different kinds (inside of dynamics) by kind. */
export function compareValues(left: KqlValue, right: KqlValue): number {
  if (isInt64(left) && isInt64(right)) return compareNumbers(left, right);
  if (typeof left === "string" && typeof right === "string")
    return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  const a = rank(left);
  const b = rank(right);
  if (a !== b) return a - b;
  const [x, y] = [stringifyJson(left), stringifyJson(right)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (left === right) return 0;
  // A real that is no number sorts before all others.
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
}

function rank(value: KqlValue): number {
  if (value === null) return 0;
  if (isInt64(value)) return 1;
  if (typeof value === "boolean") return 2;
  return typeof value === "string" ? 3 : 4;
}

/** Whether two values are the same, looking into lists and bags. */
export function sameValue(left: KqlValue, right: KqlValue): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (left === null || right === null) return false;
  return keyOf(left) === keyOf(right);
}

/** A key by which Map and Set tell values apart: bags with the same properties in any order are the same. */
export function keyOf(value: KqlValue): string | number | bigint | boolean | null {
  return typeof value === "object" && value !== null ? `\u0000${canonical(value)}` : value;
}

function canonical(value: Dynamic): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isBag(value)) return stringifyJson(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}

/** One text that tells rows of several values apart. */
export function rowKey(values: readonly KqlValue[]): string {
  return values
    .map((value) => {
      const key = keyOf(value);
      return typeof key === "string" ? `s${key.length}:${key}` : `${typeof key}:${String(key)};`;
    })
    .join("");
}

/**
 * The type in which two types meet when they are compared: a dynamic takes the other side's type, numbers meet in the
 * wider one.
 */
export function meetingType(left: KqlType, right: KqlType): KqlType {
  if (left === right) return left;
  if (left === "dynamic") return right;
  if (right === "dynamic") return left;
  const both = new Set([left, right]);
  for (const type of ["decimal", "real", "long"] as const)
    if (both.has(type)) return both.has("string") ? "string" : type;
  return left;
}

type Test = (left: KqlValue, right: KqlValue) => boolean | null;

/** Types whose values are numbers as they stand: nothing is converted before they are compared. */
const PLAIN_NUMBERS: ReadonlySet<KqlType> = new Set(["int", "long", "real", "decimal"]);

/** Makes a comparison of two types: null when either side is null or does not convert. */
export function comparison(left: KqlType, right: KqlType, test: (order: number) => boolean): Test {
  const type = meetingType(left, right);
  const a = dynamicAware(left, type);
  const b = dynamicAware(right, type);
  const isPlain = left === right || (PLAIN_NUMBERS.has(left) && PLAIN_NUMBERS.has(right));
  return (x, y) => {
    if (isPlain && typeof x === "number" && typeof y === "number") {
      if (Number.isNaN(x) || Number.isNaN(y)) return false;
      return test(x < y ? -1 : x > y ? 1 : 0);
    }
    const u = a(x);
    const v = b(y);
    if (u === null || v === null) return null;
    if (Number.isNaN(u) || Number.isNaN(v)) return false;
    return test(compareValues(u, v));
  };
}

/** Like `converter`, but a dynamic text is not read as a number: `"5"` in a bag is not 5. */
export function dynamicAware(from: KqlType, to: KqlType): (value: KqlValue) => KqlValue {
  if (from === to) return (value) => value;
  const convert = converter(from, to);
  if (
    from !== "dynamic" ||
    to === "string" ||
    to === "datetime" ||
    to === "timespan" ||
    to === "guid"
  )
    return convert;
  return (value) =>
    typeof value === "string" || typeof value === "object" ? null : convert(value);
}
