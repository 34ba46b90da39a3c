/** Operators that choose and compute columns. */
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { Frame } from "../frame.ts";
import { remembered } from "../lets.ts";
import { mapScalar, valuesOf } from "../scalar.ts";
import { element } from "../expressions/names.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  pickColumns,
  rowContext,
  withoutName,
} from "./table.ts";

interface Computed {
  readonly scalar: Scalar;
  /** The name that the query gives; undefined when the binder chooses one. */
  readonly name: string | undefined;
}

/** `(a, b) = f(x)` gives several columns out of one array; results without a name of their own get the binder's. */
function computedColumns(node: SyntaxNode, context: Context): Computed[] {
  const isCompound = node.kind === "CompoundNamedExpression";
  const expression = isCompound ? node.get("Expression") : withoutName(node);
  const scalar = context.compiler.scalar(expression, context);
  const names = isCompound
    ? node.get("Names").list("Names")
    : node.kind === "SimpleNamedExpression"
      ? [node.get("Name")]
      : [];
  const { results } = expression;
  if (results === undefined && !isCompound) return [{ scalar, name: names[0]?.name }];
  const count = Math.max(names.length, results?.length ?? 0);
  return Array.from({ length: count }, (_, index) => ({
    name: names[index]?.name,
    scalar: mapScalar("dynamic", scalar, (value) => element(value, index)),
  }));
}

const columnOf = (frame: Frame, computed: Scalar | undefined, run: Parameters<Scalar["bind"]>[1]) =>
  computed === undefined ? [] : valuesOf(computed, frame, run);

const project: CompileOperator = (node, input, output, context) => {
  const rows = rowContext(context, input);
  const computed = node.list("Expressions").flatMap((part) => computedColumns(part, rows));
  const columns = boundColumns(output);
  if (computed.length !== columns.length)
    refuse(node, "unsupported-expression", "This form of project is not supported here.");
  return derived(input, columns, (frame, run) =>
    Frame.lazy(frame.rowCount, columns.length, (index) =>
      columnOf(frame, computed[index]?.scalar, run),
    ),
  );
};

/** Computes over the input's row: a new column is not seen by the others of the same extend. */
const extend: CompileOperator = (node, input, output, context) => {
  const rows = rowContext(context, input);
  const columns = boundColumns(output);
  const computed = node.list("Expressions").flatMap((part) => computedColumns(part, rows));
  const names = nameComputed(
    computed,
    input,
    columns.map((column) => column.name),
  );
  const plan = columns.map((column) => ({
    computed: computed[names.lastIndexOf(column.name)]?.scalar,
    index: input.columns.findIndex((one) => one.name === column.name),
  }));
  return derived(input, columns, (frame, run) =>
    Frame.lazy(frame.rowCount, columns.length, (index) => {
      const part = plan[index];
      if (part?.computed !== undefined) return valuesOf(part.computed, frame, run);
      return frame.column(part?.index ?? -1);
    }),
  );
};

/** Columns without a name of their own get the names that the binder added, in order. */
function nameComputed(
  computed: readonly Computed[],
  input: Tabular,
  output: readonly string[],
): string[] {
  const known = new Set([
    ...input.columns.map((column) => column.name),
    ...computed.map(({ name }) => name),
  ]);
  const added = output.filter((name) => !known.has(name));
  return computed.map(({ name }) => name ?? added.shift() ?? "");
}

/** Away, keep and reorder: the binder has chosen, the values stay. */
const choose: CompileOperator = (_node, input, output) => {
  const columns = boundColumns(output);
  const indexes = columns.map((column) =>
    input.columns.findIndex((one) => one.name === column.name),
  );
  return derived(input, columns, (frame) => pickColumns(frame, indexes));
};

const rename: CompileOperator = (_node, input, output) => ({
  ...input,
  columns: boundColumns(output),
  takesBounds: false,
  evaluate: (run) => input.evaluate(run, {}),
});

const distinctColumns = (node: SyntaxNode): SyntaxNode[] => node.list("Expressions");

/** The columns of a `distinct`, before doubles are removed. */
export function distinctInput(
  node: SyntaxNode,
  input: Tabular,
  output: SyntaxNode,
  context: Context,
): Tabular {
  const parts = distinctColumns(node);
  const isAll = parts.length === 1 && parts[0]?.kind === "StarExpression";
  return isAll ? input : project(node, input, output, context);
}

const unchanged: CompileOperator = (_node, input) => input;

/** `as T`: the rows so far get a name that the rest of the query may read. */
const nameRows: CompileOperator = (node, input, _output, context) => {
  const tabular = remembered(input);
  context.scope.define(node.get("Name").name, { kind: "tabular", tabular });
  return tabular;
};

export const projectOperators: OperatorTable = {
  ProjectOperator: project,
  ExtendOperator: extend,
  SerializeOperator: extend,
  ProjectAwayOperator: choose,
  ProjectKeepOperator: choose,
  ProjectReorderOperator: choose,
  ProjectRenameOperator: rename,
  RenderOperator: unchanged,
  AsOperator: nameRows,
  ConsumeOperator: unchanged,
};
