/** Calls of a workspace's functions: a query reads whatever their bodies read. */
import type { KqlFunction, WorkspaceSchema } from "../schemas/kql.ts";
import { functionsOf } from "./functions.ts";
import { type SyntaxNode, walk } from "./syntax.ts";

export interface SavedCall {
  readonly node: SyntaxNode;
  readonly called: KqlFunction;
  /** Bound to the call's arguments; undefined when the workspace does not show the body. */
  readonly body: SyntaxNode | undefined;
}

/** The calls below a node, in the order of the text; a function without parameters is called by its bare name, too. */
export function savedCalls(root: SyntaxNode, schema: WorkspaceSchema): SavedCall[] {
  const functions = functionsOf(schema);
  const heads = new Set<number>();
  const calls: SavedCall[] = [];
  for (const node of walk(root)) {
    const isCall = node.kind === "FunctionCallExpression";
    if (isCall) heads.add(node.get("Name").start);
    else if (node.kind !== "NameReference" || heads.has(node.start)) continue;
    const called = functions.get(node.name);
    const symbol = isCall ? node.get("Name").symbol : node.symbol;
    if (called === undefined || symbol?.kind !== "function") continue;
    calls.push({ node, called, body: called.body === undefined ? undefined : node.calledBody });
  }
  return calls;
}

/** Each function that is called below a node, directly or by another one, at the call that comes first. */
export function reachedFunctions(root: SyntaxNode, schema: WorkspaceSchema): SavedCall[] {
  const reached = new Map<string, SavedCall>();
  const pending = savedCalls(root, schema);
  for (let call = pending.shift(); call !== undefined; call = pending.shift()) {
    if (reached.has(call.called.name)) continue;
    reached.set(call.called.name, call);
    if (call.body !== undefined) pending.push(...savedCalls(call.body, schema));
  }
  return [...reached.values()];
}
