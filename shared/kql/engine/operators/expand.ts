/** `mv-expand` and `mv-apply`: a row becomes a row for each item of an array or property of a bag. */
import type { KqlColumn, KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import type { Context, RowFunction, Scalar, Tabular } from "../context.ts";
import { absentOf, converter, isInt64 } from "../convert.ts";
import { Frame } from "../frame.ts";
import { entry } from "../namedTable.ts";
import type { Run } from "../run.ts";
import { constantValue } from "../scalar.ts";
import { type Dynamic, type KqlValue, isBag } from "../values.ts";
import { subquery } from "./partition.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  parameterOf,
  withoutName,
} from "./table.ts";

interface Expanded {
  readonly scalar: Scalar;
  readonly name: string;
  /** The type that `to typeof(…)` asks for. */
  readonly type: KqlType | undefined;
}

const TYPE_NAMES: Readonly<Record<string, KqlType>> = {
  bool: "bool",
  boolean: "bool",
  datetime: "datetime",
  date: "datetime",
  decimal: "decimal",
  double: "real",
  dynamic: "dynamic",
  guid: "guid",
  int: "int",
  long: "long",
  real: "real",
  string: "string",
  time: "timespan",
  timespan: "timespan",
};

/** The type of `typeof(name)`. */
function typeOf(node: SyntaxNode | undefined): KqlType | undefined {
  const name = /typeof\s*\(\s*(\w+)\s*\)/.exec(node?.text ?? "")?.[1];
  return name === undefined ? undefined : entry(TYPE_NAMES, name);
}

function expandedColumns(
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
  readonly keepsEmpty: boolean;
  readonly asPairs: boolean;
}

interface Expansion {
  /** The input row of each output row. */
  readonly rows: number[];
  /** The values of each expanded column. */
  readonly values: KqlValue[][];
}

function expand(
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
    const length = Math.min(longest === 0 && options.keepsEmpty ? 1 : longest, options.limit);
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
  { limit, keepsEmpty, asPairs }: ExpandOptions,
): Expansion {
  const rows: number[] = [];
  const values: KqlValue[] = [];
  for (let row = 0; row < frame.rowCount; row += 1) {
    const items = itemsOf(at(row), asPairs);
    const length = Math.min(items.length === 0 && keepsEmpty ? 1 : items.length, limit);
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
function expandedFrame(
  parts: readonly Expanded[],
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

function rowLimit(node: SyntaxNode, context: Context): (run: Run) => number {
  const clause = node.find("RowLimitClause");
  if (clause === undefined) return () => Infinity;
  const limit = context.compiler.scalar(clause.get("RowLimit"), { ...context, columns: [] });
  return (run) => Number(constantValue(limit, run));
}

const mvExpand: CompileOperator = (node, input, output, context) => {
  const columns = boundColumns(output);
  const parts = expandedColumns(node, input, columns, context);
  const limit = rowLimit(node, context);
  const asPairs = (parameterOf(node, "kind") ?? parameterOf(node, "bagexpansion")) === "array";
  const indexName = node
    .list("Parameters")
    .find((one) => one.name.toLowerCase() === "with_itemindex")
    ?.get("Expression").text;
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const frame = input.evaluate(run, {});
      run.charge(frame.rowCount);
      const made = expand(parts, frame, run, { limit: limit(run), keepsEmpty: false, asPairs });
      if (indexName === undefined) return expandedFrame(parts, columns, input, frame, made);
      const numbered = { scalar: parts[0]?.scalar, name: indexName, type: undefined };
      const numbers = made.rows.map((row, i) => i - made.rows.indexOf(row));
      const all =
        numbered.scalar === undefined
          ? parts
          : [...parts, { ...numbered, scalar: numbered.scalar }];
      return expandedFrame(all, columns, input, frame, {
        rows: made.rows,
        values: [...made.values, numbers],
      });
    },
  };
};

/** Runs a pipeline over the items of each row, and puts the row's other columns beside what comes out. */
const mvApply: CompileOperator = (node, input, output, context) => {
  const columns = boundColumns(output);
  const known = new Set(input.columns.map((column) => column.name));
  const parts = expandedColumns(node, input, guessedColumns(node, input), context);
  const limit = rowLimit(node, context);
  const inside: KqlColumn[] = [
    ...input.columns.map((column) => ({ ...column, type: typeIn(parts, column) })),
    ...parts
      .filter((part) => !known.has(part.name))
      .map((part) => ({ name: part.name, type: part.type ?? ("dynamic" as const) })),
  ];
  let current: Frame | undefined;
  const items: Tabular = {
    columns: inside,
    takesBounds: false,
    evaluate: () =>
      current ??
      Frame.of(
        0,
        inside.map(() => []),
      ),
  };
  const query = node.get("Subquery").get("Expression");
  const result = subquery(query, items, context);
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const frame = input.evaluate(run, {});
      const made = expand(parts, frame, run, {
        limit: limit(run),
        keepsEmpty: false,
        asPairs: false,
      });
      const whole = expandedFrame(parts, inside, input, frame, made);
      const outputs: { row: number; frame: Frame }[] = [];
      for (const [row, rows] of rowsOf(made.rows, frame.rowCount).entries()) {
        if (rows.length === 0) continue;
        current = whole.select(rows);
        outputs.push({ row, frame: result.evaluate(run, {}) });
      }
      current = undefined;
      return appliedFrame(outputs, columns, result, input, frame, run);
    },
  };
};

const typeIn = (parts: readonly Expanded[], column: KqlColumn): KqlType => {
  const part = parts.find((one) => one.name === column.name);
  return part === undefined ? column.type : (part.type ?? "dynamic");
};

/** Names that the items get where the query gives none: taken from the first operator's input. */
function guessedColumns(node: SyntaxNode, input: Tabular): KqlColumn[] {
  const names = node.list("Expressions").flatMap((part) => {
    const expression = part.get("Expression");
    if (expression.kind === "SimpleNamedExpression") return [expression.get("Name").name];
    return expression.kind === "PathExpression" ? [expression.text.replaceAll(".", "_")] : [];
  });
  return [...input.columns, ...names.map((name) => ({ name, type: "dynamic" as const }))];
}

function rowsOf(rows: readonly number[], rowCount: number): number[][] {
  const lists: number[][] = Array.from({ length: rowCount }, () => []);
  rows.forEach((row, index) => lists[row]?.push(index));
  return lists;
}

function appliedFrame(
  outputs: readonly { row: number; frame: Frame }[],
  columns: readonly KqlColumn[],
  result: Tabular,
  input: Tabular,
  frame: Frame,
  run: Run,
): Frame {
  const rows = outputs.flatMap((one) => Array<number>(one.frame.rowCount).fill(one.row));
  run.charge(rows.length);
  const outer = frame.select(rows);
  return Frame.lazy(rows.length, columns.length, (index) => {
    const name = columns[index]?.name ?? "";
    const inner = result.columns.findIndex((column) => column.name === name);
    if (inner >= 0) return outputs.flatMap((one) => one.frame.column(inner));
    const at = input.columns.findIndex((column) => column.name === name);
    if (at < 0) throw new Error(`mv-apply gives no column ${name}.`);
    return outer.column(at);
  });
}

export const expandOperators: OperatorTable = {
  MvExpandOperator: mvExpand,
  MvApplyOperator: mvApply,
};
