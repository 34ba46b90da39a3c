/**
 * A workspace from a folder of exported rows: `tables/<Table>.jsonl`, `schema.json` where types are not known, and what
 * else the workspace had: `functions.json`, `watchlists/<alias>.jsonl`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { WATCHLIST_TABLE, withFunctions } from "../../shared/kql/functions.ts";
import { createMemoryTables, type MemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import type { WireRow } from "../../shared/kql/engine/store/segment.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import { readSchemaFile } from "../../shared/kql/schemaFile.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { KqlType, WorkspaceSchema } from "../../shared/schemas/kql.ts";
import { ASIM_SAVED } from "./asim/functions.ts";
import type { Registration } from "./entra.ts";
import { readFunctions, readWatchlists } from "./workspaceFunctions.ts";
import { inferTypes } from "./inferTypes.ts";
import { createIngestion } from "./ingestion.ts";
import { rowLines } from "./rowFile.ts";
import type { Workspace } from "./workspace.ts";

export interface DirectoryOptions extends Registration {
  readonly name: string;
  readonly workspaceId: string;
  readonly clock: Clock;
}

/** A line that could not be loaded as it stands. */
export interface BadRow {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly problem: string;
}

export interface LoadedDirectory {
  readonly workspace: Workspace;
  /** Lines left out, and values left empty because they do not fit their column's type. */
  readonly bad: readonly BadRow[];
}

/** Rows that are held at once while a file loads. */
const BATCH_ROWS = 20_000;
const TABLE_NAME = /^[A-Za-z_]\w*$/;

/**
 * Loads the folder. Types come from `schema.json`, then from the built-in tables, then from the values themselves.
 * @throws Error when there is no folder `tables`, or when `schema.json` or `functions.json` is none.
 */
export function loadTenantDirectory(dir: string, options: DirectoryOptions): LoadedDirectory {
  const folder = join(dir, "tables");
  if (!existsSync(folder)) throw new Error(`${dir} holds no folder "tables" with rows.`);
  const declared = readSchema(join(dir, "schema.json"));
  const bad: BadRow[] = [];
  const schema: WorkspaceSchema = {
    ...withFunctions(BUILT_IN_SCHEMA, [...ASIM_SAVED, ...readFunctions(dir)]),
    ...declared,
  };
  const files = new Map<string, string>();
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith(".jsonl")) continue;
    const table = basename(name, ".jsonl");
    const file = join(folder, name);
    if (TABLE_NAME.test(table)) files.set(table, file);
    else bad.push({ file, line: 0, problem: "The file's name is no table name." });
  }
  for (const [table, file] of files) schema[table] = columnsOf(table, file, declared);
  const tables = createMemoryTables(schema);
  for (const [table, file] of files) load(tables, table, file, bad);
  appendWatchlists(dir, options.clock.now(), tables, bad);
  const now = (): Date => options.clock.now();
  const ingestion = createIngestion((table, rows) => tables.append(table, rows), now);
  return {
    workspace: {
      ...options,
      schema,
      tables,
      now,
      record: (table, rows) => ingestion.take(table, rows),
      underway: (table) => ingestion.underway(table),
      tick: () => ingestion.settle(),
    },
    bad,
  };
}

function appendWatchlists(dir: string, at: Date, tables: MemoryTables, bad: BadRow[]): void {
  for (const { file, line, row } of readWatchlists(dir, at))
    if (row !== undefined) tables.append(WATCHLIST_TABLE, [row]);
    else bad.push({ file, line, problem: "The line is no JSON object." });
}

function readSchema(file: string): WorkspaceSchema {
  if (!existsSync(file)) return {};
  try {
    return readSchemaFile(JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")));
  } catch (cause) {
    throw new Error(`${file} is no schema {"Table": {"Column": "type"}}.`, { cause });
  }
}

/** A declared table is complete; a built-in one is extended by the columns that only the rows have. */
function columnsOf(
  table: string,
  file: string,
  declared: WorkspaceSchema,
): Record<string, KqlType> {
  const complete = declared[table];
  if (complete !== undefined) return complete;
  const known = Object.hasOwn(BUILT_IN_SCHEMA, table) ? (BUILT_IN_SCHEMA[table] ?? {}) : {};
  const inference = inferTypes(known);
  for (const { row } of rowLines(file)) if (row !== undefined) inference.see(row);
  return { ...known, ...inference.types() };
}

/** Appends the rows of a file batch by batch; tells the lines and values that do not fit. */
function load(tables: MemoryTables, table: string, file: string, bad: BadRow[]): void {
  let rows: WireRow[] = [];
  let lines: number[] = [];
  const flush = (): void => {
    for (const { row, column, type } of tables.append(table, rows)) {
      const problem = `The value of ${column} is no ${type}; it is left empty.`;
      bad.push({ file, line: lines[row] ?? 0, problem });
    }
    rows = [];
    lines = [];
  };
  for (const { line, row } of rowLines(file)) {
    if (row === undefined) {
      bad.push({ file, line, problem: "The line is no JSON object." });
      continue;
    }
    rows.push(row);
    lines.push(line);
    if (rows.length >= BATCH_ROWS) flush();
  }
  flush();
}
