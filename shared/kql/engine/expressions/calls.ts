/** Calls: forms with rules of their own, functions of `let`, and the tables of built-in functions. */
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type RowFunction, type Scalar, refuse } from "../context.ts";
import { absentOf, asElement, converter, isInt64 } from "../convert.ts";
import type { CallSite, Implementation, ScalarFunction } from "../functions/define.ts";
import { scalarFunctions } from "../functions/scalarFunctions.ts";
import { add, negate } from "../int64.ts";
import { entry } from "../namedTable.ts";
import { columnScalar, combine, constantValue, literal, mapScalar, perRun } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import { seldomForms } from "./seldomForms.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";
import { callScalarBody } from "./userFunctions.ts";
import { windowFunctions } from "./windows.ts";

const argumentsOf = (node: SyntaxNode): SyntaxNode[] =>
  node.get("ArgumentList").list("Expressions");

const compileArguments = (node: SyntaxNode, context: Context): Scalar[] =>
  argumentsOf(node).map((argument) => context.compiler.scalar(argument, context));

/** Brings a branch to the type of the whole expression. */
function typed(branch: Scalar, type: Scalar["type"]): Scalar {
  if (branch.type === type) return branch;
  if (type === "dynamic") return mapScalar(type, branch, (value) => asElement(value, branch.type));
  return mapScalar(type, branch, converter(branch.type, type));
}

/** `iff` and `case`: conditions in order, each with its value, then the value for none. */
const conditional: CompileScalar = (node, context) => {
  const parts = compileArguments(node, context);
  const type = node.type ?? parts[1]?.type ?? "dynamic";
  const values = parts.map((part, i) =>
    i % 2 === 1 || i === parts.length - 1 ? typed(part, type) : part,
  );
  return combine(type, values, (bound) => {
    const last = bound.at(-1);
    return (row) => {
      for (let i = 0; i + 1 < bound.length; i += 2)
        if (bound[i]?.(row) === true) return bound[i + 1]?.(row) ?? null;
      return last?.(row) ?? null;
    };
  });
};

const moment =
  (sign: 1 | -1): CompileScalar =>
  (node, context) => {
    const [offset] = compileArguments(node, context);
    if (offset === undefined) return perRun("datetime", (run) => run.now);
    if (!offset.isConstant)
      refuse(node, "unsupported-expression", "The offset has to be a constant.");
    return perRun("datetime", (run) => {
      const ticks = constantValue(offset, run);
      return isInt64(ticks) ? add(run.now, sign === 1 ? ticks : negate(ticks)) : null;
    });
  };

const columnIfExists: CompileScalar = (node, context) => {
  const [name, fallback] = argumentsOf(node);
  if (name === undefined || fallback === undefined) return literal("dynamic", null);
  const wanted = typeof name.literal === "string" ? name.literal : name.name;
  const index = context.columns.findIndex((column) => column.name === wanted);
  const column = context.columns[index];
  return column === undefined
    ? context.compiler.scalar(fallback, context)
    : columnScalar(column.type, index);
};

/** All columns of the row in a bag, without those that have no value when the first argument is true. */
const packAll: CompileScalar = (node, context) => {
  const ignoresEmpty = argumentsOf(node)[0]?.text === "true";
  const columns = context.columns.map(({ type }, index) => columnScalar(type, index));
  return combine("dynamic", columns, (bound) => (row) => {
    const items = context.columns.flatMap(({ name, type }, index) => {
      const value = bound[index]?.(row) ?? null;
      const isLeftOut = ignoresEmpty && (value === null || value === "");
      return isLeftOut ? [] : [[name, asElement(value, type)] as const];
    });
    // Not assigned one by one: a column may have a name that every object reacts to.
    return Object.fromEntries(items);
  });
};

const ingestionTime: CompileScalar = (_node, context) => {
  const index = context.columns.findIndex(({ name }) => name === "TimeGenerated");
  return index < 0 ? literal("datetime", null) : columnScalar("datetime", index);
};

const forms: ScalarTable = {
  iff: conditional,
  iif: conditional,
  case: conditional,
  now: moment(1),
  ago: moment(-1),
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  pack_all: packAll,
  ingestion_time: ingestionTime,
  ...seldomForms,
  ...windowFunctions,
};

function apply(implementation: Implementation, parts: readonly RowFunction[]): RowFunction {
  const [a, b, c] = parts;
  if (a === undefined) return () => implementation();
  if (parts.length === 1) return (row) => implementation(a(row));
  if (parts.length === 2 && b !== undefined) return (row) => implementation(a(row), b(row));
  if (parts.length === 3 && b !== undefined && c !== undefined)
    return (row) => implementation(a(row), b(row), c(row));
  return (row) => implementation(...parts.map((part) => part(row)));
}

/** `typeof(long)` as an argument: the function finds the type it gives in its result. */
const isTypeArgument = (node: SyntaxNode): boolean => node.kind === "TypeOfLiteralExpression";

function builtIn(node: SyntaxNode, context: Context, prepare: ScalarFunction): Scalar {
  const nodes = argumentsOf(node);
  const parts = nodes.map((argument) =>
    isTypeArgument(argument)
      ? literal("string", argument.text)
      : context.compiler.scalar(argument, context),
  );
  // A function of several results gives them as an array; the operator takes it apart.
  const type = node.results === undefined ? (node.type ?? parts[0]?.type ?? "dynamic") : "dynamic";
  const call: CallSite = {
    types: parts.map((part) => part.type),
    result: type,
    literals: nodes.map((argument, i) => literalOf(argument, parts[i])),
    refuse: (message) => refuse(node, "invalid-argument", message),
  };
  const implementation = prepare(call);
  const absent = absentOf(type);
  const guarded: Implementation =
    absent === null ? implementation : (...values) => implementation(...values) ?? absent;
  const combined = combine(type, parts, (bound) => apply(guarded, bound));
  return combined;
}

function literalOf(node: SyntaxNode, part: Scalar | undefined): KqlValue | undefined {
  if (isTypeArgument(node)) return node.text;
  if (part === undefined || !node.kind.endsWith("LiteralExpression")) return undefined;
  return typeof node.literal === "string" ? node.literal : undefined;
}

const call: CompileScalar = (node, context) => {
  const aggregated = context.aggregate?.(node);
  if (aggregated !== undefined) return aggregated;
  const body = node.calledBody;
  const { name } = node;
  if (body !== undefined) return callScalarBody(node, body, context);
  const form = entry(forms, name);
  if (form !== undefined) return form(node, context);
  const prepare = entry(scalarFunctions, name);
  if (prepare === undefined)
    return refuse(node, "unsupported-function", `The function ${name}() is not supported here.`);
  return builtIn(node, context, prepare);
};

const toScalar: CompileScalar = (node, context) => {
  const inner = node.get("Expression");
  if (!inner.isTabular) return context.compiler.scalar(inner, context);
  const tabular = context.compiler.tabular(inner, context);
  const type = tabular.columns[0]?.type ?? "dynamic";
  return perRun(type, (run) => {
    const frame = tabular.evaluate(run, {});
    return frame.rowCount === 0 ? absentOf(type) : (frame.column(0)[0] ?? null);
  });
};

export const calls: ScalarTable = {
  FunctionCallExpression: call,
  ToScalarExpression: toScalar,
};
