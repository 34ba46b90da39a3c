/** What `mv-expand` and `mv-apply` share: the items of a row's arrays or bags as rows of their own. */
import type { KqlColumn, KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { typeNamed } from "../../typeNames.ts";
import type { Context, RowFunction, Scalar, Tabular } from "../context.ts";
import { absentOf, converter, isInt64 } from "../convert.ts";
import { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { constantValue } from "../scalar.ts";
import { type Dynamic, type KqlValue, isBag } from "../values.ts";
import { withoutName } from "./table.ts";

export interface Expanded {
  readonly scalar: Scalar;
  readonly name: string;
  /** The type that `to typeof(…)` asks for. */
  readonly type: KqlType | undefined;
}

/** The type of `typeof(name)`. */
function typeOf(node: SyntaxNode | undefined): KqlType | undefined {
  const name = /typeof\s*\(\s*(\w+)\s*\)/.exec(node?.text ?? "")?.[1];
  return name === undefined ? undefined : typeNamed(name);
}

/** The expressions after `mv-expand` or `mv-apply`, with the column that each of them fills. */
export function expandedColumns(
  node: SyntaxNode,
  input: Tabular,
  output: readonly KqlColumn[],
  context: Context,
): Expanded[] {
  const known = new Set(input.columns.map((column) => column.name));
  const added = output.filter((column) => !known.has(column.name)).map((column) => column.name);
  return node.list("Expressions").map((part) => {
    const expression = part.get("Expression");
    const inner = withoutName(expression);
    const own =
      expression.kind === "SimpleNamedExpression" ? expression.get("Name").name : undefined;
    const plain = inner.kind === "NameReference" && known.has(inner.name) ? inner.name : undefined;
    if (own !== undefined && added.includes(own)) added.splice(added.indexOf(own), 1);
    return {
      scalar: context.compiler.scalar(inner, { ...context, columns: input.columns }),
      name: own ?? plain ?? added.shift() ?? "",
      type: typeOf(part.find("ToTypeOf")),
    };
  });
}

/** The values that one value becomes; nothing becomes one null. */
function itemsOf(value: KqlValue, asPairs: boolean): readonly Dynamic[] {
  if (Array.isArray(value)) return value;
  if (isBag(value))
    return Object.entries(value).map(([name, item]) => (asPairs ? [name, item] : { [name]: item }));
  return [value];
}

interface ExpandOptions {
  readonly limit: number;
  readonly asPairs: boolean;
}

interface Expansion {
  /** The input row of each output row. */
  readonly rows: number[];
  /** The values of each expanded column. */
  readonly values: KqlValue[][];
}

/** Expands every row; each output row is charged to the run. */
export function expand(
  parts: readonly Expanded[],
  frame: Frame,
  run: Run,
  options: ExpandOptions,
): Expansion {
  const bound = parts.map((part) => ({
    at: part.scalar.bind(frame, run),
    convert: part.type === undefined ? undefined : typedItem(part.type),
  }));
  const [only] = bound;
  if (only !== undefined && bound.length === 1) return expandOne(only, frame, run, options);
  const rows: number[] = [];
  const values: KqlValue[][] = parts.map(() => []);
  for (let row = 0; row < frame.rowCount; row += 1) {
    const lists = bound.map(({ at }) => itemsOf(at(row), options.asPairs));
    const longest = Math.max(...lists.map((list) => list.length));
    const length = Math.min(longest, options.limit);
    run.charge(length);
    for (let i = 0; i < length; i += 1) {
      rows.push(row);
      bound.forEach(({ convert }, column) => {
        const item = lists[column]?.[i] ?? null;
        values[column]?.push(convert === undefined ? item : convert(item));
      });
    }
  }
  return { rows, values };
}

interface BoundPart {
  readonly at: RowFunction;
  readonly convert: ((value: KqlValue) => KqlValue) | undefined;
}

/** The usual case of one column, without a list of lists for each row. */
function expandOne(
  { at, convert }: BoundPart,
  frame: Frame,
  run: Run,
  { limit, asPairs }: ExpandOptions,
): Expansion {
  const rows: number[] = [];
  const values: KqlValue[] = [];
  for (let row = 0; row < frame.rowCount; row += 1) {
    const items = itemsOf(at(row), asPairs);
    const length = Math.min(items.length, limit);
    run.charge(length);
    for (let i = 0; i < length; i += 1) {
      const item = items[i] ?? null;
      rows.push(row);
      values.push(convert === undefined ? item : convert(item));
    }
  }
  return { rows, values: [values] };
}

/** A cast, not a conversion: text is not read as a number, and an item of another kind is null. */
const typedItem = (type: KqlType): ((value: KqlValue) => KqlValue) => {
  const convert = converter("dynamic", type);
  if (type === "long")
    return (value) =>
      Number.isSafeInteger(value) ? value : conforms(value, type) ? convert(value) : null;
  return (value) => (conforms(value, type) ? convert(value) : null) ?? absentOf(type);
};

function conforms(value: KqlValue, type: KqlType): boolean {
  if (type === "bool") return typeof value === "boolean";
  const isNumeric = type === "int" || type === "long" || type === "real" || type === "decimal";
  return !isNumeric || isInt64(value);
}

/** The input's rows, repeated, with the expanded columns in their places. */
export function expandedFrame(
  parts: readonly Pick<Expanded, "name">[],
  columns: readonly KqlColumn[],
  input: Tabular,
  frame: Frame,
  made: Expansion,
): Frame {
  const repeated = frame.select(made.rows);
  return Frame.lazy(made.rows.length, columns.length, (index) => {
    const name = columns[index]?.name ?? "";
    const part = parts.findIndex((one) => one.name === name);
    if (part >= 0) return made.values[part] ?? [];
    return repeated.column(input.columns.findIndex((column) => column.name === name));
  });
}

/** How many items of a row count, by the `limit` clause; Infinity without one. */
export function rowLimit(node: SyntaxNode, context: Context): (run: Run) => number {
  const clause = node.find("RowLimitClause");
  if (clause === undefined) return () => Infinity;
  const limit = context.compiler.scalar(clause.get("RowLimit"), { ...context, columns: [] });
  return (run) => Number(constantValue(limit, run));
}
