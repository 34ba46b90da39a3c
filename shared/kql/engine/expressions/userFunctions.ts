/** Functions that a query defines or the workspace keeps: the body is compiled for each call, with the arguments in place of the parameters. */
import type { SyntaxNode } from "../../syntax.ts";
import {
  type Binding,
  type Context,
  type FunctionParameter,
  Scope,
  type Scalar,
  type Tabular,
  refuse,
} from "../context.ts";
import { defineLet } from "../lets.ts";
import { savedFunction } from "../savedFunctions.ts";

const DEPTH_MAX = 30;

/** Where the body of a call stands: parameters bound, its own `let`s defined. */
function bodyContext(
  node: SyntaxNode,
  body: SyntaxNode,
  context: Context,
  input?: Tabular,
): Context {
  if (context.depth >= DEPTH_MAX)
    refuse(node, "too-large", "Functions call each other too deeply.");
  const declared = context.scope.find(node.name) ?? savedFunction(node.name, context.schema);
  if (declared?.kind !== "function")
    return refuse(
      node,
      "unsupported-function",
      `The function ${node.name}() is not supported here.`,
    );
  const scope = new Scope(declared.scope);
  const inside: Context = {
    compiler: context.compiler,
    schema: context.schema,
    scope,
    columns: [],
    depth: context.depth + 1,
    ...(context.isAhead === undefined ? {} : { isAhead: context.isAhead }),
  };
  bindParameters(node, declared.parameters, scope, context, input);
  for (const statement of body.list("Statements"))
    if (statement.kind === "LetStatement") defineLet(statement, inside);
  return inside;
}

/** Gives each parameter of a call its argument, by name, by place, or its default. */
export function bindParameters(
  node: SyntaxNode,
  parameters: readonly FunctionParameter[],
  scope: Scope,
  context: Context,
  input: Tabular | undefined,
): void {
  // A function that needs nothing is also called by its bare name.
  const given = node.find("ArgumentList")?.list("Expressions") ?? [];
  const named = new Map(
    given
      .filter((one) => one.kind === "SimpleNamedExpression")
      .map((one) => [one.name, one.get("Expression")]),
  );
  const positional = given.filter((one) => one.kind !== "SimpleNamedExpression");
  const rest = input === undefined ? parameters : parameters.slice(1);
  const [first] = parameters;
  if (input !== undefined && first !== undefined)
    scope.define(first.name, { kind: "tabular", tabular: input });
  rest.forEach((parameter, index) => {
    const argument = named.get(parameter.name) ?? positional[index] ?? parameter.fallback;
    if (argument === undefined)
      refuse(node, "invalid-argument", `The call gives no value for '${parameter.name}'.`);
    scope.define(parameter.name, bindArgument(argument, parameter.isTabular, context));
  });
}

const bindArgument = (argument: SyntaxNode, isTabular: boolean, context: Context): Binding =>
  isTabular
    ? { kind: "tabular", tabular: context.compiler.tabular(argument, context) }
    : { kind: "scalar", scalar: context.compiler.scalar(argument, context) };

export function callScalarBody(node: SyntaxNode, body: SyntaxNode, context: Context): Scalar {
  return context.compiler.scalar(body.get("Expression"), bodyContext(node, body, context));
}

/** `input` is the piped table of `invoke`, which takes the first parameter's place. */
export function callTabularBody(
  node: SyntaxNode,
  body: SyntaxNode,
  context: Context,
  input?: Tabular,
): Tabular {
  return context.compiler.tabular(body.get("Expression"), bodyContext(node, body, context, input));
}
