/** `mv-apply`: a pipeline of its own over the items of each row. */
import type { KqlColumn, KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import type { Tabular } from "../context.ts";
import { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { type Expanded, expand, expandedColumns, expandedFrame, rowLimit } from "./expansion.ts";
import { subquery } from "./partition.ts";
import { type CompileOperator, type OperatorTable, boundColumns } from "./table.ts";

/** Runs a pipeline over the items of each row, and puts the row's other columns beside what comes out. */
const mvApply: CompileOperator = (node, input, output, context) => {
  const columns = boundColumns(output);
  const known = new Set(input.columns.map((column) => column.name));
  const parts = expandedColumns(node, input, guessedColumns(node, input), context);
  const limit = rowLimit(node, context);
  const inside: KqlColumn[] = [
    ...input.columns.map((column) => ({ ...column, type: typeIn(parts, column) })),
    ...parts
      .filter((part) => !known.has(part.name))
      .map((part) => ({ name: part.name, type: part.type ?? ("dynamic" as const) })),
  ];
  let current: Frame | undefined;
  const items: Tabular = {
    columns: inside,
    takesBounds: false,
    evaluate: () =>
      current ??
      Frame.of(
        0,
        inside.map(() => []),
      ),
  };
  const query = node.get("Subquery").get("Expression");
  const result = subquery(query, items, context);
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const frame = input.evaluate(run, {});
      const made = expand(parts, frame, run, { limit: limit(run), asPairs: false });
      const whole = expandedFrame(parts, inside, input, frame, made);
      const outputs: { row: number; frame: Frame }[] = [];
      for (const [row, rows] of rowsOf(made.rows, frame.rowCount).entries()) {
        if (rows.length === 0) continue;
        current = whole.select(rows);
        outputs.push({ row, frame: result.evaluate(run, {}) });
      }
      current = undefined;
      return appliedFrame(outputs, columns, result, input, frame, run);
    },
  };
};

const typeIn = (parts: readonly Expanded[], column: KqlColumn): KqlType => {
  const part = parts.find((one) => one.name === column.name);
  return part === undefined ? column.type : (part.type ?? "dynamic");
};

/** Names that the items get where the query gives none: taken from the first operator's input. */
function guessedColumns(node: SyntaxNode, input: Tabular): KqlColumn[] {
  const names = node.list("Expressions").flatMap((part) => {
    const expression = part.get("Expression");
    if (expression.kind === "SimpleNamedExpression") return [expression.get("Name").name];
    return expression.kind === "PathExpression" ? [expression.text.replaceAll(".", "_")] : [];
  });
  return [...input.columns, ...names.map((name) => ({ name, type: "dynamic" as const }))];
}

function rowsOf(rows: readonly number[], rowCount: number): number[][] {
  const lists: number[][] = Array.from({ length: rowCount }, () => []);
  rows.forEach((row, index) => lists[row]?.push(index));
  return lists;
}

function appliedFrame(
  outputs: readonly { row: number; frame: Frame }[],
  columns: readonly KqlColumn[],
  result: Tabular,
  input: Tabular,
  frame: Frame,
  run: Run,
): Frame {
  const rows = outputs.flatMap((one) => Array<number>(one.frame.rowCount).fill(one.row));
  run.charge(rows.length);
  const outer = frame.select(rows);
  return Frame.lazy(rows.length, columns.length, (index) => {
    const name = columns[index]?.name ?? "";
    const inner = result.columns.findIndex((column) => column.name === name);
    if (inner >= 0) return outputs.flatMap((one) => one.frame.column(inner));
    const at = input.columns.findIndex((column) => column.name === name);
    if (at < 0) throw new Error(`mv-apply gives no column ${name}.`);
    return outer.column(at);
  });
}

export const applyOperators: OperatorTable = { MvApplyOperator: mvApply };
