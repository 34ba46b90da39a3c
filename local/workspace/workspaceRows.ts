/** Rows of a workspace for the services that show them in other shapes: parsed, none later than now. */
import { datetimeFromDate } from "../../shared/kql/engine/values.ts";
import { toWire } from "../../shared/kql/engine/wire.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { Row } from "./rows/row.ts";
import type { Workspace } from "./workspace.ts";

/** All rows of a table up to a time, oldest first; columns without a value are absent, dynamic ones are parsed. */
export function rowsUntil({ schema, tables }: Workspace, table: string, until: Date): Row[] {
  const slice = tables.scan(table, { to: datetimeFromDate(until) });
  const rows: Row[] = Array.from({ length: slice.rowCount }, () => ({}));
  for (const [name, type] of Object.entries(schema[table] ?? {})) {
    const column = slice.column(name);
    if (column === undefined) continue;
    for (let index = 0; index < slice.rowCount; index += 1) {
      const value = column[index] ?? null;
      const row = rows[index];
      if (value === null || value === "" || row === undefined) continue;
      row[name] = type === "dynamic" ? parsed(toWire(value, type)) : toWire(value, type);
    }
  }
  return rows;
}

/** The newest row for each value of a column; of equal times the later one. */
export function newestBy(rows: readonly Row[], key: string, time: string): Map<string, Row> {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const name = textOf(row[key]);
    const before = newest.get(name);
    if (before === undefined || textOf(row[time]) >= textOf(before[time])) newest.set(name, row);
  }
  return newest;
}

/** A dynamic value travels as JSON text; a plain text is one of its own. */
export function parsed(value: Json | undefined): Json {
  if (typeof value !== "string") return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Text of a column; empty when it has none. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Items of a dynamic column, or of a string column that holds JSON. */
export function listOf(value: Json | undefined): Json[] {
  const list = parsed(value);
  return Array.isArray(list) ? list : [];
}

export const bagOf = (value: Json | undefined): Record<string, Json> => {
  const bag = parsed(value);
  return typeof bag === "object" && bag !== null && !Array.isArray(bag) ? bag : {};
};
