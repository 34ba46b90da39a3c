/** Operators that choose, order or count rows. */
import type { SyntaxNode } from "../../syntax.ts";
import { compareValues } from "../compare.ts";
import { type Context, type Scalar, refuse } from "../context.ts";
import { Frame } from "../frame.ts";
import { groupRows } from "../grouping.ts";
import type { Run } from "../run.ts";
import { constantValue, valuesOf } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import { distinctInput } from "./project.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  rowContext,
} from "./table.ts";

interface SortKey {
  readonly scalar: Scalar;
  readonly isAscending: boolean;
  readonly nullsFirst: boolean;
}

/** Descending unless the query says otherwise; nulls count as the smallest value. */
function sortKey(node: SyntaxNode, context: Context): SortKey {
  const isOrdered = node.kind === "OrderedExpression";
  const ordering = isOrdered ? (node.find("Ordering")?.text ?? "") : "";
  const isAscending = /^asc\b/.test(ordering);
  const nulls = /\bnulls\s+(first|last)\b/.exec(ordering)?.[1];
  return {
    scalar: context.compiler.scalar(isOrdered ? node.get("Expression") : node, context),
    isAscending,
    nullsFirst: nulls === undefined ? isAscending : nulls === "first",
  };
}

/** Row numbers in the order of the keys; equal rows keep their order. */
function sortedRows(keys: readonly SortKey[], frame: Frame, run: Run): number[] {
  const columns = keys.map((key) => ({ key, values: valuesOf(key.scalar, frame, run) }));
  const compare = (a: number, b: number): number => {
    for (const { key, values } of columns) {
      const order = compareKey(values[a] ?? null, values[b] ?? null, key);
      if (order !== 0) return order;
    }
    return a - b;
  };
  return Array.from({ length: frame.rowCount }, (_, row) => row).toSorted(compare);
}

function compareKey(x: KqlValue, y: KqlValue, key: SortKey): number {
  if (x === null || y === null) {
    if (x === y) return 0;
    return (x === null) === key.nullsFirst ? -1 : 1;
  }
  return key.isAscending ? compareValues(x, y) : compareValues(y, x);
}

const sort: CompileOperator = (node, input, _output, context) => {
  const rows = rowContext(context, input);
  const keys = node.list("Expressions").map((key) => sortKey(key, rows));
  return derived(input, input.columns, (frame, run) => frame.select(sortedRows(keys, frame, run)));
};

const countOf = (node: SyntaxNode, context: Context): Scalar => {
  const count = context.compiler.scalar(node.get("Expression"), { ...context, columns: [] });
  return count.isConstant
    ? count
    : refuse(node, "invalid-argument", "The number of rows has to be a constant.");
};

const rowsWanted = (count: Scalar, run: Run): number =>
  Math.max(0, Number(constantValue(count, run)));

const first = (frame: Frame, count: number): Frame =>
  frame.rowCount <= count ? frame : frame.select(Array.from({ length: count }, (_, row) => row));

const take: CompileOperator = (node, input, _output, context) => {
  const count = countOf(node, context);
  return derived(input, input.columns, (frame, run) => first(frame, rowsWanted(count, run)));
};

const top: CompileOperator = (node, input, _output, context) => {
  const count = countOf(node, context);
  const key = sortKey(node.get("ByExpression"), rowContext(context, input));
  return derived(input, input.columns, (frame, run) =>
    frame.select(sortedRows([key], frame, run).slice(0, rowsWanted(count, run))),
  );
};

const count: CompileOperator = (_node, input, output) =>
  derived(input, boundColumns(output), (frame) => Frame.of(1, [[frame.rowCount]]));

const distinct: CompileOperator = (node, input, output, context) => {
  const wanted = distinctInput(node, input, output, context);
  return derived(wanted, wanted.columns, (frame) => distinctRows(frame));
};

function distinctRows(frame: Frame): Frame {
  const columns = Array.from({ length: frame.width }, (_, index) => frame.column(index));
  return frame.select(groupRows(columns, frame.rowCount).firstRows);
}

/** Any rows do: it takes the first values that differ. */
const sampleDistinct: CompileOperator = (node, input, output, context) => {
  const limit = countOf(node, context);
  const scalar = context.compiler.scalar(node.get("OfExpression"), rowContext(context, input));
  return derived(input, boundColumns(output), (frame, run) => {
    const values = valuesOf(scalar, frame, run);
    const single = Frame.of(frame.rowCount, [values]);
    return first(distinctRows(single), rowsWanted(limit, run));
  });
};

export const rowOperators: OperatorTable = {
  SortOperator: sort,
  TakeOperator: take,
  SampleOperator: take,
  TopOperator: top,
  CountOperator: count,
  DistinctOperator: distinct,
  SampleDistinctOperator: sampleDistinct,
};
