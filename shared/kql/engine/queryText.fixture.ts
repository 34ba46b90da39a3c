/** Runs a query's text for tests. */
import type { WorkspaceSchema } from "../../schemas/kql.ts";
import { compileQuery } from "./compile.ts";
import { createMemoryTables } from "./memoryTables.ts";
import type { WireRow } from "./store/segment.ts";
import type { QueryRun, RunOptions } from "./query.ts";
import { toWire } from "./wire.ts";

export const NOW = new Date("2024-07-20T00:00:00Z");

export interface Tables {
  readonly schema: WorkspaceSchema;
  readonly rows: Readonly<Record<string, readonly WireRow[]>>;
}

/** Runs a query over rows in wire form. */
export function runQuery(
  query: string,
  tables?: Tables,
  options: Partial<RunOptions> = {},
): QueryRun {
  const schema = tables?.schema ?? {};
  const source = createMemoryTables(schema);
  for (const [table, rows] of Object.entries(tables?.rows ?? {})) source.append(table, rows);
  return compileQuery(query, schema).run(source, { now: NOW, ...options });
}

/** The rows in wire form. */
export function rowsOf(query: string, tables?: Tables, options?: Partial<RunOptions>): unknown[][] {
  const { columns, rows } = runQuery(query, tables, options);
  return rows.map((row) => row.map((value, i) => toWire(value, columns[i]?.type ?? "dynamic")));
}
