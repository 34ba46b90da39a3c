/** One case: generated rows, a generated query, and whether the engine and DuckDB give the same answer. */
import { compileQuery } from "../../../shared/kql/engine/compile.ts";
import { createMemoryTables } from "../../../shared/kql/engine/memoryTables.ts";
import type { KqlValue } from "../../../shared/kql/engine/values.ts";
import type { WorkspaceSchema } from "../../../shared/schemas/kql.ts";
import type { Duck } from "./duck.ts";
import type { Query } from "./query.ts";
import { NOW, type OracleRow, TABLES, type TableName, wireCell } from "./tables.ts";
import { type Column, TICKS_2020, datetimeText } from "./terms.ts";

export type Tables = Readonly<Record<TableName, readonly OracleRow[]>>;

/** A column list and rows, every cell as text. */
interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const SCHEMA: WorkspaceSchema = Object.fromEntries(
  Object.entries(TABLES).map(([name, columns]) => [
    name,
    Object.fromEntries(columns.map((column) => [column.name, column.type])),
  ]),
);

const columnText = ({ name, type }: { name: string; type: string }): string => `${name}:${type}`;

/** Minus zero is zero: which of the two a sum gives is not documented. */
const realText = (value: number): string => (value === 0 ? "0" : String(value));

function engineCell(value: KqlValue, type: string): string {
  if (value === null) return "null";
  if (type === "datetime" && (typeof value === "number" || typeof value === "bigint"))
    return String(BigInt(value) + TICKS_2020);
  if (typeof value === "number") return type === "real" ? realText(value) : String(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function duckCell(value: unknown, type: string): string {
  if (value === null || value === undefined) return "null";
  if (type === "real") return realText(Number(value));
  return typeof value === "bigint" ? value.toString() : textOf(value);
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

function engineAnswer(query: Query, tables: Tables): Answer {
  const source = createMemoryTables(SCHEMA);
  for (const name of ["A", "B", "E"] as const) {
    const columns: readonly Column[] = TABLES[name];
    const rows = tables[name].map((row) =>
      Object.fromEntries(
        columns.map((one) => [one.name, wireCell(row[one.name] ?? null, one.type)]),
      ),
    );
    const bad = source.append(name, rows);
    if (bad.length > 0) throw new Error(`Rows were not read: ${JSON.stringify(bad)}`);
  }
  const now = new Date(datetimeText(NOW));
  const run = compileQuery(query.kql, SCHEMA).run(source, { now });
  return {
    columns: run.columns.map(columnText),
    rows: run.rows.map((row) =>
      row.map((value, i) => engineCell(value, run.columns[i]?.type ?? "dynamic")),
    ),
  };
}

async function duckAnswer(query: Query, tables: Tables, duck: Duck): Promise<Answer> {
  await duck.fill(tables);
  const { names, rows } = await duck.ask(query.sql);
  const types = query.columns.map(({ type }) => type);
  return {
    columns: names.map((name, i) => `${name}:${types[i] ?? ""}`),
    rows: rows.map((row) => row.map((value, i) => duckCell(value, types[i] ?? ""))),
  };
}

const lines = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) => row.join(" | ")).toSorted();

/** The sort keys of each row, in order. */
function keyLines(answer: Answer, { columns, sortedBy = [] }: Query): string[] {
  const at = sortedBy.map((name) => columns.findIndex((column) => column.name === name));
  return answer.rows.map((row) => at.map((index) => row[index] ?? "").join(" | "));
}

/** What is different: columns and types, rows as a set with repeats, order by the sort keys. Undefined: nothing. */
export async function difference(
  query: Query,
  tables: Tables,
  duck: Duck,
): Promise<string | undefined> {
  const theirs = await duckAnswer(query, tables, duck);
  const ours = engineAnswer(query, tables);
  const compared = [
    [theirs.columns, ours.columns],
    [lines(theirs.rows), lines(ours.rows)],
    [keyLines(theirs, query), keyLines(ours, query)],
  ] as const;
  for (const [wanted, got] of compared)
    if (JSON.stringify(wanted) !== JSON.stringify(got))
      return `${query.kql}\n--\n${query.sql}\nexpected:\n${wanted.join("\n")}\nengine:\n${got.join("\n")}`;
  return undefined;
}
