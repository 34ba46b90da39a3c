/** The built-in functions, and how values compare. `undefined` is the language's own "undefined". */
import type { Json } from "../../../schemas/json.ts";

export type Value = Json | undefined;

type TypeName = "undefined" | "null" | "boolean" | "number" | "string" | "array" | "object";

/** Values of different types sort by type, in this order. */
const TYPE_ORDER: readonly TypeName[] = [
  "undefined",
  "null",
  "boolean",
  "number",
  "string",
  "array",
  "object",
];

export function typeName(value: Value): TypeName {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object") return "object";
  if (typeof value === "string") return "string";
  return typeof value === "number" ? "number" : "boolean";
}

/** Sorts any two values. Texts compare by code point. */
export function orderValues(a: Value, b: Value): number {
  const byType = TYPE_ORDER.indexOf(typeName(a)) - TYPE_ORDER.indexOf(typeName(b));
  if (byType !== 0) return byType;
  if (typeof a === "string" && typeof b === "string") {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Number(a) - Number(b);
}

/** `undefined` unless both values have one type; arrays and objects are only tested for equality. */
export function compareValues(operator: string, a: Value, b: Value): boolean | undefined {
  const type = typeName(a);
  if (type === "undefined" || type !== typeName(b)) return undefined;
  if (operator === "=" || operator === "!=") return equalValues(a, b) === (operator === "=");
  if (type === "array" || type === "object") return undefined;
  const order = orderValues(a, b);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

export function equalValues(a: Value, b: Value): boolean {
  return typeof a === "object" ? JSON.stringify(a) === JSON.stringify(b) : a === b;
}

const onTexts =
  (test: (text: string, part: string) => boolean) =>
  ([a, b, ignoreCase]: readonly Value[]): Value => {
    if (typeof a !== "string" || typeof b !== "string") return undefined;
    return ignoreCase === true ? test(a.toLowerCase(), b.toLowerCase()) : test(a, b);
  };

export const FUNCTIONS: ReadonlyMap<string, (values: readonly Value[]) => Value> = new Map([
  ["IS_DEFINED", ([value]) => value !== undefined],
  ["IS_STRING", ([value]) => typeof value === "string"],
  ["IS_NUMBER", ([value]) => typeof value === "number"],
  ["STARTSWITH", onTexts((text, part) => text.startsWith(part))],
  ["CONTAINS", onTexts((text, part) => text.includes(part))],
  [
    "ARRAY_CONTAINS",
    ([array, value]) => {
      if (!Array.isArray(array) || value === undefined) return undefined;
      return array.some((element) => equalValues(element, value));
    },
  ],
]);
