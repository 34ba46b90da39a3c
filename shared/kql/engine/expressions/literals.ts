/** Literals of every type. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { refuse } from "../context.ts";
import { absentOf } from "../convert.ts";
import { int64FromText, negate } from "../int64.ts";
import { literal } from "../scalar.ts";
import { formatDatetime, parseDatetime, parseTimespan } from "../time.ts";
import type { Dynamic, DynamicBag, KqlValue } from "../values.ts";
import { boolFromText, guidFromText, realFromText } from "../wire.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

/** What stands between the parentheses of `datetime(…)`, or the whole text when there are none. */
function argumentOf(text: string): string {
  const inner = /^[A-Za-z]\w*\s*\(([\s\S]*)\)$/.exec(text)?.[1] ?? text;
  return inner.trim().replace(/^(["'])([\s\S]*)\1$/, "$2");
}

const reader =
  (type: KqlType, read: (text: string) => KqlValue): CompileScalar =>
  (node) => {
    const text = argumentOf(node.text);
    if (/^null$/i.test(text)) return literal(type, absentOf(type));
    const value = read(text);
    if (value === null) refuse(node, "invalid-argument", `"${text}" is not a ${type}.`);
    return literal(type, value);
  };

const text: CompileScalar = (node) => literal("string", stringValue(node));

const DYNAMIC_PARTS: Readonly<Record<string, (node: SyntaxNode) => Dynamic>> = {
  JsonObjectExpression: dynamicBag,
  JsonArrayExpression: (node) => node.list("Values").map(dynamicValue),
  UnaryMinusExpression: (node) =>
    int64FromText(node.text) ?? negated(dynamicValue(node.get("Expression"))),
  UnaryPlusExpression: (node) => dynamicValue(node.get("Expression")),
  DynamicExpression: (node) => dynamicValue(node.get("Expression")),
  NullLiteralExpression: () => null,
  StringLiteralExpression: stringValue,
  CompoundStringLiteralExpression: stringValue,
  BooleanLiteralExpression: (node) => boolFromText(argumentOf(node.text)),
  DateTimeLiteralExpression: argumentText,
  TimespanLiteralExpression: argumentText,
  GuidLiteralExpression: argumentText,
};

function dynamicValue(node: SyntaxNode): Dynamic {
  const read = DYNAMIC_PARTS[node.kind];
  if (read !== undefined) return read(node);
  const number = argumentOf(node.text);
  return int64FromText(number) ?? realFromText(number);
}

function stringValue(node: SyntaxNode): string {
  return typeof node.literal === "string" ? node.literal : "";
}

function dynamicBag(node: SyntaxNode): Dynamic {
  const bag: DynamicBag = {};
  for (const pair of node.list("Pairs"))
    Object.defineProperty(bag, pairName(pair), {
      value: dynamicValue(pair.get("Value")),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return bag;
}

/** A time inside of a dynamic travels as its text. */
function argumentText(node: SyntaxNode): Dynamic {
  const inner = argumentOf(node.text);
  const datetime = node.kind === "DateTimeLiteralExpression" ? parseDatetime(inner) : null;
  if (datetime !== null) return formatDatetime(datetime);
  return inner;
}

const negated = (value: Dynamic): Dynamic =>
  typeof value === "number" || typeof value === "bigint" ? negate(value) : null;

const pairName = (pair: SyntaxNode): string => pair.tokenValue("Name");

export const literals: ScalarTable = {
  StringLiteralExpression: text,
  CompoundStringLiteralExpression: text,
  BooleanLiteralExpression: reader("bool", boolFromText),
  IntLiteralExpression: reader("int", int64FromText),
  LongLiteralExpression: reader("long", int64FromText),
  RealLiteralExpression: reader("real", realFromText),
  DecimalLiteralExpression: reader("decimal", realFromText),
  DateTimeLiteralExpression: reader("datetime", parseDatetime),
  TimespanLiteralExpression: reader("timespan", parseTimespan),
  GuidLiteralExpression: reader("guid", guidFromText),
  NullLiteralExpression: () => literal("dynamic", null),
  DynamicExpression: (node) => literal("dynamic", dynamicValue(node.get("Expression"))),
};
