/** Plugins whose columns follow from the rows: `bag_unpack` and `pivot`; and `narrow`, whose columns are fixed. */
import type { KqlColumn, KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { absentOf, converter, dynamicText, isInt64, toText } from "../convert.ts";
import { type Column, Frame } from "../frame.ts";
import { groupRows } from "../grouping.ts";
import type { Run } from "../run.ts";
import { constantValue, valuesOf } from "../scalar.ts";
import { type Dynamic, type KqlValue, isBag } from "../values.ts";
import { lookUpAddress, looksUpAddress } from "./lookupAddress.ts";
import { expressionMeasure } from "./summarize.ts";
import { type CompileOperator, type OperatorTable, boundColumns, derived } from "./table.ts";

/** Rows with the columns that they turned out to have. */
export interface Unpacked {
  readonly columns: readonly KqlColumn[];
  readonly frame: Frame;
}

export type Unpack = (run: Run) => Unpacked;

type CompileUnpack = (call: SyntaxNode, input: Tabular, context: Context) => Unpack;

const argumentsOf = (call: SyntaxNode): SyntaxNode[] =>
  call.get("ArgumentList").list("Expressions");

/** A constant argument by its place or by its name. */
function option(call: SyntaxNode, at: number, name: string, context: Context): Scalar | undefined {
  const named = argumentsOf(call).find(
    (one) => one.kind === "SimpleNamedExpression" && one.name === name,
  );
  const placed = argumentsOf(call)[at];
  const node =
    named?.get("Expression") ?? (placed?.kind === "SimpleNamedExpression" ? undefined : placed);
  return node === undefined
    ? undefined
    : context.compiler.scalar(node, { ...context, columns: [] });
}

function kindOf(value: Dynamic): KqlType | undefined {
  if (value === null) return undefined;
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (isInt64(value)) return Number.isInteger(Number(value)) ? "long" : "real";
  return "dynamic";
}

/** The type that all values of a property have; numbers meet in real, everything else in dynamic. */
function commonType(values: readonly Dynamic[]): KqlType {
  const kinds = new Set(values.map(kindOf).filter((kind) => kind !== undefined));
  if (kinds.size === 2 && kinds.has("long") && kinds.has("real")) return "real";
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : "dynamic";
}

const bagUnpack: CompileUnpack = (call, input, context) => {
  const [bagNode] = argumentsOf(call);
  const bagAt = input.columns.findIndex(({ name }) => name === bagNode?.name);
  if (bagAt < 0) return refuse(call, "invalid-argument", "bag_unpack() needs a column of bags.");
  const prefixOption = option(call, 1, "OutputColumnPrefix", context);
  const conflictOption = option(call, 2, "columnsConflict", context);
  const ignoredOption = option(call, 3, "ignoredProperties", context);
  return (run) => {
    const read = (scalar: Scalar | undefined) =>
      scalar === undefined ? null : constantValue(scalar, run);
    const prefix = dynamicText(read(prefixOption));
    const conflict = dynamicText(read(conflictOption)) || "error";
    const ignored = read(ignoredOption);
    const skipped = new Set(Array.isArray(ignored) ? ignored.map(dynamicText) : []);
    const frame = input.evaluate(run, {});
    run.charge(frame.rowCount);
    const properties = propertiesOf(frame.column(bagAt), skipped);
    const rest = input.columns.filter((_, index) => index !== bagAt);
    const made = new Map<string, { type: KqlType; values: Column }>();
    for (const [property, values] of properties) {
      const name = `${prefix}${property}`;
      const isTaken = rest.some((column) => column.name === name);
      if (isTaken && conflict === "keep_source") continue;
      if (isTaken && conflict !== "replace_source")
        refuse(call, "invalid-argument", `bag_unpack() meets the column '${name}' twice.`);
      run.charge(values.length);
      made.set(name, typedColumn(values));
    }
    return assemble(input, bagAt, frame, made);
  };
};

/** The values of every property that a column of bags has. */
export function propertiesOf(bags: Column, skipped: ReadonlySet<string>): Map<string, Dynamic[]> {
  const found = new Map<string, Dynamic[]>();
  bags.forEach((bag, row) => {
    if (!isBag(bag)) return;
    for (const [name, value] of Object.entries(bag)) {
      if (skipped.has(name)) continue;
      let values = found.get(name);
      if (values === undefined) {
        values = Array<Dynamic>(bags.length).fill(null);
        found.set(name, values);
      }
      values[row] = value;
    }
  });
  return found;
}

/** A column of the type that its values share. */
export function typedColumn(values: readonly Dynamic[]): { type: KqlType; values: Column } {
  const type = commonType(values);
  return { type, values: values.map((value) => value ?? absentOf(type)) };
}

/** The input's columns without the bag, then the new ones; a new one of an old name takes its place. */
function assemble(
  input: Tabular,
  bagAt: number,
  frame: Frame,
  made: ReadonlyMap<string, { type: KqlType; values: Column }>,
): Unpacked {
  const columns: KqlColumn[] = [];
  const values: (() => Column)[] = [];
  const placed = new Set<string>();
  input.columns.forEach((column, index) => {
    const own = made.get(column.name);
    if (own === undefined && index === bagAt) return;
    columns.push(own === undefined ? column : { name: column.name, type: own.type });
    values.push(() => own?.values ?? frame.column(index));
    placed.add(column.name);
  });
  for (const [name, { type, values: list }] of made)
    if (!placed.has(name)) {
      columns.push({ name, type });
      values.push(() => list);
    }
  return {
    columns,
    frame: Frame.lazy(frame.rowCount, columns.length, (index) => values[index]?.() ?? []),
  };
}

/** A column for each value of one column, holding an aggregate over the rows of that value. */
const pivot: CompileUnpack = (call, input, context) => {
  const rows: Context = { ...context, columns: input.columns };
  const [pivotNode, ...others] = argumentsOf(call);
  if (pivotNode === undefined) return refuse(call, "invalid-argument", "pivot() needs a column.");
  const by = rows.compiler.scalar(pivotNode, rows);
  const aggregateNode = others.find((one) => one.kind === "FunctionCallExpression");
  const used = new Set([
    pivotNode.name,
    ...(aggregateNode === undefined ? [] : namesIn(aggregateNode)),
  ]);
  const named = others.filter((one) => one !== aggregateNode).map((one) => one.name);
  const keys = input.columns.flatMap((column, index) =>
    (named.length > 0 ? named.includes(column.name) : !used.has(column.name))
      ? [{ column, index }]
      : [],
  );
  const measure =
    aggregateNode === undefined ? undefined : expressionMeasure(aggregateNode, rows, []);
  const type = aggregateNode?.type ?? "long";
  return (run) => {
    const frame = input.evaluate(run, {});
    run.charge(frame.rowCount);
    const pivots = valuesOf(by, frame, run).map((value) => toText(value, by.type));
    const keyColumns = keys.map(({ index }) => frame.column(index));
    const groups = groupRows(keyColumns, frame.rowCount);
    const cells = groupRows([[...groups.groupOf], pivots], frame.rowCount);
    const counts = cells.firstRows.map(() => 0);
    for (const cell of cells.groupOf) counts[cell] = (counts[cell] ?? 0) + 1;
    const values = measure?.(frame, run, cells)[0] ?? counts;
    const nothing = { groupOf: new Int32Array(0), firstRows: [0] };
    const empty =
      measure === undefined ? 0 : (measure(frame.select([]), run, nothing)[0]?.[0] ?? null);
    const names = [...new Set(pivots)].toSorted();
    run.charge(names.length * groups.firstRows.length);
    const lists = new Map(names.map((name) => [name, groups.firstRows.map((): KqlValue => empty)]));
    cells.firstRows.forEach((row, cell) => {
      const list = lists.get(pivots[row] ?? "");
      if (list !== undefined) list[groups.groupOf[row] ?? 0] = values[cell] ?? null;
    });
    return {
      columns: [...keys.map(({ column }) => column), ...names.map((name) => ({ name, type }))],
      frame: Frame.of(groups.firstRows.length, [
        ...keyColumns.map((column) => groups.firstRows.map((row) => column[row] ?? null)),
        ...lists.values(),
      ]),
    };
  };
};

const namesIn = (node: SyntaxNode): string[] => [
  ...(node.kind === "NameReference" ? [node.name] : []),
  ...node.children.flatMap(namesIn),
];

const UNPACKS: Readonly<Record<string, CompileUnpack>> = { bag_unpack: bagUnpack, pivot };

/** Whether the columns of an `evaluate` follow from its rows. */
export const unpacks = (node: SyntaxNode): boolean =>
  node.kind === "EvaluateOperator" && Object.hasOwn(UNPACKS, node.get("FunctionCall").name);

/** Compiles such an `evaluate`; a schema that the query declares for it holds. */
export function compileUnpack(node: SyntaxNode, input: Tabular, context: Context): Unpack {
  const call = node.get("FunctionCall");
  const compile = UNPACKS[call.name];
  if (compile === undefined) return refusePlugin(node);
  const unpack = compile(call, input, context);
  const declared = node.find("Schema") === undefined ? undefined : boundColumns(node);
  return declared === undefined ? unpack : (run) => asDeclared(unpack(run), declared);
}

function asDeclared({ columns, frame }: Unpacked, declared: readonly KqlColumn[]): Unpacked {
  const make = (index: number): Column => {
    const { name = "", type = "dynamic" } = declared[index] ?? {};
    const at = columns.findIndex((column) => column.name === name);
    const from = columns[at]?.type;
    if (from === undefined) return Array<KqlValue>(frame.rowCount).fill(absentOf(type));
    const convert = converter(from, type);
    return frame.column(at).map((value) => convert(value) ?? absentOf(type));
  };
  return { columns: declared, frame: Frame.lazy(frame.rowCount, declared.length, make) };
}

const refusePlugin = (node: SyntaxNode): never =>
  refuse(
    node,
    "unsupported-operator",
    `The plugin ${node.get("FunctionCall").name} is not supported here.`,
  );

const evaluate: CompileOperator = (node, input, output, context) => {
  if (context.isAhead === true && unpacks(node)) {
    compileUnpack(node, input, context);
    return { columns: boundColumns(output), takesBounds: false, evaluate: () => Frame.of(0, []) };
  }
  const { name } = node.get("FunctionCall");
  if (looksUpAddress(name)) return lookUpAddress(node, input, output, context);
  if (name !== "narrow") return refusePlugin(node);
  return derived(input, boundColumns(output), (frame, run) => {
    const width = input.columns.length;
    const count = frame.rowCount * width;
    run.charge(count);
    const cell = (i: number): string =>
      toText(
        frame.column(i % width)[Math.floor(i / width)] ?? null,
        input.columns[i % width]?.type ?? "string",
      );
    return Frame.of(count, [
      Array.from({ length: count }, (_, i) => Math.floor(i / width)),
      Array.from({ length: count }, (_, i) => input.columns[i % width]?.name ?? ""),
      Array.from({ length: count }, (_, i) => cell(i)),
    ]);
  });
};

export const evaluateOperators: OperatorTable = { EvaluateOperator: evaluate };
