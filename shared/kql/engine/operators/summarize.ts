/** `summarize`: rows are grouped once, then every aggregate runs over the groups. */
import type { KqlColumn } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import type { Aggregate, AggregateCall } from "../aggregates/define.ts";
import { aggregates } from "../aggregates/aggregates.ts";
import { groupedAggregate } from "../aggregates/grouped.ts";
import { compareValues } from "../compare.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { absentOf } from "../convert.ts";
import { type Column, Frame } from "../frame.ts";
import { type Groups, groupRows } from "../grouping.ts";
import { entry } from "../namedTable.ts";
import type { Run } from "../run.ts";
import { columnScalar, constantValue, valuesOf } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  rowContext,
  withoutName,
} from "./table.ts";

/** Computes one or more output columns, one value per group. */
export type Measure = (frame: Frame, run: Run, groups: Groups) => Column[];

const argumentsOf = (node: SyntaxNode): SyntaxNode[] =>
  node.get("ArgumentList").list("Expressions");

function runAggregate(aggregate: Aggregate, call: AggregateCall, groups: Groups): Column {
  const make = aggregate(call);
  const accumulators = groups.firstRows.map(() => make());
  const { groupOf } = groups;
  for (let row = 0; row < groupOf.length; row += 1) accumulators[groupOf[row] ?? 0]?.add(row);
  return accumulators.map((accumulator) => accumulator.value());
}

/** Without groups there is one row, of the values that aggregates of nothing have. */
const allInOne = (rowCount: number): Groups => ({
  groupOf: new Int32Array(rowCount),
  firstRows: [0],
});

/** One call of an aggregate function, such as the `sum(x)` in `round(sum(x), 2)`. */
function aggregateCall(node: SyntaxNode, context: Context): Measure | undefined {
  const aggregate = entry(aggregates, node.name);
  if (aggregate === undefined) return undefined;
  const parts = argumentsOf(node)
    .filter((argument) => argument.kind !== "StarExpression")
    .map((argument) => context.compiler.scalar(argument, context));
  const grouped = groupedAggregate(node.name, parts[0]?.type);
  return (frame, run, groups) => {
    const call: AggregateCall = {
      arguments: parts.map((part) => part.bind(frame, run)),
      types: parts.map((part) => part.type),
      result: node.type ?? "dynamic",
      constant: (index) => {
        const part = parts[index];
        return part?.isConstant === true ? constantValue(part, run) : undefined;
      },
    };
    run.charge(frame.rowCount);
    return [grouped?.(call, groups) ?? runAggregate(aggregate, call, groups)];
  };
}

/** An expression over aggregates: the calls become columns of a frame with one row per group. */
export function expressionMeasure(
  node: SyntaxNode,
  context: Context,
  keys: readonly KqlColumn[],
): Measure {
  const calls: { measure: Measure; type: KqlColumn["type"] }[] = [];
  const outer: Context = {
    ...context,
    columns: keys,
    aggregate: (call) => {
      const measure = call.calledBody === undefined ? aggregateCall(call, context) : undefined;
      if (measure === undefined) return undefined;
      const type = call.type ?? "dynamic";
      calls.push({ measure, type });
      return columnScalar(type, keys.length + calls.length - 1);
    },
  };
  const scalar = context.compiler.scalar(node, outer);
  return (frame, run, groups) => {
    const columns = calls.map(({ measure }) => measure(frame, run, groups)[0] ?? []);
    const keyColumns = keys.map(() => groups.firstRows.map(() => null));
    return [valuesOf(scalar, Frame.of(groups.firstRows.length, [...keyColumns, ...columns]), run)];
  };
}

/** The columns that `*` stands for: those which the summarize does not already give. */
function starColumns(input: Tabular, taken: ReadonlySet<string>): number[] {
  return input.columns.flatMap((column, index) => (taken.has(column.name) ? [] : [index]));
}

/** `arg_max(key, columns…)`: the values of the row in which the key is greatest. */
function argExtreme(
  node: SyntaxNode,
  input: Tabular,
  context: Context,
  keys: readonly string[],
): Measure {
  const direction = node.name === "arg_max" || node.name === "argmax" ? 1 : -1;
  const [keyNode, ...rest] = argumentsOf(node);
  if (keyNode === undefined) refuse(node, "invalid-argument", `${node.name}() needs a column.`);
  const key = context.compiler.scalar(withoutName(keyNode), context);
  const returned = returnedColumns(
    rest,
    input,
    context,
    new Set([...keys, withoutName(keyNode).name]),
  );
  return (frame, run, groups) => {
    const at = key.bind(frame, run);
    const best = Array<number>(groups.firstRows.length).fill(-1);
    const bestKeys = Array<KqlValue>(groups.firstRows.length).fill(null);
    groups.groupOf.forEach((group, row) => {
      const value = at(row);
      if (value === null) return;
      const known = bestKeys[group] ?? null;
      if (known !== null && direction * compareValues(value, known) <= 0) return;
      best[group] = row;
      bestKeys[group] = value;
    });
    // A group whose keys are all null has some row of its own, as the service does it.
    const rows = best.map((row, group) => (row < 0 ? (groups.firstRows[group] ?? -1) : row));
    return [bestKeys, ...columnsAt(returned, frame, run, rows)];
  };
}

const returnedColumns = (
  nodes: readonly SyntaxNode[],
  input: Tabular,
  context: Context,
  taken: ReadonlySet<string>,
): Scalar[] =>
  nodes.flatMap((node) =>
    node.kind === "StarExpression"
      ? starColumns(input, taken).map((index) =>
          columnScalar(input.columns[index]?.type ?? "dynamic", index),
        )
      : [context.compiler.scalar(withoutName(node), context)],
  );

function columnsAt(
  scalars: readonly Scalar[],
  frame: Frame,
  run: Run,
  rows: readonly number[],
): Column[] {
  return scalars.map((scalar) => {
    const at = scalar.bind(frame, run);
    return rows.map((row) => (row < 0 || row >= frame.rowCount ? absentOf(scalar.type) : at(row)));
  });
}

/** `take_any(a, b)` and `take_any(*)`: the values of some row. */
function anyColumns(
  node: SyntaxNode,
  input: Tabular,
  context: Context,
  keys: readonly string[],
): Measure {
  const returned = returnedColumns(argumentsOf(node), input, context, new Set(keys));
  return (frame, run, groups) => columnsAt(returned, frame, run, groups.firstRows);
}

/** `percentiles(x, 5, 50, 95)` and `percentilesw(x, weight, 5, 50)`: a column for each. */
function percentiles(node: SyntaxNode, context: Context): Measure {
  const parts = argumentsOf(node).map((part) => context.compiler.scalar(part, context));
  const isWeighted = node.name === "percentilesw";
  const values = parts.slice(0, isWeighted ? 2 : 1);
  const percents = parts.slice(values.length);
  const aggregate = aggregates[isWeighted ? "percentilew" : "percentile"];
  return (frame, run, groups) =>
    percents.map((percent) => {
      if (aggregate === undefined) return [];
      const call: AggregateCall = {
        arguments: values.map((value) => value.bind(frame, run)),
        types: values.map((value) => value.type),
        result: "real",
        constant: () => constantValue(percent, run),
      };
      return runAggregate(aggregate, call, groups);
    });
}

const EXTREMES = new Set(["arg_max", "arg_min", "argmax", "argmin"]);
const ANY = new Set(["take_any", "any"]);

function measureOf(
  node: SyntaxNode,
  input: Tabular,
  context: Context,
  keys: readonly KqlColumn[],
  names: readonly string[],
): Measure {
  const call = node.kind === "CompoundNamedExpression" ? node.get("Expression") : withoutName(node);

  if (call.kind === "FunctionCallExpression" && call.calledBody === undefined) {
    if (EXTREMES.has(call.name)) return argExtreme(call, input, context, names);
    const isRow = argumentsOf(call).length > 1 || argumentsOf(call)[0]?.kind === "StarExpression";
    if (ANY.has(call.name) && isRow) return anyColumns(call, input, context, names);
    if (call.name === "percentiles" || call.name === "percentilesw")
      return percentiles(call, context);
  }
  return expressionMeasure(call, context, keys);
}

const summarize: CompileOperator = (node, input, output, context) => {
  const rows = rowContext(context, input);
  const columns = boundColumns(output);
  const byNodes = (node.find("ByClause")?.list("Expressions") ?? []).map(withoutName);
  const by = byNodes.map((key) => context.compiler.scalar(key, rows));
  // `*` leaves out the columns that are keys themselves, under whatever name.
  const plainKeys = byNodes.filter((key) => key.kind === "NameReference").map((key) => key.name);
  const keys = columns.slice(0, by.length);
  const measures = node
    .list("Aggregates")
    .map((part) => measureOf(part, input, rows, keys, plainKeys));
  return derived(input, columns, (frame, run) => {
    const keyColumns = by.map((key) => valuesOf(key, frame, run));
    const groups =
      by.length === 0 ? allInOne(frame.rowCount) : groupRows(keyColumns, frame.rowCount);
    const made = [
      ...keyColumns.map((values) => groups.firstRows.map((row) => values[row] ?? null)),
      ...measures.flatMap((measure) => measure(frame, run, groups)),
    ];
    if (made.length !== columns.length)
      refuse(node, "unsupported-expression", "This form of summarize is not supported here.");
    return Frame.of(groups.firstRows.length, made);
  });
};

export const summarizeOperators: OperatorTable = { SummarizeOperator: summarize };
