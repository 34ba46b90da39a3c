/**
 * A workspace from a folder of exported rows: `tables/<Table>.jsonl`, `schema.json` where types are not known, and what
 * else the workspace had: `functions.json`, `watchlists/<alias>.jsonl`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { WATCHLIST_TABLE, withFunctions } from "../../shared/kql/functions.ts";
import { entry } from "../../shared/kql/engine/namedTable.ts";
import { createMemoryTables, type MemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import type { WireRow } from "../../shared/kql/engine/store/segment.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import { readSchemaFile } from "../../shared/kql/schemaFile.ts";
import { isUsableName } from "../../shared/kql/usableNames.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { KqlType, WorkspaceSchema } from "../../shared/schemas/kql.ts";
import { type BadRowList, type BadRows, createBadRowList } from "./badRows.ts";
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

export interface LoadedDirectory {
  readonly workspace: Workspace;
  /** Lines left out, and values left empty because they do not fit their column's type. */
  readonly bad: BadRows;
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
  const bad = createBadRowList();
  const files = tableFiles(folder, bad);
  const schema: WorkspaceSchema = {
    ...withFunctions(BUILT_IN_SCHEMA, [...ASIM_SAVED, ...readFunctions(dir)]),
    ...declared,
    ...Object.fromEntries(
      Array.from(files, ([table, file]) => [table, columnsOf(table, file, declared, bad)]),
    ),
  };
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

/** The files of rows by the table that each is named after. */
function tableFiles(folder: string, bad: BadRowList): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith(".jsonl")) continue;
    const table = basename(name, ".jsonl");
    const file = join(folder, name);
    if (TABLE_NAME.test(table) && isUsableName(table)) files.set(table, file);
    else {
      const problem = `"${table}" is no table name (letters, digits and _): the file is left out.`;
      bad.add({ file, line: undefined, problem });
    }
  }
  return files;
}

function appendWatchlists(dir: string, at: Date, tables: MemoryTables, bad: BadRowList): void {
  for (const { file, line, row } of readWatchlists(dir, at))
    if (row !== undefined) tables.append(WATCHLIST_TABLE, [row]);
    else bad.add({ file, line, problem: "The line is no JSON object." });
}

function readSchema(file: string): WorkspaceSchema {
  if (!existsSync(file)) return {};
  try {
    return readSchemaFile(JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file} cannot be used. ${reason}`, { cause });
  }
}

/** A declared table is complete; a built-in one is extended by the columns that only the rows have. */
function columnsOf(
  table: string,
  file: string,
  declared: WorkspaceSchema,
  bad: BadRowList,
): Record<string, KqlType> {
  const complete = entry(declared, table);
  if (complete !== undefined) return complete;
  const known = entry(BUILT_IN_SCHEMA, table) ?? {};
  const inference = inferTypes(known);
  for (const { row } of rowLines(file)) if (row !== undefined) inference.see(row);
  const columns = { ...known, ...inference.types() };
  const usable = Object.entries(columns).filter(([name]) => isUsableName(name));
  for (const name of Object.keys(columns).filter((one) => !isUsableName(one)))
    bad.add({
      file,
      line: undefined,
      problem: `No query can name the column ${name}: it is left out.`,
    });
  return Object.fromEntries(usable);
}

/** Appends the rows of a file batch by batch; tells the lines and values that do not fit. */
function load(tables: MemoryTables, table: string, file: string, bad: BadRowList): void {
  let rows: WireRow[] = [];
  let lines: number[] = [];
  const flush = (): void => {
    for (const { row, column, type } of tables.append(table, rows)) {
      const problem = `The value of ${column} is no ${type}; it is left empty.`;
      bad.add({ file, line: lines[row], problem });
    }
    rows = [];
    lines = [];
  };
  for (const { line, row } of rowLines(file)) {
    if (row === undefined) {
      bad.add({ file, line, problem: "The line is no JSON object." });
      continue;
    }
    rows.push(row);
    lines.push(line);
    if (rows.length >= BATCH_ROWS) flush();
  }
  flush();
}
