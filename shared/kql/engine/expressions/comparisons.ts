/** Comparisons and logic. A comparison with null is false, and `!=` with null is true. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { RowFunction, Scalar } from "../context.ts";
import { comparison, sameValue } from "../compare.ts";
import { isInt64 } from "../convert.ts";
import { add } from "../int64.ts";
import { combine, mapTwo } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

type Predicate = (left: KqlValue, right: KqlValue) => boolean;

function equality(left: KqlType, right: KqlType): Predicate {
  if (left === right && left !== "real")
    return (x, y) => x !== null && y !== null && sameValue(x, y);
  const test = comparison(left, right, (order) => order === 0);
  return (x, y) => test(x, y) === true;
}

const compare =
  (make: (left: KqlType, right: KqlType) => Predicate): CompileScalar =>
  (node, context) => {
    const left = context.compiler.scalar(node.get("Left"), context);
    const right = context.compiler.scalar(node.get("Right"), context);
    return mapTwo("bool", left, right, make(left.type, right.type));
  };

const ordered = (test: (order: number) => boolean) =>
  compare((left, right) => {
    const holds = comparison(left, right, test);
    return (x, y) => holds(x, y) === true;
  });

const between =
  (isNegated: boolean): CompileScalar =>
  (node, context) => {
    const value = context.compiler.scalar(node.get("Left"), context);
    const range = node.get("Right");
    const low = context.compiler.scalar(range.get("First"), context);
    const high = context.compiler.scalar(range.get("Second"), context);
    // `datetime between (start .. 1d)`: the second bound counts from the first.
    const isLength = low.type === "datetime" && high.type === "timespan";
    const end = isLength ? mapTwo("datetime", low, high, sum) : high;
    const atLeast = comparison(value.type, low.type, (order) => order >= 0);
    const atMost = comparison(value.type, end.type, (order) => order <= 0);
    return combine("bool", [value, low, end], ([at, from, to]) => (row) => {
      const x = at?.(row) ?? null;
      if (x === null) return isNegated;
      const inside =
        atLeast(x, from?.(row) ?? null) === true && atMost(x, to?.(row) ?? null) === true;
      return inside !== isNegated;
    });
  };

const sum = (a: KqlValue, b: KqlValue): KqlValue => (isInt64(a) && isInt64(b) ? add(a, b) : null);

const logic =
  (make: (left: RowFunction, right: RowFunction) => RowFunction): CompileScalar =>
  (node, context) => {
    const parts: readonly Scalar[] = [
      context.compiler.scalar(node.get("Left"), context),
      context.compiler.scalar(node.get("Right"), context),
    ];
    return combine("bool", parts, ([a, b]) =>
      a === undefined || b === undefined ? () => null : make(a, b),
    );
  };

export const comparisons: ScalarTable = {
  EqualExpression: compare(equality),
  NotEqualExpression: compare((left, right) => {
    const equal = equality(left, right);
    return (x, y) => !equal(x, y);
  }),
  LessThanExpression: ordered((order) => order < 0),
  LessThanOrEqualExpression: ordered((order) => order <= 0),
  GreaterThanExpression: ordered((order) => order > 0),
  GreaterThanOrEqualExpression: ordered((order) => order >= 0),
  BetweenExpression: between(false),
  NotBetweenExpression: between(true),
  AndExpression: logic((a, b) => (row) => a(row) === true && b(row) === true),
  OrExpression: logic((a, b) => (row) => a(row) === true || b(row) === true),
};
