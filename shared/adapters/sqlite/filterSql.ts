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

/** Finds the SQL expression that holds a field's string or number. */
export type ScalarOf = (field: string) => string;

/**
 * @param avoidIndexes hides the columns from the query planner, for queries that one partition answers best.
 */
export function scalarOf(table: Table, avoidIndexes: boolean): ScalarOf {
  return (field) => {
    const column = table.fieldColumns.get(field);
    // https://www.sqlite.org/optoverview.html: a unary plus keeps a term from using an index.
    return column === undefined ? scalarFromJson(field) : avoidIndexes ? `+${column}` : column;
  };
}

/**
 * The condition is true exactly when the filter holds; otherwise it is false or NULL.
 * @throws AppError `invalid-fields` for a field name or range that no store accepts.
 */
export function compileFilter(filter: Filter, scalar: ScalarOf): Condition {
  switch (filter.op) {
    case "eq":
      return compileEquals(filter.field, filter.value, scalar);
    case "in":
      return compileIn(filter.field, filter.values, scalar);
    case "range":
      return compileRange(filter, scalar);
    case "prefix":
      return compilePrefix(scalar(filter.field), filter.value);
    case "contains":
      return compileContains(filter.field, filter.value);
    case "exists":
      return {
        sql: `json_type(doc, ${jsonPath(filter.field)}) IS ${filter.exists ? "NOT " : ""}NULL`,
        parameters: [],
      };
    case "text":
      return {
        sql: `contains_text(${scalar(filter.field)}, ?)`,
        parameters: [filter.value.toLowerCase()],
      };
    case "not": {
      const inner = compileFilter(filter.filter, scalar);
      return { sql: `((${inner.sql}) IS NOT TRUE)`, parameters: inner.parameters };
    }
    case "and":
    case "or":
      break;
  }
  return combine(filter.op, filter.filters, scalar);
}

/** All or any of the filters; without filters, all hold and none does. */
export function combine(op: "and" | "or", filters: readonly Filter[], scalar: ScalarOf): Condition {
  if (filters.length === 0) return { sql: op === "and" ? "1" : "0", parameters: [] };
  const parts = filters.map((filter) => compileFilter(filter, scalar));
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

function compileEquals(
  field: string,
  value: string | number | boolean | null,
  scalar: ScalarOf,
): Condition {
  if (typeof value === "string" || typeof value === "number") {
    return { sql: `${scalar(field)} = ?`, parameters: [value] };
  }
  return { sql: `json_type(doc, ${jsonPath(field)}) = ?`, parameters: [String(value)] };
}

function compileIn(
  field: string,
  values: readonly (string | number)[],
  scalar: ScalarOf,
): Condition {
  const expression = scalar(field);
  if (values.length === 0) return { sql: "0", parameters: [] };
  return {
    sql: `${expression} IN (${values.map(() => "?").join(", ")})`,
    parameters: [...values],
  };
}

/** Numbers sort before all texts, so the missing bound of a one-sided range is the empty text. */
function compileRange(filter: Extract<Filter, { op: "range" }>, scalar: ScalarOf): Condition {
  checkRange(filter);
  const expression = scalar(filter.field);
  const { from, to } = filter;
  if (to === undefined) {
    const upper = typeof from === "number" ? ` AND ${expression} < ''` : "";
    return { sql: `(${expression} >= ?${upper})`, parameters: [from ?? null] };
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
    ? { sql: `${expression} >= ?`, parameters: [prefix] }
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

function compileContains(field: string, value: string | number): Condition {
  const path = jsonPath(field);
  const matches =
    typeof value === "string"
      ? "element.type = 'text' AND element.value = ?"
      : "element.type IN ('integer', 'real') AND CAST(element.value AS REAL) = ?";
  return {
    sql: `(json_type(doc, ${path}) = 'array' AND EXISTS (SELECT 1 FROM json_each(doc, ${path})
      AS element WHERE ${matches}))`,
    parameters: [value],
  };
}
