/** What the binder has to say about a text, without what it only says because it looks too early. */
import type { KqlDiagnostic, WorkspaceSchema } from "../schemas/kql.ts";
import { functionsOf } from "./functions.ts";
import {
  builtInFunctionNames,
  diagnosticsOf,
  isDiagnostic,
  items,
  member,
  type RawDiagnostic,
} from "./kusto.ts";
import { nearestName } from "./nearestName.ts";
import { savedCalls } from "./savedFunctions.ts";
import { type BoundText, type SyntaxNode, positionAt, walk } from "./syntax.ts";

/** Past this depth of nesting the binder leaves names and types unchecked. */
export const UNCHECKED_DEPTH = "KS245";

interface Found {
  readonly raw: RawDiagnostic;
  readonly start: number;
}

/**
 * A function that takes a table of any columns, `(t:(*))`, cannot be bound where it is declared: its body is bound at
 * each call, and what is wrong with it is reported there.
 */
const takesAnyTable = (node: SyntaxNode): boolean =>
  node.kind === "FunctionDeclaration" && /:\s*\(\s*\*\s*\)/.test(node.get("Parameters").text);

function calledDiagnostics(node: SyntaxNode): RawDiagnostic[] {
  const read = member(node.raw, "GetCalledFunctionDiagnostics");
  if (typeof read !== "function") return [];
  return items(Reflect.apply(read, node.raw, [])).filter(isDiagnostic);
}

function collect(bound: BoundText, schema: WorkspaceSchema): Found[] {
  const own = diagnosticsOf(bound.code).map((raw) => ({ raw, start: raw.Start }));
  const open: SyntaxNode[] = [];
  const called: Found[] = [];
  for (const node of walk(bound.root)) {
    if (takesAnyTable(node)) open.push(node);
    if (node.kind === "FunctionCallExpression" && !functionsOf(schema).has(node.name))
      called.push(...calledDiagnostics(node).map((raw) => ({ raw, start: node.start })));
  }
  if (open.length === 0) return own;
  const isEarly = ({ start }: Found): boolean =>
    open.some((node) => start >= node.start && start < node.end);
  return [...own.filter((one) => !isEarly(one)), ...called];
}

const SEVERITIES: Readonly<Record<string, KqlDiagnostic["severity"]>> = {
  Error: "error",
  Warning: "warning",
};

const UNKNOWN_NAME = /name '([^']+)'/;
const UNKNOWN_FUNCTION = "KS211";
const UNKNOWN_PARAMETER = "KS196";

/** Every diagnostic with its place and, for an unknown name, the nearest name that exists. */
export function readDiagnostics(
  query: string,
  bound: BoundText,
  schema: WorkspaceSchema,
): KqlDiagnostic[] {
  return collect(bound, schema).map(({ raw, start }) => {
    const suggestion = suggest(query, raw, bound, schema);
    return {
      code: raw.Code,
      severity:
        raw.Code === UNCHECKED_DEPTH ? "error" : (SEVERITIES[raw.Severity] ?? "information"),
      message: raw.Message,
      ...positionAt(query, start),
      length: raw.Length,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });
}

function suggest(
  query: string,
  raw: RawDiagnostic,
  bound: BoundText,
  schema: WorkspaceSchema,
): string | undefined {
  if (raw.Code === UNKNOWN_PARAMETER) {
    const name = query.slice(raw.Start, raw.Start + raw.Length);
    return nearestName(name, parameterNames(bound, schema));
  }
  const name = UNKNOWN_NAME.exec(raw.Message)?.[1];
  if (name === undefined) return undefined;
  return nearestName(
    name,
    raw.Code === UNKNOWN_FUNCTION ? functionNames(bound, schema) : candidates(bound, schema),
  );
}

/** Functions that could be called: the workspace's first, then the text's own, then the language's. */
function* functionNames(bound: BoundText, schema: WorkspaceSchema): Generator<string> {
  yield* functionsOf(schema).keys();
  for (const statement of bound.root.list("Statements"))
    if (statement.kind === "LetStatement") yield statement.get("Name").name;
  yield* builtInFunctionNames();
}

/** Parameters of the workspace's functions that the text calls. */
function parameterNames(bound: BoundText, schema: WorkspaceSchema): string[] {
  return savedCalls(bound.root, schema).flatMap(({ called }) =>
    [...called.parameters.matchAll(/([A-Za-z_]\w*)\s*:/g)].map(([, name = ""]) => name),
  );
}

/** Names that could stand in the query: tables, functions, columns of what it reads, and names it makes itself. */
function candidates(bound: BoundText, schema: WorkspaceSchema): Set<string> {
  const names = new Set([...Object.keys(schema), ...functionsOf(schema).keys()]);
  for (const node of walk(bound.root)) {
    const { symbol } = node;
    if (
      node.kind === "NameReference" &&
      symbol?.kind === "table" &&
      Object.hasOwn(schema, node.name)
    )
      for (const column of Object.keys(schema[node.name] ?? {})) names.add(column);
    if (
      node.kind === "NameDeclaration" ||
      (node.kind === "NameReference" && symbol?.kind === "function")
    )
      names.add(node.name);
  }
  for (const { node } of savedCalls(bound.root, schema))
    for (const column of node.columns ?? []) names.add(column.name);
  return names;
}
