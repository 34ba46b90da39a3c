/** Dynamic values from and to JSON text. Integers keep all of their digits. */
import { int64FromText } from "./int64.ts";
import { type Dynamic, isBag } from "./values.ts";

/** An integer of fewer digits is exact as a number: only longer ones are worth the slow way of reading. */
const LONG_INTEGER = /\d{16}/;

/** Reads JSON text. Undefined when the text is not JSON. */
export function parseJson(text: string): Dynamic | undefined {
  try {
    const value: unknown = LONG_INTEGER.test(text)
      ? JSON.parse(text, keepDigits)
      : JSON.parse(text);
    return isDynamic(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads JSON text as `parseJson` does; integers beyond 64 bits keep their digits, too. */
export function parseExactJson(text: string): Dynamic | undefined {
  try {
    const value: unknown = LONG_INTEGER.test(text)
      ? JSON.parse(text, keepAllDigits)
      : JSON.parse(text);
    return isDynamic(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || context?.source === undefined)
    return value;
  return int64FromText(context.source) ?? value;
}

function keepAllDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  const source = context?.source;
  return isRounded && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** What JSON.parse gives is JSON by construction; only the outermost type is looked at. */
function isDynamic(value: unknown): value is Dynamic {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

/** Takes a value that came out of JSON or structured data as a dynamic; undefined when it is not one. */
export const asDynamic = (value: unknown): Dynamic | undefined =>
  isDynamic(value) ? value : undefined;

/** Writes compact JSON, keys in their order. */
export function stringifyJson(value: Dynamic): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number")
    return Number.isFinite(value) ? numberText(value) : `"${nonFinite(value)}"`;
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(",")}]`;
  if (isBag(value)) {
    const pairs = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${stringifyJson(v)}`);
    return `{${pairs.join(",")}}`;
  }
  return JSON.stringify(value);
}

const numberText = (value: number): string =>
  Number.isSafeInteger(value) ? String(value) : realText(value);

/** How Kusto spells a real that is no number. */
export const nonFinite = (value: number): string =>
  Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

/** Text of a real: shortest digits, exponent from 1e15 on as .NET writes it. */
export function realText(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const text = String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-5)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    const sign = exponent.startsWith("-") ? "-" : "+";
    return `${digits}E${sign}${exponent.replace(/^[+-]/, "").padStart(2, "0")}`;
  }
  return text;
}
