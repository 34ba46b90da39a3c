/** Finds in a condition what a table store can use: ranges of time and equal values of raw columns. */
import type { SyntaxNode } from "../../syntax.ts";
import type { Context, Scalar } from "../context.ts";
import { isInt64 } from "../convert.ts";
import { add } from "../int64.ts";
import type { Run } from "../run.ts";
import { constantValue } from "../scalar.ts";
import { type ScanBounds, TIME_COLUMN } from "../source.ts";
import type { Int64, KqlValue } from "../values.ts";

/** Gives the bounds of one condition for a run. */
type Extract = (run: Run) => ScanBounds;

/** Every part of a condition that has to hold. */
function conjuncts(node: SyntaxNode): SyntaxNode[] {
  if (node.kind === "ParenthesizedExpression") return conjuncts(node.get("Expression"));
  if (node.kind !== "AndExpression") return [node];
  return [...conjuncts(node.get("Left")), ...conjuncts(node.get("Right"))];
}

const isColumn = (node: SyntaxNode): boolean =>
  node.kind === "NameReference" && node.symbol?.kind === "column";

const FLIPPED: Readonly<Record<string, string>> = {
  LessThanExpression: "GreaterThanExpression",
  LessThanOrEqualExpression: "GreaterThanOrEqualExpression",
  GreaterThanExpression: "LessThanExpression",
  GreaterThanOrEqualExpression: "LessThanOrEqualExpression",
  EqualExpression: "EqualExpression",
};

/** Strict bounds are widened to inclusive ones: the condition itself is applied afterwards. */
function timeBounds(kind: string, value: Scalar): Extract {
  return (run) => {
    const time = constantValue(value, run);
    if (!isInt64(time) || value.type !== "datetime") return {};
    if (kind.startsWith("Greater")) return { from: time };
    return kind.startsWith("Less") ? { to: time } : { from: time, to: time };
  };
}

function comparisonBounds(node: SyntaxNode, context: Context): Extract | undefined {
  const isFlipped = !isColumn(node.get("Left"));
  const column = node.get(isFlipped ? "Right" : "Left");
  const kind = isFlipped ? FLIPPED[node.kind] : node.kind;
  if (!isColumn(column) || kind === undefined) return undefined;
  const value = context.compiler.scalar(node.get(isFlipped ? "Left" : "Right"), context);
  if (!value.isConstant) return undefined;
  if (column.name === TIME_COLUMN) return timeBounds(kind, value);
  if (kind !== "EqualExpression" || value.type !== column.type) return undefined;
  return (run) => ({ equals: { [column.name]: [constantValue(value, run)] } });
}

function betweenBounds(node: SyntaxNode, context: Context): Extract | undefined {
  const column = node.get("Left");
  if (!isColumn(column) || column.name !== TIME_COLUMN) return undefined;
  const low = context.compiler.scalar(node.get("Right").get("First"), context);
  const high = context.compiler.scalar(node.get("Right").get("Second"), context);
  if (!low.isConstant || !high.isConstant) return undefined;
  const after = timeBounds("GreaterThanOrEqualExpression", low);
  if (high.type === "timespan") return lengthBounds(low, high);
  const before = timeBounds("LessThanOrEqualExpression", high);
  return (run) => ({ ...after(run), ...before(run) });
}

/** `between (start .. 1d)`: the second bound counts from the first. */
function lengthBounds(low: Scalar, length: Scalar): Extract {
  return (run) => {
    const from = constantValue(low, run);
    const ticks = constantValue(length, run);
    if (!isInt64(from) || !isInt64(ticks) || low.type !== "datetime") return {};
    return { from, to: add(from, ticks) };
  };
}

function listBounds(node: SyntaxNode, context: Context): Extract | undefined {
  const column = node.get("Left");
  if (!isColumn(column) || column.type !== "string" || node.token("Operator").includes("~"))
    return undefined;
  const parts = node.get("Right").list("Expressions");
  if (parts.some((part) => part.isTabular)) return undefined;
  const scalars = parts.map((part) => context.compiler.scalar(part, context));
  if (scalars.some((scalar) => !scalar.isConstant)) return undefined;
  return (run) => {
    const values = scalars.flatMap((scalar): KqlValue[] => {
      const value = constantValue(scalar, run);
      return Array.isArray(value) ? value : [value];
    });
    return values.every((value) => typeof value === "string")
      ? { equals: { [column.name]: values } }
      : {};
  };
}

function extractFrom(node: SyntaxNode, context: Context): Extract | undefined {
  if (node.kind === "BetweenExpression") return betweenBounds(node, context);
  if (node.kind === "InExpression" || node.kind === "InCsExpression")
    return listBounds(node, context);
  return node.kind in FLIPPED ? comparisonBounds(node, context) : undefined;
}

/** The bounds that a condition over a raw table implies. */
export function boundsOf(condition: SyntaxNode, context: Context): Extract {
  const parts = conjuncts(condition)
    .map((part) => extractFrom(part, context))
    .filter((part) => part !== undefined);
  return (run) => parts.reduce<ScanBounds>((bounds, part) => narrow(bounds, part(run)), {});
}

const pick = (a: Int64 | undefined, b: Int64 | undefined, later: boolean): Int64 | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b === later ? a : b;
};

/** Both bounds at once. */
export function narrow(a: ScanBounds, b: ScanBounds): ScanBounds {
  const from = pick(a.from, b.from, true);
  const to = pick(a.to, b.to, false);
  const equals = { ...a.equals, ...b.equals };
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(Object.keys(equals).length === 0 ? {} : { equals }),
  };
}
