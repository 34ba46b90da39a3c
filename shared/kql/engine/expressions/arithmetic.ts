/** Arithmetic: integers stay integers, times know their units, a null makes the result null. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, refuse } from "../context.ts";
import { dynamicAware } from "../compare.ts";
import { isInt64 } from "../convert.ts";
import * as int64 from "../int64.ts";
import { mapScalar, mapTwo } from "../scalar.ts";
import { checkedDatetime } from "../time.ts";
import type { Int64, KqlValue } from "../values.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

type Operation = "+" | "-" | "*" | "/" | "%";

const INTEGERS: Readonly<Record<Operation, (a: Int64, b: Int64) => Int64 | null>> = {
  "+": int64.add,
  "-": int64.subtract,
  "*": int64.multiply,
  "/": int64.divide,
  "%": int64.modulo,
};

const REALS: Readonly<Record<Operation, (a: number, b: number) => number | null>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => {
    const rest = a % b;
    return rest < 0 ? rest + Math.abs(b) : rest;
  },
};

/** Decimal sums are rounded to the digits a number holds, so that 0.1 + 0.2 is 0.3. */
const decimal = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(15));

type Apply = (a: KqlValue, b: KqlValue) => KqlValue;

const onIntegers =
  (operation: Operation, settle: (value: Int64) => Int64 | null = (value) => value): Apply =>
  (a, b) => {
    if (!isInt64(a) || !isInt64(b)) return null;
    const result = INTEGERS[operation](a, b);
    return result === null ? null : settle(result);
  };

const onReals =
  (
    operation: Operation,
    settle: (value: number | null) => number | null = (value) => value,
  ): Apply =>
  (a, b) =>
    isInt64(a) && isInt64(b) ? settle(REALS[operation](Number(a), Number(b))) : null;

const isTime = (type: KqlType): boolean => type === "datetime" || type === "timespan";
const isWhole = (type: KqlType): boolean => type === "int" || type === "long";

const asInt = (value: Int64): number => Number(BigInt.asIntN(32, BigInt(value)));
const rounded = (value: number | null): Int64 | null =>
  value === null ? null : int64.int64FromReal(Math.round(value));

function operationOn(operation: Operation, left: KqlType, right: KqlType, result: KqlType): Apply {
  if (isTime(left) || isTime(right)) return onTimes(operation, left, right, result);
  if (result === "int") return onIntegers(operation, asInt);
  if (result === "long") return onIntegers(operation);
  if (result === "decimal")
    return onReals(operation, operation === "+" || operation === "-" ? decimal : undefined);
  if (result !== "dynamic") return onReals(operation);
  const whole = onIntegers(operation);
  const real = onReals(operation);
  return (a, b) => (isWholeValue(a) && isWholeValue(b) ? whole(a, b) : real(a, b));
}

const isWholeValue = (value: KqlValue): boolean =>
  typeof value === "bigint" || Number.isInteger(value);

function onTimes(operation: Operation, left: KqlType, right: KqlType, result: KqlType): Apply {
  const settle = result === "datetime" ? checkedDatetime : (value: Int64) => value;
  if (operation === "/" && isTime(left) && isTime(right)) return onReals("/");
  if (operation === "*" || operation === "/") {
    const scaled = onReals(operation);
    const other = isTime(left) ? right : left;
    if (operation === "*" && isWhole(other)) return onIntegers("*");
    return (a, b) => {
      const value = scaled(a, b);
      return typeof value === "number" && Number.isFinite(value) ? rounded(value) : null;
    };
  }
  return onIntegers(operation, settle);
}

const COMMON: readonly KqlType[] = ["decimal", "real", "long", "int"];

/** What the binder leaves open because a side is dynamic. */
function resultType(node: SyntaxNode, left: KqlType, right: KqlType): KqlType {
  if (node.type !== undefined) return node.type;
  return COMMON.find((type) => type === left || type === right) ?? "dynamic";
}

const binary =
  (operation: Operation): CompileScalar =>
  (node, context) => {
    const left = context.compiler.scalar(node.get("Left"), context);
    const right = context.compiler.scalar(node.get("Right"), context);
    const type = resultType(node, left.type, right.type);
    const [a, b] = meet(node, left, right);
    const apply = operationOn(operation, a.type, b.type, type);
    return mapTwo(type, a, b, apply);
  };

/** Gives a dynamic side the meaning that the other side asks for. */
function meet(node: SyntaxNode, left: Scalar, right: Scalar): [Scalar, Scalar] {
  if (left.type === "string" || right.type === "string")
    return refuse(node, "unsupported-expression", "Arithmetic needs numbers or times, not text.");
  return [numericBeside(left, right.type), numericBeside(right, left.type)];
}

/** A dynamic beside an integer may be whole or not; beside anything else it counts as a real. */
function numericBeside(side: Scalar, other: KqlType): Scalar {
  if (side.type !== "dynamic" || other === "dynamic" || isWhole(other)) return side;
  return mapScalar("real", side, dynamicAware("dynamic", "real"));
}

const minus: CompileScalar = (node, context) => {
  const inner = context.compiler.scalar(node.get("Expression"), context);
  return mapScalar(inner.type, inner, (value) =>
    isInt64(value) ? negated(value, inner.type) : null,
  );
};

const negated = (value: Int64, type: KqlType): Int64 =>
  typeof value === "number" && (type === "real" || type === "decimal")
    ? -value
    : int64.negate(value);

const plus = (node: SyntaxNode, context: Context): Scalar =>
  context.compiler.scalar(node.get("Expression"), context);

export const arithmetic: ScalarTable = {
  AddExpression: binary("+"),
  SubtractExpression: binary("-"),
  MultiplyExpression: binary("*"),
  DivideExpression: binary("/"),
  ModuloExpression: binary("%"),
  UnaryMinusExpression: minus,
  UnaryPlusExpression: plus,
};
