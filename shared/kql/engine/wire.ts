/** Values from and to the wire form of the Log Analytics query API. */
import type { Json } from "../../schemas/json.ts";
import type { KqlType } from "../../schemas/kql.ts";
import { int64, int64FromReal, int64FromText } from "./int64.ts";
import { asDynamic, nonFinite, parseJson, stringifyJson } from "./json.ts";
import { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from "./time.ts";
import type { Int64, KqlValue } from "./values.ts";

/**
 * Writes a value as the service does: datetime as ISO 8601 with seven decimals and Z, timespan as `d.hh:mm:ss`,
 * dynamic as JSON text, a real that is no number as "NaN" or "Infinity", a long as a number.
 */
export function toWire(value: KqlValue, type: KqlType): Json {
  if (value === null) return type === "string" ? "" : null;
  if (type === "dynamic") return typeof value === "string" ? value : stringifyJson(value);
  if (typeof value === "bigint" || typeof value === "number") return numberToWire(value, type);
  return typeof value === "object" ? stringifyJson(value) : value;
}

function numberToWire(value: Int64, type: KqlType): Json {
  if (type === "datetime") return formatDatetime(value);
  if (type === "timespan") return formatTimespan(value);
  if (type === "decimal") return String(value);
  if (typeof value === "bigint") return Number(value);
  return Number.isFinite(value) ? value : nonFinite(value);
}

/** Reads a value of the wire or of an export. Undefined when it does not fit the type; an empty cell is null. */
export function fromWire(value: unknown, type: KqlType): KqlValue | undefined {
  if (type === "string") return stringFromWire(value);
  if (value === null || value === undefined) return null;
  if (type === "dynamic") return dynamicFromWire(value);
  if (typeof value === "string") {
    const text = value.trim();
    return text === "" ? null : (fromText(text, type) ?? undefined);
  }
  if (typeof value === "bigint") return bigintFromWire(value, type);
  if (typeof value === "number") return numberFromWire(value, type);
  if (typeof value === "boolean") return type === "bool" ? value : undefined;
  return undefined;
}

function stringFromWire(value: unknown): KqlValue | undefined {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const json = asDynamic(value);
  return json === undefined ? undefined : stringifyJson(json);
}

/** Text in a dynamic column is JSON when it reads as JSON, otherwise it is that text. */
function dynamicFromWire(value: unknown): KqlValue | undefined {
  if (typeof value !== "string") return asDynamic(value);
  if (value === "") return null;
  return parseJson(value) ?? value;
}

function bigintFromWire(value: bigint, type: KqlType): KqlValue | undefined {
  if (type === "bool") return value !== 0n;
  if (type === "real" || type === "decimal") return Number(value);
  if (type !== "long" && type !== "int" && type !== "timespan") return undefined;
  return BigInt.asIntN(64, value) === value ? int64(value) : undefined;
}

function numberFromWire(value: number, type: KqlType): KqlValue | undefined {
  if (type === "bool") return value !== 0;
  if (type === "real" || type === "decimal") return value;
  if (type === "int" || type === "long" || type === "timespan")
    return int64FromReal(value) ?? undefined;
  return undefined;
}

const READERS: Readonly<Record<KqlType, (text: string) => KqlValue>> = {
  bool: boolFromText,
  datetime: parseDatetime,
  timespan: parseTimespan,
  int: integerFromText,
  long: integerFromText,
  real: realFromText,
  decimal: realFromText,
  guid: guidFromText,
  string: (text) => text,
  dynamic: (text) => text,
};

const fromText = (text: string, type: KqlType): KqlValue => READERS[type](text);

function integerFromText(text: string): Int64 | null {
  return int64FromText(text) ?? int64FromReal(Number(text));
}

/** Reads true, false or an integer, in any case. Null for any other text. */
export function boolFromText(text: string): boolean | null {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  const number = int64FromText(text);
  return number === null ? null : number !== 0;
}

/** Reads a real. Null when the text is none; `INF` is none, as recorded answers show. */
export function realFromText(text: string): number | null {
  const trimmed = text.trim();
  if (/^nan$/i.test(trimmed)) return Number.NaN;
  if (/^[+-]?(?:inf|Infinity)$/.test(trimmed))
    return trimmed.startsWith("-") ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) return null;
  return Number(trimmed);
}

/** Reads a guid with or without dashes and braces, into lower case with dashes. Null when the text is none. */
export function guidFromText(text: string): string | null {
  const hex = text
    .trim()
    .replace(/^[({]|[)}]$/g, "")
    .replaceAll("-", "")
    .toLowerCase();
  if (!/^[\da-f]{32}$/.test(hex)) return null;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
