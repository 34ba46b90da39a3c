/** Rows as Log Analytics exports them. */
import { createHash } from "node:crypto";

import type { Json } from "../../../shared/schemas/json.ts";
import type { Company } from "../company.ts";

export type Row = Record<string, Json>;

export interface LogRow {
  readonly table: string;
  readonly row: Row;
}

/** A time in milliseconds as the service writes it. */
export const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}0000Z`;

/** Makes a row of a table at a time, with the columns that every table has. */
export const logRow = (company: Company, table: string, at: number, columns: Row): LogRow => ({
  table,
  row: { TenantId: company.workspaceId, TimeGenerated: iso(at), ...columns, Type: table },
});

/**
 * Names a row by its content: SHA-256 in hex over the JSON of its columns sorted by name, without empty ones
 * (null or ""), values in wire form.
 */
export function rowHash(row: Row): string {
  const columns = Object.entries(row)
    .filter(([, value]) => value !== null && value !== "")
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(columns)).digest("hex");
}
