/** Calls with rules of their own that queries use now and then: chance, columns by name, bins of a size set elsewhere. */
import { randomUUID } from "node:crypto";

import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, refuse } from "../context.ts";
import { asElement, isInt64 } from "../convert.ts";
import { scalarFunctions } from "../functions/scalarFunctions.ts";
import { combine, constantValue, literal } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

const argumentsOf = (node: SyntaxNode): SyntaxNode[] =>
  node.get("ArgumentList").list("Expressions");

/** A value that is another one in each row. */
const perRow = (type: KqlType, draw: () => KqlValue): Scalar => ({
  type,
  isConstant: false,
  bind: () => draw,
});

const rand: CompileScalar = (node, context) => {
  const [count] = argumentsOf(node).map((part) => context.compiler.scalar(part, context));
  if (count === undefined) return perRow("real", () => Math.random());
  const type = node.type ?? "long";
  return {
    type,
    isConstant: false,
    bind: (_frame, run) => {
      const limit = constantValue(count, run);
      const size = isInt64(limit) ? Number(limit) : 0;
      return () => (size > 1 ? Math.floor(Math.random() * size) : Math.random());
    },
  };
};

const newGuid: CompileScalar = () => perRow("guid", () => randomUUID());

const isColumnExists: CompileScalar = (node, { columns }) => {
  const [name] = argumentsOf(node);
  const wanted = typeof name?.literal === "string" ? name.literal : name?.name;
  return literal(
    "bool",
    columns.some((column) => column.name === wanted),
  );
};

/** A bag of columns, by their names. */
const bagPackColumns: CompileScalar = (node, context) => {
  const columns = argumentsOf(node).map((argument) => ({
    name: argument.name,
    scalar: context.compiler.scalar(argument, context),
  }));
  return combine(
    "dynamic",
    columns.map(({ scalar }) => scalar),
    (bound) => (row) =>
      Object.fromEntries(
        columns.map(({ name, scalar }, i) => [
          name,
          asElement(bound[i]?.(row) ?? null, scalar.type),
        ]),
      ),
  );
};

/** Under this name a scope holds the value of a `set`. No name of a query has a blank in it. */
export const optionName = (option: string): string => `set ${option}`;

/** `bin_auto`: a bin of the size and from the point that `set` statements say. */
const binAuto: CompileScalar = (node, context: Context) => {
  const [argument] = argumentsOf(node);
  const size = context.scope.find(optionName("query_bin_auto_size"));
  const from = context.scope.find(optionName("query_bin_auto_at"));
  const bin = scalarFunctions["bin"];
  const binAt = scalarFunctions["bin_at"];
  if (argument === undefined || size?.kind !== "scalar" || bin === undefined || binAt === undefined)
    return refuse(
      node,
      "invalid-argument",
      "bin_auto() needs `set query_bin_auto_size=…;` in front of the query.",
    );
  const value = context.compiler.scalar(argument, context);
  const parts = from?.kind === "scalar" ? [value, size.scalar, from.scalar] : [value, size.scalar];
  const apply = (parts.length === 3 ? binAt : bin)({
    types: parts.map(({ type }) => type),
    result: value.type,
    literals: [],
    refuse: (message) => refuse(node, "invalid-argument", message),
  });
  return combine(value.type, parts, (bound) => (row) => apply(...bound.map((at) => at(row))));
};

export const seldomForms: ScalarTable = {
  rand,
  new_guid: newGuid,
  iscolumnexists: isColumnExists,
  bag_pack_columns: bagPackColumns,
  bin_auto: binAuto,
};
