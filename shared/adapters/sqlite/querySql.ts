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
import { ABOVE_SCALARS, combine, fieldsOf } from "./filterSql.ts";
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
  const fields = fieldsOf(table, staysInSmallPartition(table, partition));
  const shape = () => queryShape([table.container, partition, where, orderBy]);
  const order = orderBy && {
    sql: fields.scalar(orderBy.field),
    descending: orderBy.direction === "desc",
  };
  const position =
    query.cursor === undefined
      ? undefined
      : decodeCursor(query.cursor, {
          shape: shape(),
          keyLength: table.keyColumns.length,
          ordered: order !== undefined,
        });
  const condition = all([
    ...selection(table, partition, now),
    combine("and", where, fields),
    ...window(table, order, position),
  ]);
  const value = order === undefined ? "NULL" : order.sql;
  const doc = isOfKey(table, query.select) ? "NULL AS doc" : "doc";
  const columns = [...table.keyColumns, "id", "etag", doc, `${value} AS order_value`];
  const ordering = [...table.keyColumns, "id"];
  if (order !== undefined) ordering.unshift(`${order.sql} ${order.descending ? "DESC" : "ASC"}`);
  return {
    sql: `SELECT ${columns.join(", ")} FROM ${table.name} WHERE ${condition.sql}
      ORDER BY ${ordering.join(", ")} LIMIT ? OFFSET ?`,
    parameters: [...condition.parameters, query.limit + 1, query.offset ?? 0],
    cursorOf: (last) => encodeCursor(shape(), last),
  };
}

/** Whether the partition key and the id hold all that is asked for: the document then is not read at all. */
export const isOfKey = (table: Table, select: readonly string[] | undefined): boolean =>
  select?.every((field) => table.definition.partitionKey.includes(field)) === true;

/** @throws AppError `invalid-fields`. */
export function compileCount(
  table: Table,
  { partition = [], where = [] }: Pick<Query, "partition" | "where">,
  now: number,
): Condition {
  const fields = fieldsOf(table, staysInSmallPartition(table, partition));
  const condition = all([...selection(table, partition, now), combine("and", where, fields)]);
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

interface Order {
  sql: string;
  descending: boolean;
}

/** The rows that the order shows, behind the position if there is one. */
function window(
  table: Table,
  order: Order | undefined,
  position: CursorPosition | undefined,
): Condition[] {
  if (position === undefined) return order === undefined ? [] : [shown(order)];
  if (order === undefined) return [behindTies(table, position)];
  // Behind a position of a descending order only smaller values follow; of two upper bounds the index might take the other.
  return order.descending
    ? [behind(table, order, position)]
    : [shown(order), behind(table, order, position)];
}

/** Texts and numbers: not what is absent, null or true, which are NULL here, nor arrays. */
const shown = (order: Order): Condition => ({
  sql: `${order.sql} < ${ABOVE_SCALARS}`,
  parameters: [],
});

/** The first bound is for the index, the rest decides among equal values. */
function behind(table: Table, order: Order, position: CursorPosition): Condition {
  const tie = behindTies(table, position);
  const value: Parameter = position.value ?? null;
  const sign = order.descending ? "<" : ">";
  return {
    sql: `${order.sql} ${sign}= ? AND (${order.sql} ${sign} ? OR ${tie.sql})`,
    parameters: [value, value, ...tie.parameters],
  };
}

function behindTies(table: Table, position: CursorPosition): Condition {
  const ties = [...table.keyColumns, "id"];
  return {
    sql: `(${ties.join(", ")}) > (${ties.map(() => "?").join(", ")})`,
    parameters: [...position.key, position.id],
  };
}

function all(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map((condition) => condition.sql).join(" AND "),
    parameters: conditions.flatMap((condition) => condition.parameters),
  };
}
