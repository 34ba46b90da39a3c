/** Conversions between types, as `tostring`, `tolong` and their kin do them and as operators do them silently. */
import type { KqlType } from "../../schemas/kql.ts";
import { add, int64FromText, saturatedInt64, subtract } from "./int64.ts";
import { parseJson, realText, stringifyJson } from "./json.ts";
import {
  DATETIME_MIN,
  checkedDatetime,
  formatDatetime,
  formatTimespan,
  parseDatetime,
  parseTimespan,
} from "./time.ts";
import type { Dynamic, Int64, KqlValue } from "./values.ts";
import { boolFromText, guidFromText, realFromText } from "./wire.ts";

export const isInt64 = (value: KqlValue): value is Int64 =>
  typeof value === "number" || typeof value === "bigint";

/** `tostring`: the text of a value; of null it is "". */
export function toText(value: KqlValue, type: KqlType): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  if (type === "dynamic" || typeof value === "object") return dynamicText(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (type === "datetime") return formatDatetime(value);
  if (type === "timespan") return formatTimespan(value);
  if (typeof value === "number" && type === "real") {
    const text = realText(value);
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  return String(value);
}

/** `tostring` of a dynamic: a text without its quotes, otherwise JSON. */
export const dynamicText = (value: Dynamic): string =>
  value === null ? "" : typeof value === "string" ? value : stringifyJson(value);

export function toBool(value: KqlValue): boolean | null {
  if (typeof value === "boolean") return value;
  if (isInt64(value)) return Number(value) !== 0;
  return typeof value === "string" ? boolFromText(value.trim()) : null;
}

/** `tolong`: cuts fractions of reals; a text must be an integer. A datetime gives its ticks since the year 1. */
export function toLong(value: KqlValue, type: KqlType): Int64 | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") return type === "datetime" ? subtract(value, DATETIME_MIN) : value;
  if (typeof value === "number") {
    if (type === "datetime") return subtract(value, DATETIME_MIN);
    return Number.isSafeInteger(value) ? value : saturatedInt64(value);
  }
  return typeof value === "string" ? int64FromText(value) : null;
}

/** `toint`: a text must fit 32 bits; a long wraps around, a real outside gives the nearest int. */
export function toInt(value: KqlValue, type: KqlType): number | null {
  const long = toLong(value, type);
  if (long === null) return null;
  const isReal = type === "real" || !Number.isSafeInteger(value);
  if (isReal && typeof value === "number")
    return Math.min(2_147_483_647, Math.max(-2_147_483_648, Number(long)));
  const small = Number(BigInt.asIntN(32, BigInt(long)));
  return typeof value === "string" && small !== Number(long) ? null : small;
}

export function toReal(value: KqlValue, type: KqlType): number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return type === "datetime" ? Number(toLong(value, type)) : value;
  if (typeof value === "bigint") return Number(toLong(value, type));
  if (typeof value !== "string") return null;
  return realFromText(value);
}

/** `todatetime`: a number counts ticks since the year 1. */
export function toDatetime(value: KqlValue, type: KqlType): Int64 | null {
  if (typeof value === "string") return parseDatetime(value);
  if (!isInt64(value)) return null;
  if (type === "datetime") return value;
  const ticks = toLong(value, type);
  return ticks === null ? null : checkedDatetime(add(ticks, DATETIME_MIN));
}

export function toTimespan(value: KqlValue, type: KqlType): Int64 | null {
  if (typeof value === "string") return parseTimespan(value);
  if (!isInt64(value)) return null;
  return type === "timespan" ? value : toLong(value, type);
}

export const toGuid = (value: KqlValue): string | null =>
  typeof value === "string" ? guidFromText(value) : null;

/** `todynamic`: text is read as JSON and stays text when it is none; times become their text. */
export function toDynamic(value: KqlValue, type: KqlType): Dynamic {
  if (type === "datetime" && isInt64(value)) return formatDatetime(value);
  if (type === "timespan" && isInt64(value)) return formatTimespan(value);
  if (typeof value !== "string" || type !== "string") return value;
  const text = value.trim();
  if (text === "") return null;
  const json = parseJson(text);
  return json === undefined ? value : json;
}

/** Puts a value of any type into a list or bag: unlike `todynamic`, text stays text. */
export function asElement(value: KqlValue, type: KqlType): Dynamic {
  return type === "string" ? value : toDynamic(value, type);
}

type Converter = (value: KqlValue) => KqlValue;

/** How a value of one type becomes a value of another. Strings that do not read as the target give null. */
export function converter(from: KqlType, to: KqlType): Converter {
  if (from === to) return (value) => value;
  switch (to) {
    case "string":
      return (value) => toText(value, from);
    case "bool":
      return toBool;
    case "long":
      return (value) => toLong(value, from);
    case "int":
      return (value) => toInt(value, from);
    case "real":
    case "decimal":
      return (value) => toReal(value, from);
    case "datetime":
      return (value) => toDatetime(value, from);
    case "timespan":
      return (value) => toTimespan(value, from);
    case "guid":
      return toGuid;
    case "dynamic":
      return (value) => toDynamic(value, from);
    default:
      return (value) => value;
  }
}

/** The absent value of a type: a string is never null. */
export const absentOf = (type: KqlType): KqlValue => (type === "string" ? "" : null);
