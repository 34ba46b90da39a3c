/** `make-series`: aggregates in bins of equal size along an axis, as one array for each group. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { compareValues } from "../compare.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { asElement, converter, isInt64 } from "../convert.ts";
import { Frame } from "../frame.ts";
import { groupRows } from "../grouping.ts";
import { add, floorTo, multiply, subtract } from "../int64.ts";
import { KqlRefusal } from "../refusal.ts";
import type { Run } from "../run.ts";
import { constantValue, valuesOf } from "../scalar.ts";
import type { Dynamic, Int64, KqlValue } from "../values.ts";
import { type Measure, expressionMeasure } from "./summarize.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  rowContext,
  withoutName,
} from "./table.ts";

/** The service's own limit. */
const POINTS_MAX = 1_048_576;

interface Series {
  readonly measure: Measure;
  readonly type: KqlType;
  /** The value of an empty bin. */
  readonly fallback: Scalar | undefined;
}

interface AxisRange {
  readonly from: Scalar | undefined;
  readonly to: Scalar | undefined;
  readonly step: Scalar;
  /** `in range(…)` includes its end. */
  readonly includesEnd: boolean;
}

interface Axis {
  readonly start: Int64;
  readonly step: Int64;
  readonly length: number;
  readonly isReal: boolean;
}

function rangeOf(node: SyntaxNode, context: Context): AxisRange {
  const outside: Context = { ...context, columns: [] };
  const clause = node.get("RangeClause");
  const scalar = (part: SyntaxNode | undefined) =>
    part === undefined ? undefined : context.compiler.scalar(part, outside);
  if (clause.kind === "MakeSeriesInRangeClause") {
    const [from, to, step] = clause.get("Arguments").list("Expressions").map(scalar);
    if (step === undefined) return refuse(clause, "invalid-argument", "The range has no step.");
    return { from, to, step, includesEnd: true };
  }
  return {
    from: scalar(clause.find("MakeSeriesFromClause")?.get("Expression")),
    to: scalar(clause.find("MakeSeriesToClause")?.get("Expression")),
    step: context.compiler.scalar(clause.get("MakeSeriesStepClause").get("Expression"), outside),
    includesEnd: false,
  };
}

function seriesOf(node: SyntaxNode, context: Context): Series {
  const call = withoutName(node.get("Expression"));
  const fallback = node.find("DefaultExpression")?.get("Expression");
  return {
    measure: expressionMeasure(call, context, []),
    type: call.type ?? "dynamic",
    fallback:
      fallback === undefined
        ? undefined
        : context.compiler.scalar(fallback, { ...context, columns: [] }),
  };
}

const edge = (scalar: Scalar | undefined, run: Run, type: KqlType): Int64 | undefined => {
  if (scalar === undefined) return undefined;
  const value = converter(scalar.type, type)(constantValue(scalar, run));
  return isInt64(value) ? value : undefined;
};

/** Where the bins lie; without bounds of its own the axis spans the values. */
function axisOf(
  range: AxisRange,
  times: readonly KqlValue[],
  type: KqlType,
  run: Run,
  node: SyntaxNode,
): Axis {
  const step = constantValue(range.step, run);
  if (!isInt64(step) || !(Number(step) > 0))
    return refuse(node, "invalid-argument", "The step of make-series has to be positive.");
  const present = times.filter(isInt64);
  const extreme = (order: 1 | -1): Int64 | undefined => {
    let best: Int64 | undefined;
    for (const time of present)
      if (best === undefined || order * compareValues(time, best) > 0) best = time;
    return best;
  };
  const isReal = type === "real" || type === "decimal";
  const first = extreme(-1);
  const floor = (value: Int64): Int64 =>
    isReal
      ? Math.floor(Number(value) / Number(step)) * Number(step)
      : (floorTo(value, step) ?? value);
  const start = edge(range.from, run, type) ?? (first === undefined ? undefined : floor(first));
  const end = edge(range.to, run, type);
  const last = end ?? extreme(1);
  if (start === undefined || last === undefined) return { start: 0, step, length: 0, isReal };
  const span = Number(isReal ? Number(last) - Number(start) : subtract(last, start));
  const steps = span / Number(step);
  const isOpen = end !== undefined && !range.includesEnd;
  const length = Math.max(0, isOpen ? Math.ceil(steps) : Math.floor(steps) + 1);
  if (length > POINTS_MAX)
    throw new KqlRefusal(
      "budget-exceeded",
      `This make-series has ${length} points; at most ${POINTS_MAX} are allowed.`,
      node.position,
    );
  return { start, step, length, isReal };
}

function binOf(time: KqlValue, axis: Axis): number {
  if (!isInt64(time)) return -1;
  const offset = axis.isReal
    ? Number(time) - Number(axis.start)
    : Number(subtract(time, axis.start));
  const bin = Math.floor(offset / Number(axis.step));
  return bin >= 0 && bin < axis.length ? bin : -1;
}

const axisValues = (axis: Axis, type: KqlType): Dynamic[] =>
  Array.from({ length: axis.length }, (_, i) =>
    asElement(
      axis.isReal
        ? Number(axis.start) + i * Number(axis.step)
        : add(axis.start, multiply(axis.step, i)),
      type,
    ),
  );

/** The arrays of one series: the default everywhere, then the value of each bin that has rows. */
function fill(
  series: Series,
  values: readonly KqlValue[],
  cells: readonly { group: number; bin: number }[],
  size: { groups: number; length: number },
  run: Run,
): Dynamic[][] {
  const { fallback } = series;
  const empty =
    fallback === undefined
      ? series.type === "string"
        ? ""
        : 0
      : asElement(constantValue(fallback, run), fallback.type);
  const lists = Array.from({ length: size.groups }, () => Array<Dynamic>(size.length).fill(empty));
  cells.forEach(({ group, bin }, index) => {
    const list = lists[group];
    if (list !== undefined) list[bin] = asElement(values[index] ?? null, series.type);
  });
  return lists;
}

const makeSeries: CompileOperator = (node, input: Tabular, output, context) => {
  const rows = rowContext(context, input);
  const columns = boundColumns(output);
  const axisNode = withoutName(node.get("OnClause").get("Expression"));
  const axisScalar = context.compiler.scalar(axisNode, rows);
  const range = rangeOf(node, context);
  const series = node.list("Aggregates").map((part) => seriesOf(part, rows));
  const by = (node.find("ByClause")?.list("Expressions") ?? []).map((key) =>
    context.compiler.scalar(withoutName(key), rows),
  );
  if (columns.length !== by.length + series.length + 1)
    refuse(node, "unsupported-expression", "This form of make-series is not supported here.");
  return derived(input, columns, (whole, run) => {
    const times = valuesOf(axisScalar, whole, run);
    const axis = axisOf(range, times, axisScalar.type, run, node);
    const bins = times.map((time) => binOf(time, axis));
    const frame = whole.select([...bins.keys()].filter((row) => (bins[row] ?? -1) >= 0));
    const kept = bins.filter((bin) => bin >= 0);
    const keyColumns = by.map((key) => valuesOf(key, frame, run));
    const groups = groupRows(keyColumns, frame.rowCount);
    const cells = groupRows(
      [groups.groupOf, kept].map((list) => [...list]),
      frame.rowCount,
    );
    const groupCount =
      by.length === 0 ? Math.max(1, groups.firstRows.length) : groups.firstRows.length;
    run.charge(groupCount * axis.length);
    const places = cells.firstRows.map((row) => ({
      group: groups.groupOf[row] ?? 0,
      bin: kept[row] ?? 0,
    }));
    const size = { groups: groupCount, length: axis.length };
    const points = axisValues(axis, axisScalar.type);
    return Frame.of(groupCount, [
      ...keyColumns.map((values) => groups.firstRows.map((row) => values[row] ?? null)),
      ...series.map((one) => fill(one, one.measure(frame, run, cells)[0] ?? [], places, size, run)),
      Array.from({ length: groupCount }, () => points),
    ]);
  });
};

export const makeSeriesOperators: OperatorTable = { MakeSeriesOperator: makeSeries };
