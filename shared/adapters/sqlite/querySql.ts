/** Compiles a declarative query to SQLite: partition, filters, order, keyset position. */
import { checkPartitionKey } from "../../domain/documentLimits.ts";
import {
  checkOrdering,
  checkPage,
  decodeCursor,
  encodeCursor,
  queryShape,
} from "../../domain/documentQuery.ts";
import type { CursorPosition } from "../../domain/documentQuery.ts";
import type { PartitionKey, Query } from "../../ports/documentStore.ts";
import { combine, scalarOf } from "./filterSql.ts";
import type { Condition, Parameter } from "./filterSql.ts";
import type { Table } from "./tables.ts";

export interface CompiledPage extends Condition {
  /** Makes the cursor behind a row of this query. */
  cursorOf(position: CursorPosition): string;
}

/**
 * A page and one row more, which tells whether another page follows. Rows have the key columns, `id`, `etag`, `doc` and,
 * when ordered, `order_value`.
 * @throws AppError `invalid-fields`.
 */
export function compilePage(table: Table, query: Query, now: number): CompiledPage {
  checkPage(query);
  const { partition = [], where = [], orderBy } = query;
  if (orderBy !== undefined) checkOrdering(table.definition, orderBy.field);
  const scalar = scalarOf(table, staysInSmallPartition(table, partition));
  const shape = queryShape([table.container, partition, where, orderBy]);
  const conditions = [...selection(table, partition, now), combine("and", where, scalar)];
  const order = orderBy === undefined ? undefined : scalar(orderBy.field);
  if (order !== undefined) conditions.push({ sql: `${order} IS NOT NULL`, parameters: [] });
  if (query.cursor !== undefined) {
    const position = decodeCursor(query.cursor, {
      shape,
      keyLength: table.keyColumns.length,
      ordered: order !== undefined,
    });
    conditions.push(behind(table, position, order, orderBy?.direction));
  }
  const columns = [...table.keyColumns, "id", "etag", "doc", `${order ?? "NULL"} AS order_value`];
  const ties = [...table.keyColumns, "id"];
  const ordering =
    order === undefined
      ? ties
      : [`${order} ${orderBy?.direction === "desc" ? "DESC" : "ASC"}`, ...ties];
  const condition = all(conditions);
  return {
    sql: `SELECT ${columns.join(", ")} FROM ${table.name} WHERE ${condition.sql}
      ORDER BY ${ordering.join(", ")} LIMIT ? OFFSET ?`,
    parameters: [...condition.parameters, query.limit + 1, query.offset ?? 0],
    cursorOf: (position) => encodeCursor(shape, position),
  };
}

/** @throws AppError `invalid-fields`. */
export function compileCount(
  table: Table,
  { partition = [], where = [] }: Pick<Query, "partition" | "where">,
  now: number,
): Condition {
  const scalar = scalarOf(table, staysInSmallPartition(table, partition));
  const condition = all([...selection(table, partition, now), combine("and", where, scalar)]);
  return {
    sql: `SELECT count(*) AS total FROM ${table.name} WHERE ${condition.sql}`,
    parameters: condition.parameters,
  };
}

/** One small partition is read by its key and sorted; following an ordering index would walk the whole tenant. */
const staysInSmallPartition = (table: Table, partition: PartitionKey): boolean =>
  table.keyColumns.length > 1 &&
  partition.length === table.keyColumns.length &&
  table.definition.largePartitions !== true;

function selection(table: Table, partition: PartitionKey, now: number): Condition[] {
  checkPartitionKey(table.definition, partition, { prefix: true });
  const conditions: Condition[] = partition.map((part, index) => ({
    sql: `${table.keyColumns[index]} = ?`,
    parameters: [part],
  }));
  if (table.definition.ttl) {
    conditions.push({ sql: "(expires_at IS NULL OR expires_at > ?)", parameters: [now] });
  }
  return conditions;
}

/** The rows behind a position. The first bound is for the index, the rest decides among equal values. */
function behind(
  table: Table,
  position: CursorPosition,
  order: string | undefined,
  direction: "asc" | "desc" | undefined,
): Condition {
  const ties = [...table.keyColumns, "id"];
  const tie: Condition = {
    sql: `(${ties.join(", ")}) > (${ties.map(() => "?").join(", ")})`,
    parameters: [...position.key, position.id],
  };
  if (order === undefined) return tie;
  const value: Parameter = position.value ?? null;
  const sign = direction === "desc" ? "<" : ">";
  return {
    sql: `${order} ${sign}= ? AND (${order} ${sign} ? OR ${tie.sql})`,
    parameters: [value, value, ...tie.parameters],
  };
}

function all(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map((condition) => condition.sql).join(" AND "),
    parameters: conditions.flatMap((condition) => condition.parameters),
  };
}
