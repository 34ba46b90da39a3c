/** Compiles a declarative filter to a condition in the NoSQL query language. Values are always parameters. */
import type { JSONValue, SqlParameter } from "@azure/cosmos";

import { checkRange, fieldPath } from "../../domain/documentQuery.ts";
import type { Filter } from "../../ports/documentStore.ts";

/** Collects the values of a query and names them. */
export class Parameters {
  readonly list: SqlParameter[] = [];

  /** @returns the parameter's name, for the text. */
  add(value: JSONValue): string {
    const name = `@p${this.list.length}`;
    this.list.push({ name, value });
    return name;
  }
}

/** `c["owner"]["email"]`. `fieldPath` lets no quote through, and brackets keep reserved words apart. */
export const pathSql = (field: string): string =>
  `c${fieldPath(field)
    .map((step) => `["${step}"]`)
    .join("")}`;

/**
 * The condition is true exactly when the filter holds; otherwise it is false or undefined.
 * @throws AppError `invalid-fields` for a field name or range that no store accepts.
 */
export function compileFilter(filter: Filter, parameters: Parameters): string {
  switch (filter.op) {
    case "eq":
      return `${pathSql(filter.field)} = ${parameters.add(filter.value)}`;
    case "in": {
      const path = pathSql(filter.field);
      if (filter.values.length === 0) return "false";
      return `${path} IN (${filter.values.map((value) => parameters.add(value)).join(", ")})`;
    }
    case "range":
      return compileRange(filter, parameters);
    case "prefix":
      return `STARTSWITH(${pathSql(filter.field)}, ${parameters.add(filter.value)})`;
    case "contains":
      return `ARRAY_CONTAINS(${pathSql(filter.field)}, ${parameters.add(filter.value)})`;
    case "exists":
      return `${filter.exists ? "" : "NOT "}IS_DEFINED(${pathSql(filter.field)})`;
    case "text":
      return `CONTAINS(${pathSql(filter.field)}, ${parameters.add(filter.value)}, true)`;
    case "not":
      // Without the coalescing, NOT of undefined would be undefined: neither the filter nor its opposite.
      return `(NOT ((${compileFilter(filter.filter, parameters)}) ?? false))`;
    case "and":
    case "or":
      break;
  }
  return combine(filter.op, filter.filters, parameters);
}

/** All or any of the filters; without filters, all hold and none does. */
export function combine(
  op: "and" | "or",
  filters: readonly Filter[],
  parameters: Parameters,
): string {
  if (filters.length === 0) return op === "and" ? "true" : "false";
  const parts = filters.map((filter) => compileFilter(filter, parameters));
  return `(${parts.join(` ${op.toUpperCase()} `)})`;
}

/** Comparisons of two types are undefined in this language, so each bound keeps to its own type. */
function compileRange(filter: Extract<Filter, { op: "range" }>, parameters: Parameters): string {
  checkRange(filter);
  const path = pathSql(filter.field);
  const bounds: string[] = [];
  if (filter.from !== undefined) bounds.push(`${path} >= ${parameters.add(filter.from)}`);
  if (filter.to !== undefined) bounds.push(`${path} <= ${parameters.add(filter.to)}`);
  return `(${bounds.join(" AND ")})`;
}
