/** Cells of a table as the store keeps them: before a type reads them, and on their way in. */
import type { KqlType } from "../../../schemas/kql.ts";
import { absentOf } from "../convert.ts";
import { int64FromText } from "../int64.ts";
import { parseJson, stringifyJson, asDynamic } from "../json.ts";
import type { KqlValue } from "../values.ts";
import { fromWire, realFromText } from "../wire.ts";

/** Text, a number, or null for what is absent. A dynamic is its JSON text, read when a query first wants it. */
export type Cell = string | number | null;

/** Reads a value of the wire; undefined when it does not fit the type. */
export function cellOf(value: unknown, type: KqlType): Cell | undefined {
  if (type === "dynamic") return dynamicCell(value);
  const read = fromWire(value, type);
  if (read === undefined) return undefined;
  if (read === null || read === "") return null;
  if (typeof read === "number" || typeof read === "string") return read;
  return typeof read === "object" ? stringifyJson(read) : read.toString();
}

function dynamicCell(value: unknown): Cell | undefined {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return value;
  const json = asDynamic(value);
  if (json === undefined) return undefined;
  try {
    return JSON.stringify(json);
  } catch {
    // Integers of more than 53 bits are the one thing that JSON.stringify cannot write.
    return stringifyJson(json);
  }
}

/** The value that a text cell stands for. */
export function valueOfText(text: string, type: KqlType): KqlValue {
  switch (type) {
    case "string":
    case "guid":
      return text;
    case "dynamic":
      return parseJson(text) ?? text;
    case "bool":
      return text === "true";
    case "real":
    case "decimal":
      return realFromText(text);
    case "int":
    case "long":
    case "datetime":
    case "timespan":
      return int64FromText(text);
    default:
      return null;
  }
}

/** The value of an absent cell. */
export const absentValue = (type: KqlType): KqlValue => absentOf(type);
