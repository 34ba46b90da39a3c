/** `top-hitters` and `top-nested`: the values with the greatest counts or aggregates. */
import type { SyntaxNode } from "../../syntax.ts";
import { compareValues } from "../compare.ts";
import { type Context, type Scalar, refuse } from "../context.ts";
import { absentOf, converter, isInt64 } from "../convert.ts";
import { Frame } from "../frame.ts";
import { groupRows } from "../grouping.ts";
import { add } from "../int64.ts";
import type { Run } from "../run.ts";
import { constantValue, valuesOf } from "../scalar.ts";
import type { Int64, KqlValue } from "../values.ts";
import { type Measure, expressionMeasure } from "./summarize.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  rowContext,
  withoutName,
} from "./table.ts";

/** Exact, where the service estimates; of equal values the later one comes first. */
const topHitters: CompileOperator = (node, input, output, context) => {
  const rows = rowContext(context, input);
  const count = context.compiler.scalar(node.get("Expression"), { ...context, columns: [] });
  const of = context.compiler.scalar(withoutName(node.get("OfExpression")), rows);
  const byNode = node.find("ByClause")?.get("Expression");
  const by = byNode === undefined ? undefined : context.compiler.scalar(withoutName(byNode), rows);
  return derived(input, boundColumns(output), (frame, run) => {
    const values = valuesOf(of, frame, run);
    const weights = by === undefined ? undefined : valuesOf(by, frame, run);
    const groups = groupRows([values], frame.rowCount);
    const sums = groups.firstRows.map((): Int64 => 0);
    groups.groupOf.forEach((group, row) => {
      const weight = weights === undefined ? 1 : (weights[row] ?? null);
      if (isInt64(weight)) sums[group] = sumOf(sums[group] ?? 0, weight, by?.type === "real");
    });
    const order = [...sums.keys()]
      .toSorted((a, b) => compareValues(sums[b] ?? 0, sums[a] ?? 0) || b - a)
      .slice(0, Number(constantValue(count, run)));
    return Frame.of(order.length, [
      order.map((group) => values[groups.firstRows[group] ?? 0] ?? null),
      order.map((group) => sums[group] ?? 0),
    ]);
  });
};

const sumOf = (sum: Int64, weight: Int64, isReal: boolean): Int64 =>
  isReal ? Number(sum) + Number(weight) : add(sum, weight);

interface Level {
  /** How many values stay; undefined: all. */
  readonly count: Scalar | undefined;
  readonly of: Scalar;
  readonly by: Measure;
  readonly isAscending: boolean;
  /** What stands for the values that did not stay; undefined leaves them out. */
  readonly others: Scalar | undefined;
}

function levelOf(node: SyntaxNode, rows: Context): Level {
  const outside: Context = { ...rows, columns: [] };
  const ordered = node.get("ByExpression");
  const isOrdered = ordered.kind === "OrderedExpression";
  const ascending = isOrdered && /^asc\b/.test(ordered.find("Ordering")?.text ?? "");
  const by = isOrdered ? ordered.get("Expression") : ordered;
  const count = node.find("Expression");
  const others = node.find("WithOthersClause")?.get("Expression");
  return {
    count: count === undefined ? undefined : rows.compiler.scalar(count, outside),
    of: rows.compiler.scalar(withoutName(node.get("OfExpression")), rows),
    by: expressionMeasure(withoutName(by), rows, []),
    isAscending: ascending,
    others: others === undefined ? undefined : rows.compiler.scalar(others, outside),
  };
}

/** The rows under one combination of the outer levels' values. */
interface Branch {
  readonly cells: readonly KqlValue[];
  readonly rows: readonly number[];
}

const everything = (rowCount: number) => ({ groupOf: new Int32Array(rowCount), firstRows: [0] });

function grow(branch: Branch, level: Level, whole: Frame, run: Run): Branch[] {
  const frame = whole.select(branch.rows);
  run.charge(frame.rowCount);
  const values = valuesOf(level.of, frame, run);
  const groups = groupRows([values], frame.rowCount);
  const made = level.by(frame, run, groups)[0] ?? [];
  const direction = level.isAscending ? 1 : -1;
  const order = [...groups.firstRows.keys()].toSorted((a, b) => {
    const [x, y] = [made[a] ?? null, made[b] ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return direction * compareValues(x, y) || a - b;
  });
  const count = level.count === undefined ? order.length : Number(constantValue(level.count, run));
  const rowsOf = (chosen: ReadonlySet<number>) =>
    branch.rows.filter((_, i) => chosen.has(groups.groupOf[i] ?? -1));
  const kept = order.slice(0, count).map((group): Branch => ({
    cells: [...branch.cells, values[groups.firstRows[group] ?? 0] ?? null, made[group] ?? null],
    rows: rowsOf(new Set([group])),
  }));
  const rest = order.slice(count);
  if (level.others === undefined || rest.length === 0) return kept;
  const otherRows = rowsOf(new Set(rest));
  const others = whole.select(otherRows);
  const total = level.by(others, run, everything(others.rowCount))[0]?.[0] ?? null;
  const name = converter(level.others.type, level.of.type)(constantValue(level.others, run));
  return [
    ...kept,
    { cells: [...branch.cells, name ?? absentOf(level.of.type), total], rows: otherRows },
  ];
}

const topNested: CompileOperator = (node, input, output, context) => {
  const rows = rowContext(context, input);
  const levels = node.list("Clauses").map((clause) => levelOf(clause, rows));
  const columns = boundColumns(output);
  if (columns.length !== 2 * levels.length)
    refuse(node, "unsupported-expression", "This form of top-nested is not supported here.");
  return derived(input, columns, (frame, run) => {
    let branches: Branch[] = [
      { cells: [], rows: Array.from({ length: frame.rowCount }, (_, row) => row) },
    ];
    for (const level of levels)
      branches = branches.flatMap((branch) => grow(branch, level, frame, run));
    return Frame.of(
      branches.length,
      columns.map((_, index) => branches.map(({ cells }) => cells[index] ?? null)),
    );
  });
};

export const topOperators: OperatorTable = {
  TopHittersOperator: topHitters,
  TopNestedOperator: topNested,
};
