/** Where rows come from: tables, names, `datatable`, `print`, `range`. */
import type { KqlColumn } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Tabular, refuse } from "../context.ts";
import { absentOf, converter, isInt64 } from "../convert.ts";
import { isWatchlistFunction } from "../../functions.ts";
import { callTabularBody } from "../expressions/userFunctions.ts";
import { Frame } from "../frame.ts";
import { add } from "../int64.ts";
import { KqlRefusal } from "../refusal.ts";
import { OncePerRun, type Run } from "../run.ts";
import { constantValue } from "../scalar.ts";
import { type ScanBounds, TIME_COLUMN } from "../source.ts";
import type { Int64, KqlValue } from "../values.ts";
import { type SourceTable, boundColumns, withoutName } from "./table.ts";
import { watchlist } from "./watchlist.ts";

const RANGE_ROWS_MAX = 10_000_000;

/** The bounds that hold in any case: the call's timespan and the clock, narrowed by what the query asks for. */
function fence(run: Run, bounds: ScanBounds): ScanBounds & { readonly to: Int64 } {
  const from = latest(bounds.from, run.timespan?.from);
  const to = earliest(earliest(bounds.to, run.timespan?.to), run.now) ?? run.now;
  const equals = bounds.equals === undefined ? {} : { equals: bounds.equals };
  return from === undefined ? { to, ...equals } : { from, to, ...equals };
}

const latest = (a: Int64 | undefined, b: Int64 | undefined): Int64 | undefined =>
  a === undefined ? b : b === undefined ? a : a > b ? a : b;
const earliest = (a: Int64 | undefined, b: Int64 | undefined): Int64 | undefined =>
  a === undefined ? b : b === undefined ? a : a < b ? a : b;

/** A table of the workspace. */
export function workspaceTable(name: string, context: Context): Tabular | undefined {
  const types = Object.hasOwn(context.schema, name) ? context.schema[name] : undefined;
  if (types === undefined) return undefined;
  const columns: KqlColumn[] = Object.entries(types).map(([column, type]) => ({
    name: column,
    type,
  }));
  const timeIndex = columns.findIndex((column) => column.name === TIME_COLUMN);
  return {
    columns,
    takesBounds: true,
    evaluate: (run, bounds) => {
      const fenced = timeIndex < 0 ? bounds : fence(run, bounds);
      const slice = run.source.scan(name, fenced);
      run.scannedRows += slice.rowCount;
      run.charge(slice.rowCount);
      const frame = Frame.lazy(slice.rowCount, columns.length, (index) => {
        const column = columns[index];
        const values = column === undefined ? undefined : slice.column(column.name);
        return values ?? Array<KqlValue>(slice.rowCount).fill(absentOf(column?.type ?? "dynamic"));
      });
      return timeIndex < 0 ? frame : withinFence(frame, timeIndex, fenced, run);
    },
  };
}

/** The source may hand out more than it was asked for: the fence is checked again here. */
function withinFence(frame: Frame, timeIndex: number, bounds: ScanBounds, run: Run): Frame {
  const times = frame.column(timeIndex);
  const { from, to } = bounds;
  const isFenced = run.timespan !== undefined;
  const kept: number[] = [];
  times.forEach((time, row) => {
    if (!isInt64(time)) {
      if (!isFenced) kept.push(row);
    } else if ((from === undefined || time >= from) && (to === undefined || time <= to))
      kept.push(row);
  });
  return kept.length === frame.rowCount ? frame : frame.select(kept);
}

function nameSource(node: SyntaxNode, context: Context): Tabular {
  const binding = context.scope.find(node.name);
  if (binding?.kind === "tabular") return binding.tabular;
  const body = binding === undefined || binding.kind === "function" ? node.calledBody : undefined;
  if (body !== undefined) return callTabularBody(node, body, context);
  if (node.symbol?.kind === "function" && isWatchlistFunction(node.name))
    return watchlist(node, context);
  return (
    workspaceTable(node.name, context) ??
    refuse(node, "unknown-name", `There is no table '${node.name}' in this workspace.`)
  );
}

function callSource(node: SyntaxNode, context: Context): Tabular {
  const body = node.calledBody;
  if (body !== undefined) return callTabularBody(node, body, context);
  if (isWatchlistFunction(node.name)) return watchlist(node, context);
  const [argument] = node.get("ArgumentList").list("Expressions");
  if (argument !== undefined && node.name === "materialize")
    return context.compiler.tabular(argument, context);
  if (argument !== undefined && node.name === "table") {
    // The name may be a parameter of a function: the binder knows what the call gives for it.
    const name = typeof argument.literal === "string" ? argument.literal : node.tableName;
    if (name !== undefined)
      return (
        workspaceTable(name, context) ??
        refuse(node, "unknown-name", `There is no table '${name}' in this workspace.`)
      );
  }
  return refuse(node, "unsupported-function", `The function ${node.name}() is not supported here.`);
}

function dataTable(node: SyntaxNode, context: Context): Tabular {
  const columns = boundColumns(node);
  const cells = node
    .list("Values")
    .map((value) => context.compiler.scalar(value, { ...context, columns: [] }));
  const rowCount = columns.length === 0 ? 0 : Math.floor(cells.length / columns.length);
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      run.charge(rowCount);
      return Frame.lazy(rowCount, columns.length, (index) => {
        const type = columns[index]?.type ?? "dynamic";
        return Array.from({ length: rowCount }, (_, row) => {
          const cell = cells[row * columns.length + index];
          if (cell === undefined) return absentOf(type);
          const value = constantValue(cell, run);
          // A text in a dynamic column stays a text; dynamic(…) has been read already.
          return type === "dynamic" ? value : (converter(cell.type, type)(value) ?? absentOf(type));
        });
      });
    },
  };
}

function print(node: SyntaxNode, context: Context): Tabular {
  const columns = boundColumns(node);
  const cells = node
    .list("Expressions")
    .map((value) => context.compiler.scalar(withoutName(value), { ...context, columns: [] }));
  return {
    columns,
    takesBounds: false,
    evaluate: (run) =>
      Frame.of(
        1,
        cells.map((cell) => [constantValue(cell, run)]),
      ),
  };
}

function range(node: SyntaxNode, context: Context): Tabular {
  const columns = boundColumns(node);
  const [from, to, step] = ["From", "To", "Step"].map((part) =>
    context.compiler.scalar(node.get(part), { ...context, columns: [] }),
  );
  const type = columns[0]?.type ?? "long";
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const [low, high, size] = [from, to, step].map((part) => {
        const value = part === undefined ? null : constantValue(part, run);
        return isInt64(value) ? value : null;
      });
      if (low === undefined || low === null || high === undefined || high === null)
        return Frame.of(0, [[]]);
      if (size === undefined || size === null || Number(size) === 0) return Frame.of(0, [[]]);
      const count = Math.floor((Number(high) - Number(low)) / Number(size)) + 1;
      if (count > RANGE_ROWS_MAX)
        throw new KqlRefusal(
          "budget-exceeded",
          `This range makes ${count} rows. Narrow it down.`,
          node.position,
        );
      return Frame.of(Math.max(0, count), [rangeValues(run, low, size, count, type === "real")]);
    },
  };
}

function rangeValues(
  run: Run,
  from: Int64,
  step: Int64,
  count: number,
  isReal: boolean,
): KqlValue[] {
  const values: KqlValue[] = [];
  let next = from;
  for (let row = 0; row < count; row += 1) {
    run.charge(1);
    values.push(isReal ? Number(from) + row * Number(step) : next);
    if (!isReal) next = add(next, step);
  }
  return values;
}

function materialize(node: SyntaxNode, context: Context): Tabular {
  const inner = context.compiler.tabular(node.get("Expression"), context);
  const once = new OncePerRun<Frame>();
  return {
    columns: inner.columns,
    takesBounds: false,
    evaluate: (run) => once.get(run, () => inner.evaluate(run, {})),
  };
}

const inner = (node: SyntaxNode, context: Context): Tabular =>
  context.compiler.tabular(node.get("Expression"), context);

function pipe(node: SyntaxNode, context: Context): Tabular {
  const input = context.compiler.tabular(node.get("Expression"), context);
  return context.compiler.operator(node.get("Operator"), input, node, context);
}

export const sources: SourceTable = {
  NameReference: nameSource,
  FunctionCallExpression: callSource,
  DataTableExpression: dataTable,
  PrintOperator: print,
  RangeOperator: range,
  MaterializeExpression: materialize,
  ParenthesizedExpression: inner,
  ToTableExpression: inner,
  SimpleNamedExpression: inner,
  PipeExpression: pipe,
};
