/** Compiles a declarative filter to an SQLite condition. Values are always parameters. */
import { checkRange } from "../../domain/documentQuery.ts";
import type { Filter } from "../../ports/documentStore.ts";
import { jsonPath, scalarFromJson } from "./tables.ts";
import type { Table } from "./tables.ts";

export type Parameter = string | number | null;

export interface Condition {
  sql: string;
  parameters: Parameter[];
}

/** Finds the SQL expressions that hold a field's value. */
export interface Fields {
  /** A string or number; an indexed field's array is a blob here, anything else NULL. */
  scalar: (field: string) => string;
  array: (field: string) => ArraySql;
  /** The column that holds the field's text in lower case; undefined where there is none. */
  lowered: (field: string) => string | undefined;
}

interface ArraySql {
  isArray: string;
  /** JSON text, as JSON.stringify wrote it, that holds the array's elements and perhaps more. */
  around: string;
  /** Arguments that let `json_each` walk the elements. */
  elements: string;
}

/** Above every number and text, below every array: the empty blob. */
export const ABOVE_SCALARS = "x''";

/**
 * @param avoidIndexes hides the columns from the query planner, for queries that one partition answers best.
 */
export function fieldsOf(table: Table, avoidIndexes: boolean): Fields {
  return {
    lowered: (field) => table.textColumns.get(field),
    scalar: (field) => {
      const column = table.fieldColumns.get(field);
      // https://www.sqlite.org/optoverview.html: a unary plus keeps a term from using an index.
      return column === undefined ? scalarFromJson(field) : avoidIndexes ? `+${column}` : column;
    },
    array: (field) => {
      const column = table.fieldColumns.get(field);
      const path = jsonPath(field);
      return column === undefined
        ? { isArray: `json_type(doc, ${path}) = 'array'`, around: "doc", elements: `doc, ${path}` }
        : {
            isArray: `typeof(${column}) = 'blob'`,
            around: `CAST(${column} AS TEXT)`,
            elements: `CAST(${column} AS TEXT)`,
          };
    },
  };
}

/**
 * The condition is true exactly when the filter holds; otherwise it is false or NULL.
 * @throws AppError `invalid-fields` for a field name or range that no store accepts.
 */
export function compileFilter(filter: Filter, fields: Fields): Condition {
  switch (filter.op) {
    case "eq":
      return compileEquals(filter.field, filter.value, fields);
    case "in":
      return compileIn(filter.field, filter.values, fields);
    case "range":
      return compileRange(filter, fields);
    case "prefix":
      return compilePrefix(fields.scalar(filter.field), filter.value);
    case "contains":
      return compileContains(fields.array(filter.field), filter.value);
    case "exists":
      return {
        sql: `json_type(doc, ${jsonPath(filter.field)}) IS ${filter.exists ? "NOT " : ""}NULL`,
        parameters: [],
      };
    case "text":
      return compileText(filter.field, filter.value.toLowerCase(), fields);
    case "not": {
      const inner = compileFilter(filter.filter, fields);
      return { sql: `((${inner.sql}) IS NOT TRUE)`, parameters: inner.parameters };
    }
    case "and":
    case "or":
      break;
  }
  return combine(filter.op, filter.filters, fields);
}

/** All or any of the filters; without filters, all hold and none does. */
export function combine(op: "and" | "or", filters: readonly Filter[], fields: Fields): Condition {
  if (filters.length === 0) return { sql: op === "and" ? "1" : "0", parameters: [] };
  const parts = filters.map((filter) => compileFilter(filter, fields));
  return {
    sql: `(${parts.map((part) => part.sql).join(` ${op.toUpperCase()} `)})`,
    parameters: parts.flatMap((part) => part.parameters),
  };
}

/** SQLite's function for the `text` operator, which SQL's own `lower` cannot do: it knows ASCII only. */
export function containsText(value: unknown, lowered: unknown): number {
  if (typeof value !== "string" || typeof lowered !== "string") return 0;
  return value.toLowerCase().includes(lowered) ? 1 : 0;
}

/** A column in lower case is searched without a call for each row. */
function compileText(field: string, lowered: string, fields: Fields): Condition {
  const column = fields.lowered(field);
  const sql =
    column === undefined ? `contains_text(${fields.scalar(field)}, ?)` : `instr(${column}, ?) > 0`;
  return { sql, parameters: [lowered] };
}

function compileEquals(
  field: string,
  value: string | number | boolean | null,
  fields: Fields,
): Condition {
  if (typeof value === "string" || typeof value === "number") {
    return { sql: `${fields.scalar(field)} = ?`, parameters: [value] };
  }
  return { sql: `json_type(doc, ${jsonPath(field)}) = ?`, parameters: [String(value)] };
}

function compileIn(field: string, values: readonly (string | number)[], fields: Fields): Condition {
  const expression = fields.scalar(field);
  if (values.length === 0) return { sql: "0", parameters: [] };
  return {
    sql: `${expression} IN (${values.map(() => "?").join(", ")})`,
    parameters: [...values],
  };
}

/** Numbers sort before texts, texts before arrays, so the missing bound of a one-sided range is where its type ends. */
function compileRange(filter: Extract<Filter, { op: "range" }>, fields: Fields): Condition {
  checkRange(filter);
  const expression = fields.scalar(filter.field);
  const { from, to } = filter;
  if (to === undefined) {
    const end = typeof from === "number" ? "''" : ABOVE_SCALARS;
    return { sql: `(${expression} >= ? AND ${expression} < ${end})`, parameters: [from ?? null] };
  }
  if (from === undefined) {
    const lower = typeof to === "string" ? ` AND ${expression} >= ''` : "";
    return { sql: `(${expression} <= ?${lower})`, parameters: [to] };
  }
  return { sql: `(${expression} >= ? AND ${expression} <= ?)`, parameters: [from, to] };
}

function compilePrefix(expression: string, prefix: string): Condition {
  const behind = firstBehind(prefix);
  return behind === undefined
    ? { sql: `(${expression} >= ? AND ${expression} < ${ABOVE_SCALARS})`, parameters: [prefix] }
    : { sql: `(${expression} >= ? AND ${expression} < ?)`, parameters: [prefix, behind] };
}

/** The smallest text above all texts with the prefix, in code point order; `undefined` when there is none. */
function firstBehind(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // Surrogates are not characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}

/** Only where the element's JSON text occurs is it worth walking the elements. */
function compileContains(
  { isArray, around, elements }: ArraySql,
  value: string | number,
): Condition {
  const matches =
    typeof value === "string"
      ? "element.type = 'text' AND element.value = ?"
      : "element.type IN ('integer', 'real') AND CAST(element.value AS REAL) = ?";
  return {
    sql: `(instr(${around}, ?) > 0 AND ${isArray}
      AND EXISTS (SELECT 1 FROM json_each(${elements}) AS element WHERE ${matches}))`,
    parameters: [JSON.stringify(value), value],
  };
}
