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

const text: CompileScalar = (node) =>
  literal("string", typeof node.literal === "string" ? node.literal : "");

function dynamicValue(node: SyntaxNode): Dynamic {
  switch (node.kind) {
    case "JsonObjectExpression": {
      const bag: DynamicBag = {};
      for (const pair of node.list("Pairs")) {
        const value = dynamicValue(pair.get("Value"));
        Object.defineProperty(bag, pairName(pair), {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return bag;
    }
    case "JsonArrayExpression":
      return node.list("Values").map(dynamicValue);
    case "UnaryMinusExpression":
      return negated(dynamicValue(node.get("Expression")));
    case "UnaryPlusExpression":
      return dynamicValue(node.get("Expression"));
    case "NullLiteralExpression":
      return null;
    case "StringLiteralExpression":
    case "CompoundStringLiteralExpression":
      return typeof node.literal === "string" ? node.literal : "";
    case "BooleanLiteralExpression":
      return boolFromText(argumentOf(node.text));
    case "DateTimeLiteralExpression":
    case "TimespanLiteralExpression":
    case "GuidLiteralExpression":
      return argumentText(node);
    case "DynamicExpression":
      return dynamicValue(node.get("Expression"));
    default:
      return int64FromText(argumentOf(node.text)) ?? realFromText(argumentOf(node.text));
  }
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

function pairName(pair: SyntaxNode): string {
  const name = pair.find("Name");
  if (name !== undefined && typeof name.literal === "string") return name.literal;
  return (name?.text ?? pair.token("Name")).replace(/^(["'])([\s\S]*)\1$/, "$2");
}

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
