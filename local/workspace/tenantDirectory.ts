/**
 * A workspace from a folder of exported rows: `tables/<Table>.jsonl`, `schema.json` where types are not known, and what
 * else the workspace had: `functions.json`, `watchlists/<alias>.jsonl`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { z } from "zod";

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
import { createIngestion } from "./ingestion.ts";
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

interface Line {
  readonly line: number;
  readonly row: WireRow;
}

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
  const lines = new Map<string, { file: string; rows: Line[] }>();
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith(".jsonl")) continue;
    const table = basename(name, ".jsonl");
    const file = join(folder, name);
    if (!TABLE_NAME.test(table)) {
      bad.push({ file, line: 0, problem: "The file's name is no table name." });
      continue;
    }
    const rows = readLines(file, bad);
    lines.set(table, { file, rows });
    schema[table] = columnsOf(table, rows, declared);
  }
  const tables = createMemoryTables(schema);
  for (const [table, { file, rows }] of lines) {
    const problems = tables.append(
      table,
      rows.map(({ row }) => row),
    );
    for (const { row, column, type } of problems)
      bad.push({
        file,
        line: rows[row]?.line ?? 0,
        problem: `The value of ${column} is no ${type}; it is left empty.`,
      });
  }
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

const RowObject = z.record(z.string(), z.unknown());

function readLines(file: string, bad: BadRow[]): Line[] {
  const rows: Line[] = [];
  readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split("\n")
    .forEach((text, index) => {
      if (text.trim() === "") return;
      const row = parseRow(text);
      if (row !== undefined) rows.push({ line: index + 1, row });
      else bad.push({ file, line: index + 1, problem: "The line is no JSON object." });
    });
  return rows;
}

function parseRow(text: string): WireRow | undefined {
  try {
    return RowObject.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A declared table is complete; a built-in one is extended by the columns that only the rows have. */
function columnsOf(
  table: string,
  rows: readonly Line[],
  declared: WorkspaceSchema,
): Record<string, KqlType> {
  const known = declared[table];
  if (known !== undefined) return known;
  const columns = {
    ...(Object.hasOwn(BUILT_IN_SCHEMA, table) ? BUILT_IN_SCHEMA[table] : undefined),
  };
  const unknown = new Set(rows.flatMap(({ row }) => Object.keys(row)));
  for (const name of unknown)
    columns[name] ??= inferType(
      name,
      rows.map(({ row }) => row[name]),
    );
  return columns;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/** The narrowest type that all values have; text when they differ or when there are none. */
function inferType(name: string, values: readonly unknown[]): KqlType {
  if (name === "TimeGenerated") return "datetime";
  const types = new Set(
    values.filter((value) => value !== null && value !== undefined && value !== "").map(typeOf),
  );
  if (types.size === 2 && types.has("long") && types.has("real")) return "real";
  const [only] = types;
  return types.size === 1 && only !== undefined
    ? only
    : types.has("dynamic")
      ? "dynamic"
      : "string";
}

function typeOf(value: unknown): KqlType {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "long" : "real";
  if (typeof value === "object") return "dynamic";
  return typeof value === "string" && ISO_TIME.test(value) ? "datetime" : "string";
}
