/** Names, named expressions, and paths into dynamics. */
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, refuse } from "../context.ts";
import { parseJson } from "../json.ts";
import { columnScalar, combine, literal, mapScalar } from "../scalar.ts";
import { isInt64 } from "../convert.ts";
import { type KqlValue, isBag } from "../values.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

/** The value of a property; null when there is none. */
export function property(value: KqlValue, name: string): KqlValue {
  const bag = typeof value === "string" ? (parseJson(value) ?? null) : value;
  return isBag(bag) && Object.hasOwn(bag, name) ? (bag[name] ?? null) : null;
}

/** The item at an index, counted from the end when it is negative, or the property of that name. */
export function element(value: KqlValue, key: KqlValue): KqlValue {
  if (typeof key === "string") return property(value, key);
  if (!Array.isArray(value) || !isInt64(key)) return null;
  return value.at(Number(key)) ?? null;
}

const nameReference: CompileScalar = (node, context) => {
  const index = context.columns.findIndex((column) => column.name === node.name);
  const column = context.columns[index];
  if (column !== undefined && node.symbol?.kind !== "variable")
    return columnScalar(column.type, index);
  const binding = context.scope.find(node.name);
  if (binding?.kind === "scalar") return binding.scalar;
  if (column !== undefined) return columnScalar(column.type, index);
  return refuse(node, "unknown-name", `The name '${node.name}' has no value here.`);
};

function columnOf(node: SyntaxNode, name: string, { columns }: Context): Scalar {
  const index = columns.findIndex((column) => column.name === name);
  const column = columns[index];
  if (column === undefined) return refuse(node, "unknown-name", `There is no column '${name}'.`);
  return columnScalar(column.type, index);
}

const path: CompileScalar = (node, context) => {
  const selector = node.get("Selector");
  const row = node.get("Expression");
  if (row.kind === "NameReference" && context.rowNames?.has(row.name) === true)
    return columnOf(node, `${row.name}.${selector.name}`, context);
  const owner = context.compiler.scalar(row, context);
  if (selector.kind === "BracketedExpression" || selector.kind === "BracketedName")
    return elementOf(node, context);
  const name = selector.name;
  return mapScalar("dynamic", owner, (value) => property(value, name));
};

const elementOf = (node: SyntaxNode, context: Context) => {
  const selector = node.get("Selector");
  const owner = context.compiler.scalar(node.get("Expression"), context);
  const inner = selector.find("Expression");
  const key =
    inner === undefined
      ? literal("string", selector.name)
      : context.compiler.scalar(inner, context);
  return combine("dynamic", [owner, key], ([value, at]) =>
    value === undefined || at === undefined ? () => null : (row) => element(value(row), at(row)),
  );
};

const inner: CompileScalar = (node, context) =>
  context.compiler.scalar(node.get("Expression"), context);

export const names: ScalarTable = {
  NameReference: nameReference,
  PathExpression: path,
  ElementExpression: elementOf,
  ParenthesizedExpression: inner,
  SimpleNamedExpression: inner,
};
