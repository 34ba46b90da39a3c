/** Functions that are saved in the workspace, as the scope of a call sees them. */
import type { KqlFunction, WorkspaceSchema } from "../../schemas/kql.ts";
import { functionsOf } from "../functions.ts";
import { type SyntaxNode, bindText } from "../syntax.ts";
import { type Binding, Scope } from "./context.ts";
import { parameterOf } from "./lets.ts";

const NO_TABLES: WorkspaceSchema = {};
const bindings = new WeakMap<KqlFunction, Binding>();

/** A saved function that shows its body; it sees no names of the query that calls it. */
export function savedFunction(name: string, schema: WorkspaceSchema): Binding | undefined {
  const saved = functionsOf(schema).get(name);
  if (saved?.body === undefined) return undefined;
  let binding = bindings.get(saved);
  if (binding === undefined) {
    binding = { kind: "function", scope: new Scope(), parameters: parametersOf(saved) };
    bindings.set(saved, binding);
  }
  return binding;
}

function parametersOf({ parameters }: KqlFunction) {
  const { root } = bindText(`let saved = (${parameters}) { 0 }; print 0`, NO_TABLES);
  const [declaration] = root.list("Statements");
  const value = declaration?.find("Expression")?.find("Parameters");
  return (value?.list("Parameters") ?? []).map(parameterOf);
}

const UNPACKING = /\bevaluate\s+(?:hint\.\S+\s*=\s*\S+\s+)*(?:bag_unpack|pivot)\b/;
const unpackingNames = new WeakMap<WorkspaceSchema, ReadonlySet<string>>();

/** Saved functions whose columns follow from rows: their bodies unpack, or call one that does. */
function unpackingIn(schema: WorkspaceSchema): ReadonlySet<string> {
  const known = unpackingNames.get(schema);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const bodies = [...functionsOf(schema).values()].filter(({ body }) => body !== undefined);
  for (let before = -1; before !== names.size;) {
    before = names.size;
    for (const { name, body = "" } of bodies)
      if (UNPACKING.test(body) || wordsOf(body).some((word) => names.has(word))) names.add(name);
  }
  unpackingNames.set(schema, names);
  return names;
}

const wordsOf = (text: string): readonly string[] => text.match(/\b[A-Za-z_]\w*\b/g) ?? [];

/** Whether a text names such a function. */
export function namesUnpacking(text: string, schema: WorkspaceSchema): boolean {
  const names = unpackingIn(schema);
  return names.size > 0 && wordsOf(text).some((word) => names.has(word));
}

/** The saved function with columns that follow from rows which a node calls; undefined when it calls none. */
export function unpackingFunction(
  node: SyntaxNode,
  schema: WorkspaceSchema,
): KqlFunction | undefined {
  const isCall = node.kind === "FunctionCallExpression";
  if (!isCall && node.kind !== "NameReference") return undefined;
  if (!unpackingIn(schema).has(node.name)) return undefined;
  const symbol = isCall ? node.get("Name").symbol : node.symbol;
  return symbol?.kind === "function" ? functionsOf(schema).get(node.name) : undefined;
}
