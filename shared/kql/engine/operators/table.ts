/** What a module of operators gives, and pieces that several of them need. */
import type { KqlColumn } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Tabular, refuse } from "../context.ts";
import { Frame } from "../frame.ts";
import type { Run } from "../run.ts";

/** Compiles an operator of a pipe: `output` is the pipe that it makes, whose columns the binder has named. */
export type CompileOperator = (
  node: SyntaxNode,
  input: Tabular,
  output: SyntaxNode,
  context: Context,
) => Tabular;
export type OperatorTable = Readonly<Record<string, CompileOperator>>;

export type CompileSource = (node: SyntaxNode, context: Context) => Tabular;
export type SourceTable = Readonly<Record<string, CompileSource>>;

/** The context of expressions over the rows of a table. */
export const rowContext = (context: Context, input: Tabular): Context => ({
  ...context,
  columns: input.columns,
});

/** A table that is computed from its input's frame. */
export function derived(
  input: Tabular,
  columns: readonly KqlColumn[],
  compute: (frame: Frame, run: Run) => Frame,
): Tabular {
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const frame = input.evaluate(run, {});
      run.charge(frame.rowCount);
      return compute(frame, run);
    },
  };
}

/** The columns that the binder gives a tabular node. */
export function boundColumns(node: SyntaxNode): KqlColumn[] {
  const { columns } = node;
  return (
    columns ?? refuse(node, "unsupported-expression", "The columns of this part are not known.")
  );
}

/** The expression behind `Name = expression`. */
export const withoutName = (node: SyntaxNode): SyntaxNode =>
  node.kind === "SimpleNamedExpression" ? node.get("Expression") : node;

/** The value of `kind=…` or another parameter of an operator, in lower case. */
export function parameterOf(node: SyntaxNode, name: string): string | undefined {
  const found = node.list("Parameters").find((one) => one.name.toLowerCase() === name);
  const text = found?.find("Expression")?.text ?? found?.get("Expression").text;
  return text?.toLowerCase().replace(/^["']|["']$/g, "");
}

/** A frame with some columns of another, by position. */
export const pickColumns = (frame: Frame, indexes: readonly number[]): Frame =>
  Frame.lazy(frame.rowCount, indexes.length, (index) => frame.column(indexes[index] ?? -1));
