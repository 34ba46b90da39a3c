/** Parses, binds and judges a query. Synchronous: text from outside goes through the worker (analyser.ts). */
import type { KqlAnalysis, KqlColumn, WorkspaceSchema } from "../schemas/kql.ts";
import { columnsOfSymbol } from "./kusto.ts";
import { readDiagnostics } from "./diagnostics.ts";
import { DEFAULT_POLICY, type KqlPolicy, policyFindings } from "./policy.ts";
import { isWatchlistFunction, WATCHLIST_TABLE } from "./functions.ts";
import { writeInnerUnionsOut } from "./innerUnions.ts";
import { reachedFunctions, savedCalls } from "./savedFunctions.ts";
import { type BoundText, type SyntaxNode, bindText, walk } from "./syntax.ts";
import { typeWarnings } from "./typeWarnings.ts";

/**
 * Says what a query reads and gives, what is wrong with it, and what the policy has against it. A text that the parser
 * cannot take at all comes back with the diagnostic `parser`; this never throws.
 */
export function analyse(
  query: string,
  schema: WorkspaceSchema,
  policy: KqlPolicy = DEFAULT_POLICY,
): KqlAnalysis {
  try {
    return analyseBound(query, bindText(query, schema), schema, policy);
  } catch (error) {
    const message =
      error instanceof Error ? error.message.slice(0, 300) : "The text cannot be read.";
    return unreadable(message);
  }
}

const unreadable = (message: string): KqlAnalysis => ({
  ok: false,
  diagnostics: [{ code: "parser", severity: "error", message, line: 1, column: 1, length: 0 }],
  policy: [],
  tables: [],
  functions: [],
  columns: [],
  output: [],
});

function analyseBound(
  query: string,
  bound: BoundText,
  schema: WorkspaceSchema,
  policy: KqlPolicy,
): KqlAnalysis {
  const written = writeInnerUnionsOut(query, () => bound, schema);
  const diagnostics = [
    ...(written === undefined
      ? readDiagnostics(query, bound, schema)
      : readDiagnostics(written.text, written.bound, schema).map((one) => ({
          ...one,
          ...written.placeOf(one),
        }))),
    ...typeWarnings(query, bound.root),
  ];
  return {
    ok: diagnostics.every((one) => one.severity !== "error"),
    diagnostics,
    policy: policyFindings(bound, schema, policy),
    ...namesIn(bound, schema),
    output: outputOf(written?.bound ?? bound),
  };
}

/** Tables that the query reads, functions and columns that its text names, each once, in order. */
function namesIn(
  bound: BoundText,
  schema: WorkspaceSchema,
): Pick<KqlAnalysis, "tables" | "functions" | "columns"> {
  const tables = new Set<string>();
  const functions = new Set<string>();
  const columns = new Set<string>();
  const own = new Set<string>();
  for (const node of walk(bound.root)) {
    if (node.kind === "LetStatement") own.add(node.get("Name").name);
    else if (node.kind === "FunctionCallExpression") functions.add(node.name);
    else if (node.kind === "NameReference") {
      const { symbol } = node;
      if (symbol?.kind === "column") columns.add(symbol.name);
      if (symbol?.kind === "table" && Object.hasOwn(schema, symbol.name)) tables.add(symbol.name);
    }
  }
  for (const { node, called } of savedCalls(bound.root, schema))
    if (node.kind === "NameReference") functions.add(called.name);
  for (const name of tablesOfFunctions(bound.root, schema)) tables.add(name);
  return {
    tables: sorted(tables),
    functions: sorted(functions).filter((name) => !own.has(name)),
    columns: sorted(columns),
  };
}

/** What the bodies of the workspace's functions read. */
function tablesOfFunctions(root: SyntaxNode, schema: WorkspaceSchema): Set<string> {
  const tables = new Set<string>();
  for (const { called, body } of reachedFunctions(root, schema)) {
    if (isWatchlistFunction(called.name) && Object.hasOwn(schema, WATCHLIST_TABLE))
      tables.add(WATCHLIST_TABLE);
    for (const { symbol } of body === undefined ? [] : walk(body))
      if (symbol?.kind === "table" && Object.hasOwn(schema, symbol.name)) tables.add(symbol.name);
  }
  return tables;
}

const sorted = (names: ReadonlySet<string>): string[] => [...names].toSorted();

const outputOf = (bound: BoundText): KqlColumn[] => columnsOfSymbol(bound.code.ResultType) ?? [];
