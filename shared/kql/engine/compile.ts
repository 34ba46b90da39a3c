/** Compiles KQL into closures over columns. */
import type { KqlColumn, KqlDiagnostic, WorkspaceSchema } from "../../schemas/kql.ts";
import { readDiagnostics } from "../diagnostics.ts";
import { writeInnerUnionsOut } from "../innerUnions.ts";
import { type BoundText, type SyntaxNode, TextTooLarge, bindText, walk } from "../syntax.ts";
import { type Compiler, type Context, Scope, type Tabular, refuse } from "./context.ts";
import { arithmetic } from "./expressions/arithmetic.ts";
import { calls } from "./expressions/calls.ts";
import { comparisons } from "./expressions/comparisons.ts";
import { literals } from "./expressions/literals.ts";
import { membership } from "./expressions/membership.ts";
import { names } from "./expressions/names.ts";
import { optionName } from "./expressions/seldomForms.ts";
import type { ScalarTable } from "./expressions/table.ts";
import { callTabularBody } from "./expressions/userFunctions.ts";
import { textSearch } from "./expressions/textSearch.ts";
import { Frame } from "./frame.ts";
import { defineLet } from "./lets.ts";
import { refuseAhead, runStages, type StageTools } from "./stageRun.ts";
import { firstStage, type Progress } from "./stages.ts";
import { applyOperators } from "./operators/apply.ts";
import { expandOperators } from "./operators/expand.ts";
import { filterOperators } from "./operators/filter.ts";
import { joinOperators } from "./operators/join.ts";
import { makeSeriesOperators } from "./operators/makeSeries.ts";
import { parseOperators } from "./operators/parse.ts";
import { parseKvOperators } from "./operators/parseKv.ts";
import { partitionOperators } from "./operators/partition.ts";
import { projectOperators } from "./operators/project.ts";
import { rowOperators } from "./operators/rows.ts";
import { scanOperators, withoutUnaskedIds } from "./operators/scan.ts";
import { schemaOperators } from "./operators/schemaOf.ts";
import { searchOperators, searchSources } from "./operators/search.ts";
import { sources } from "./operators/sources.ts";
import { summarizeOperators } from "./operators/summarize.ts";
import type { OperatorTable, SourceTable } from "./operators/table.ts";
import { type Unpacked, evaluateOperators } from "./operators/unpack.ts";
import { topOperators } from "./operators/topOf.ts";
import { unionOperators, unionSources } from "./operators/union.ts";
import type { CompiledQuery, QueryRun } from "./query.ts";
import { KqlRefusal } from "./refusal.ts";
import { Run } from "./run.ts";
import { constantValue } from "./scalar.ts";

const TEXT_LENGTH_MAX = 200_000;

const SCALARS: ScalarTable = {
  ...literals,
  ...names,
  ...arithmetic,
  ...comparisons,
  ...textSearch,
  ...membership,
  ...calls,
};

const OPERATORS: OperatorTable = {
  ...filterOperators,
  ...projectOperators,
  ...rowOperators,
  ...summarizeOperators,
  ...joinOperators,
  ...unionOperators,
  ...applyOperators,
  ...expandOperators,
  ...parseOperators,
  ...parseKvOperators,
  ...makeSeriesOperators,
  ...partitionOperators,
  ...evaluateOperators,
  ...scanOperators,
  ...schemaOperators,
  ...searchOperators,
  ...topOperators,
};

const SOURCES: SourceTable = { ...sources, ...unionSources, ...searchSources };

/** "MvExpandOperator" as a person writes it: mv-expand. */
const operatorName = (kind: string): string =>
  kind
    .replace(/(Operator|Expression)$/, "")
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase();

const compiler: Compiler = {
  scalar: (node, context) => {
    const compile = SCALARS[node.kind];
    if (compile !== undefined) return compile(node, context);
    return refuse(
      node,
      "unsupported-expression",
      `The expression ${operatorName(node.kind)} is not supported here.`,
    );
  },
  tabular: (node, context) => {
    const compile = SOURCES[node.kind];
    if (compile !== undefined) return compile(node, context);
    return refuse(
      node,
      "unsupported-operator",
      `The operator ${operatorName(node.kind)} is not supported here.`,
    );
  },
  operator: (node, input, output, context) => {
    if (node.kind === "InvokeOperator") return invoke(node, input, context);
    const compile = OPERATORS[node.kind];
    if (compile !== undefined) return compile(node, input, output, context);
    return refuse(
      node,
      "unsupported-operator",
      `The operator ${operatorName(node.kind)} is not supported here.`,
    );
  },
};

function invoke(node: SyntaxNode, input: Tabular, context: Context): Tabular {
  const call = node.get("Function");
  const body = call.calledBody;
  if (body === undefined)
    return refuse(
      node,
      "unsupported-function",
      `The function ${call.name}() is not supported here.`,
    );
  return callTabularBody(call, body, context, input);
}

/**
 * Parses, binds and compiles a query once.
 * @throws KqlRefusal when the query is wrong or uses what the engine does not support; no row has been read then.
 */
export function compileQuery(query: string, schema: WorkspaceSchema): CompiledQuery {
  if (query.length > TEXT_LENGTH_MAX)
    throw new KqlRefusal("too-large", `The query is longer than ${TEXT_LENGTH_MAX} characters.`);
  try {
    return compileText(query, schema);
  } catch (error) {
    if (error instanceof KqlRefusal) throw error;
    if (error instanceof TextTooLarge)
      throw new KqlRefusal("too-large", error.message, undefined, { cause: error });
    if (error instanceof RangeError)
      throw new KqlRefusal("too-large", "The query is nested too deeply.", undefined, {
        cause: error,
      });
    const message = error instanceof Error ? error.message : String(error);
    throw new KqlRefusal("unsupported-expression", message.slice(0, 300), undefined, {
      cause: error,
    });
  }
}

/** Inner unions are written out first; what is refused afterwards is told at its place in the query itself. */
function compileText(query: string, schema: WorkspaceSchema): CompiledQuery {
  const written = writeInnerUnionsOut(query, () => bindText(query, schema), schema);
  if (written === undefined) return compileWritten(query, schema);
  try {
    return compileWritten(written.text, schema);
  } catch (error) {
    if (!(error instanceof KqlRefusal)) throw error;
    throw new KqlRefusal(error.code, error.message, written.placeOf(error), { cause: error });
  }
}

function compileWritten(query: string, schema: WorkspaceSchema): CompiledQuery {
  const start: Progress = { text: query, schema, tables: new Map() };
  const bound = bindChecked(query, start);
  const tables = tablesOf(bound.root, schema);
  if (firstStage(bound.root, schema) !== undefined) {
    refuseAhead(bound.root, start, stageTools);
    const columns = bound.root.list("Statements").at(-1)?.find("Expression")?.columns ?? [];
    return {
      columns,
      tables,
      run: (source, options) => {
        const current = new Run(source, options);
        return asRows(runStages(start, current, stageTools), current);
      },
    };
  }
  const result = compileStatements(bound.root, contextOf(start));
  return {
    columns: result.columns,
    tables,
    run: (source, options) => {
      const current = new Run(source, options);
      return asRows({ columns: result.columns, frame: result.evaluate(current, {}) }, current);
    },
  };
}

function contextOf(progress: Progress): Context {
  const scope = new Scope();
  for (const [name, tabular] of progress.tables) scope.define(name, { kind: "tabular", tabular });
  for (const [name, scalar] of progress.given ?? []) scope.define(name, { kind: "scalar", scalar });
  const given = progress.given === undefined ? {} : { given: progress.given };
  return { compiler, schema: progress.schema, scope, columns: [], depth: 0, ...given };
}

function bindChecked(text: string, { schema }: Progress): BoundText {
  const bound = bindText(text, schema);
  refuseErrors(text, bound, schema);
  return bound;
}

function refuseErrors(query: string, bound: BoundText, schema: WorkspaceSchema): void {
  if (bound.code.Kind !== "Query")
    throw new KqlRefusal("unsupported-operator", "Control commands are not run here.");
  const errors = readDiagnostics(query, bound, schema).filter((one) => one.severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  // What is said of the type of an unknown name follows from its being unknown.
  const unknown = errors.find(
    (one) => isUnknownName(one) && one.line === first.line && one.column === first.column,
  );
  const error = unknown ?? first;
  const code = isUnknownName(error) ? "unknown-name" : "syntax";
  throw new KqlRefusal(code, error.message, error);
}

const isUnknownName = ({ message }: KqlDiagnostic): boolean =>
  message.includes("does not refer to any known");

function compileStatements(root: SyntaxNode, context: Context): Tabular {
  let result: Tabular | undefined;
  for (const statement of root.list("Statements")) {
    if (statement.kind === "LetStatement") defineLet(statement, context);
    else if (statement.kind === "SetOptionStatement") defineOption(statement, context);
    else if (statement.kind !== "ExpressionStatement" || result !== undefined)
      refuse(statement, "unsupported-operator", "A query is any lets and then one expression.");
    else result = compileResult(statement.get("Expression"), context);
  }
  if (result === undefined)
    return refuse(root, "syntax", "The query has no expression that gives rows.");
  return withoutUnaskedIds(root, result);
}

/** The value of a `set`, for the functions that look at one. */
function defineOption(statement: SyntaxNode, context: Context): void {
  const value = statement.find("ValueClause")?.find("Expression");
  if (value === undefined || !value.kind.endsWith("LiteralExpression")) return;
  const scalar = compiler.scalar(value, context);
  context.scope.define(optionName(statement.get("Name").name), { kind: "scalar", scalar });
}

/** A scalar at the end of a query is a table of one cell. */
function compileResult(node: SyntaxNode, context: Context): Tabular {
  if (node.isTabular || node.kind === "PipeExpression") return compiler.tabular(node, context);
  const scalar = compiler.scalar(node, context);
  return {
    columns: [{ name: "print_0", type: scalar.type }],
    takesBounds: false,
    evaluate: (current) => Frame.of(1, [[constantValue(scalar, current)]]),
  };
}

function tablesOf(root: SyntaxNode, schema: WorkspaceSchema): string[] {
  const found = new Set<string>();
  for (const node of walk(root))
    if (
      node.kind === "NameReference" &&
      node.symbol?.kind === "table" &&
      Object.hasOwn(schema, node.name)
    )
      found.add(node.name);
  return [...found].toSorted();
}

const stageTools: StageTools = {
  compiler,
  bind: (text, progress) => bindChecked(text, progress).root,
  contextOf,
  compileStatements,
};

function asRows({ columns: named, frame }: Unpacked, current: Run): QueryRun {
  const rowCount = Math.min(frame.rowCount, current.maxRows);
  const columns: KqlColumn[] = named.map((column) => ({ ...column }));
  const values = columns.map((_, index) => frame.column(index));
  const rows = Array.from({ length: rowCount }, (_, row) =>
    values.map((column) => column[row] ?? null),
  );
  return { columns, rows, truncated: frame.rowCount > rowCount, scannedRows: current.scannedRows };
}
