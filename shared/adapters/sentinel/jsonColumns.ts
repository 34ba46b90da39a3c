/** Columns that hold JSON: parsed, as text, or as text that is no JSON after all. */
import type { Json, JsonObject } from "../../schemas/json.ts";
import { parseWhole } from "./wholeJson.ts";

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);

/** Text that reads as JSON becomes its value; any other value stays as it is; undefined becomes null. */
export function parsed(value: Json | undefined): Json {
  if (typeof value !== "string") return value ?? null;
  if (!looksLikeJson(value)) return value;
  try {
    return parseWhole(value);
  } catch {
    // Products cut long documents, and some do not escape paths: the text is all there is.
    return value;
  }
}

/** The items of a list, which may stand in JSON text; anything else has none. */
export function listOf(value: Json | undefined): Json[] {
  const list = parsed(value);
  return Array.isArray(list) ? list : [];
}

/** The texts of a list: of strings, or of plain text separated by commas. JSON that is broken has none. */
export function textsOf(value: Json | undefined): string[] {
  const list = parsed(value);
  const isPlain = typeof list === "string" && !looksLikeJson(list);
  const items = isPlain ? list.split(",") : listOf(list);
  const texts = items.flatMap((item) => (typeof item === "string" ? [item.trim()] : []));
  return [...new Set(texts.filter((text) => text !== ""))];
}
