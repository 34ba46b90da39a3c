/** Functions that are saved in the workspace, as the scope of a call sees them. */
import type { KqlFunction, WorkspaceSchema } from "../../schemas/kql.ts";
import { functionsOf } from "../functions.ts";
import { bindText } from "../syntax.ts";
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
