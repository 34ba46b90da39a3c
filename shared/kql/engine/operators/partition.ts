/** `partition by`: a pipeline over the rows of each value of a column. */
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Tabular, refuse } from "../context.ts";
import { Frame } from "../frame.ts";
import { groupRows } from "../grouping.ts";
import { valuesOf } from "../scalar.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  rowContext,
} from "./table.ts";

/** The operators between parentheses; the first has no input written before it. */
export function subquery(node: SyntaxNode, items: Tabular, context: Context): Tabular {
  if (node.kind === "PipeExpression") {
    const input = subquery(node.get("Expression"), items, context);
    return context.compiler.operator(node.get("Operator"), input, node, context);
  }
  return context.compiler.operator(node, items, node, context);
}

const partition: CompileOperator = (node, input, output, context) => {
  const key = context.compiler.scalar(node.get("ByExpression"), rowContext(context, input));
  const operand = node.get("Operand");
  if (operand.kind !== "PartitionSubquery")
    refuse(operand, "unsupported-operator", "partition { … } is not supported here, use ( … ).");
  let current = Frame.of(
    0,
    input.columns.map(() => []),
  );
  const part: Tabular = { columns: input.columns, takesBounds: false, evaluate: () => current };
  const result = subquery(operand.get("Subquery"), part, context);
  const columns = boundColumns(output);
  const positions = columns.map(({ name }) =>
    result.columns.findIndex((column) => column.name === name),
  );
  if (positions.some((at) => at < 0))
    refuse(node, "unsupported-expression", "This form of partition is not supported here.");
  return derived(input, columns, (frame, run) => {
    const groups = groupRows([valuesOf(key, frame, run)], frame.rowCount);
    const rows: number[][] = groups.firstRows.map(() => []);
    groups.groupOf.forEach((group, row) => rows[group]?.push(row));
    const made = rows.map((list) => {
      current = frame.select(list);
      const one = result.evaluate(run, {});
      // Columns are made on demand: they have to be made while this group is the current one.
      return Frame.of(
        one.rowCount,
        positions.map((at) => one.column(at)),
      );
    });
    const rowCount = made.reduce((sum, one) => sum + one.rowCount, 0);
    return Frame.lazy(rowCount, columns.length, (index) =>
      made.flatMap((one) => one.column(index)),
    );
  });
};

export const partitionOperators: OperatorTable = { PartitionOperator: partition };
