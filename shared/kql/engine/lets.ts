/** `let` statements. */
import type { SyntaxNode } from "../syntax.ts";
import type { Context, FunctionParameter, Tabular } from "./context.ts";
import type { Frame } from "./frame.ts";
import { OncePerRun } from "./run.ts";

/** Adds what a `let` names to the context's scope. */
export function defineLet(statement: SyntaxNode, context: Context): void {
  const name = statement.get("Name").name;
  if (context.given?.has(name) === true) return;
  const value = statement.get("Expression");
  if (value.kind === "FunctionDeclaration")
    context.scope.define(name, {
      kind: "function",
      scope: context.scope.snapshot(),
      parameters: value.get("Parameters").list("Parameters").map(parameterOf),
    });
  else if (value.isTabular)
    context.scope.define(name, {
      kind: "tabular",
      tabular: remembered(context.compiler.tabular(value, context)),
    });
  else
    context.scope.define(name, { kind: "scalar", scalar: context.compiler.scalar(value, context) });
}

/** What a function says of one of its parameters. */
export function parameterOf(node: SyntaxNode): FunctionParameter {
  const declaration = node.get("NameAndType");
  return {
    name: declaration.get("Name").name,
    type: declaration.get("Type").text,
    isTabular: declaration.get("Type").kind === "SchemaTypeExpression",
    fallback: node.find("DefaultValue")?.find("Value"),
  };
}

/** Computed once per run, unless a use hands bounds down to the table behind it. */
export function remembered(tabular: Tabular): Tabular {
  const once = new OncePerRun<Frame>();
  return {
    columns: tabular.columns,
    takesBounds: tabular.takesBounds,
    evaluate: (run, bounds) =>
      Object.keys(bounds).length > 0
        ? tabular.evaluate(run, bounds)
        : once.get(run, () => tabular.evaluate(run, {})),
  };
}
