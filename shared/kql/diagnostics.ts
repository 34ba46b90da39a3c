/** What the binder has to say about a text, without what it only says because it looks too early. */
import type { KqlDiagnostic, WorkspaceSchema } from "../schemas/kql.ts";
import { type RawDiagnostic, diagnosticsOf, isDiagnostic, items, member } from "./kusto.ts";
import { nearestName } from "./nearestName.ts";
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

function collect(bound: BoundText): Found[] {
  const own = diagnosticsOf(bound.code).map((raw) => ({ raw, start: raw.Start }));
  const open: SyntaxNode[] = [];
  const called: Found[] = [];
  for (const node of walk(bound.root)) {
    if (takesAnyTable(node)) open.push(node);
    if (node.kind === "FunctionCallExpression")
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

/** Every diagnostic with its place and, for an unknown name, the nearest name that exists. */
export function readDiagnostics(
  query: string,
  bound: BoundText,
  schema: WorkspaceSchema,
): KqlDiagnostic[] {
  return collect(bound).map(({ raw, start }) => {
    const name = UNKNOWN_NAME.exec(raw.Message)?.[1];
    const suggestion =
      name === undefined ? undefined : nearestName(name, candidates(bound, schema));
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

/** Names that could stand in the query: tables, columns of the tables it reads, and names it makes itself. */
function candidates(bound: BoundText, schema: WorkspaceSchema): Set<string> {
  const names = new Set(Object.keys(schema));
  for (const node of walk(bound.root)) {
    if (
      node.kind === "NameReference" &&
      node.symbol?.kind === "table" &&
      Object.hasOwn(schema, node.name)
    )
      for (const column of Object.keys(schema[node.name] ?? {})) names.add(column);
    if (
      node.kind === "NameDeclaration" ||
      (node.kind === "NameReference" && node.symbol?.kind === "function")
    )
      names.add(node.name);
  }
  return names;
}
