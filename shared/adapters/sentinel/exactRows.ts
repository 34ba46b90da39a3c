/**
 * Rows as the wire has them. The client library parses longs into numbers, which round above 2^53, and datetimes into
 * Dates, which end at the millisecond; so rows are taken out of the body before it comes to the library.
 */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { z } from "zod";

import type { Json } from "../../schemas/json.ts";
import { type KqlColumn, KqlType } from "../../schemas/kql.ts";
import { parseWhole } from "./wholeJson.ts";

export interface ExactTable {
  readonly columns: KqlColumn[];
  /** A long that a number cannot hold, and such an integer in a dynamic, is the text of its digits. */
  readonly rows: Json[][];
}

/** Names a call, so that its rows find the caller; the service writes it into its logs, too. */
export const REQUEST_ID = "x-ms-client-request-id";

const Body = z.looseObject({
  tables: z.array(
    z.looseObject({
      columns: z.array(z.looseObject({ name: z.string().catch(""), type: z.unknown() })),
      rows: z.array(z.array(z.custom<Json>((cell) => cell !== undefined))),
    }),
  ),
});

/** Keeps the first table of each answer under its request's id, and hands the library the answer without rows. */
export const exactRowsPolicy = (kept: Map<string, ExactTable>): PipelinePolicy => ({
  name: "socmateExactRows",
  async sendRequest(request, next) {
    const response = await next(request);
    const id = request.headers.get(REQUEST_ID);
    const text = response.bodyAsText ?? "";
    if (response.status !== 200 || id === undefined || text === "") return response;
    const body = Body.safeParse(parseExact(text));
    if (!body.success) return response;
    const [table] = body.data.tables;
    if (table !== undefined) kept.set(id, readTable(table));
    const tables = body.data.tables.map((one) => ({ ...one, rows: [] }));
    return { ...response, bodyAsText: JSON.stringify({ ...body.data, tables }) };
  },
});

function readTable({ columns, rows }: z.infer<typeof Body>["tables"][number]): ExactTable {
  const typed = columns.map(({ name, type }) => ({
    name,
    type: KqlType.catch("string").parse(type),
  }));
  const types = typed.map(({ type }) => type);
  return {
    columns: typed,
    rows: rows.map((row) => row.map((cell, index) => readCell(cell, types[index]))),
  };
}

function readCell(cell: Json, type: KqlType | undefined): Json {
  if (typeof cell !== "string") return cell;
  if (type === "dynamic") return parseExact(cell) ?? cell;
  // Its digits are a real's: the nearest number is what it is.
  return type === "real" && /^-?\d+$/.test(cell) ? Number(cell) : cell;
}

/** An integer of fewer digits is exact as a number: only longer ones are worth the slow way of reading. */
const LONG_INTEGER = /\d{16}/;

/** Reads JSON with integers that a number cannot hold as the text of their digits. Undefined: it is no JSON. */
function parseExact(text: string): Json | undefined {
  try {
    return parseWhole(text, LONG_INTEGER.test(text) ? keepDigits : undefined);
  } catch {
    return undefined;
  }
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  const source = context?.source;
  return isRounded && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
