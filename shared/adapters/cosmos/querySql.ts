/** Compiles a declarative query to the NoSQL query language: partition, filters, order, keyset position. */
import type { SqlQuerySpec } from "@azure/cosmos";

import { checkPartitionKey } from "../../domain/documentLimits.ts";
import {
  checkOrdering,
  checkPage,
  decodeCursor,
  encodeCursor,
  queryShape,
} from "../../domain/documentQuery.ts";
import type { CursorPosition } from "../../domain/documentQuery.ts";
import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerName } from "../../ports/containers.ts";
import type { PartitionKey, Query } from "../../ports/documentStore.ts";
import { combine, Parameters, pathSql } from "./filterSql.ts";
import { tieFields } from "./indexing.ts";

export interface CompiledPage {
  spec: SqlQuerySpec;
  /** Makes the cursor behind a document of this query. */
  cursorOf: (position: CursorPosition) => string;
}

/**
 * A page and one document more, which tells whether another page follows. With `select`, documents still carry what the
 * cursor and the etag need.
 * @throws AppError `invalid-fields`.
 */
export function compilePage(container: ContainerName, query: Query): CompiledPage {
  const definition = CONTAINERS[container];
  checkPage(query);
  const { partition = [], where = [], orderBy } = query;
  if (orderBy !== undefined) checkOrdering(definition, orderBy.field);
  const ties = tieFields(definition);
  const parameters = new Parameters();
  const shape = queryShape([container, partition, where, orderBy]);
  const conditions = [
    selection(container, partition, parameters),
    combine("and", where, parameters),
  ];
  if (orderBy !== undefined) {
    const path = pathSql(orderBy.field);
    conditions.push(`(IS_STRING(${path}) OR IS_NUMBER(${path}))`);
  }
  if (query.cursor !== undefined) {
    const keyLength = definition.partitionKey.length;
    const ordered = orderBy !== undefined;
    const position = decodeCursor(query.cursor, { shape, keyLength, ordered });
    conditions.push(behind(position, ties, orderBy, parameters));
  }
  const order = ties.map((field) => `${pathSql(field)} ASC`);
  if (orderBy !== undefined) {
    order.unshift(`${pathSql(orderBy.field)} ${orderBy.direction === "desc" ? "DESC" : "ASC"}`);
  }
  const offset = parameters.add(query.offset ?? 0);
  const limit = parameters.add(query.limit + 1);
  return {
    spec: {
      query: `SELECT ${projection(query, ties)} FROM c WHERE ${conditions.join(" AND ")}
        ORDER BY ${order.join(", ")} OFFSET ${offset} LIMIT ${limit}`,
      parameters: parameters.list,
    },
    cursorOf: (position) => encodeCursor(shape, position),
  };
}

/** @throws AppError `invalid-fields`. */
export function compileCount(
  container: ContainerName,
  { partition = [], where = [] }: Pick<Query, "partition" | "where">,
): SqlQuerySpec {
  const parameters = new Parameters();
  const condition = [
    selection(container, partition, parameters),
    combine("and", where, parameters),
  ];
  return {
    query: `SELECT VALUE COUNT(1) FROM c WHERE ${condition.join(" AND ")}`,
    parameters: parameters.list,
  };
}

/** Holds a prefix of the key by itself: only a complete key is also named by the request's header. */
function selection(
  container: ContainerName,
  partition: PartitionKey,
  parameters: Parameters,
): string {
  const definition = CONTAINERS[container];
  checkPartitionKey(definition, partition, { prefix: true });
  const parts = partition.map((part, index) => {
    const field = definition.partitionKey[index] ?? "id";
    return `${pathSql(field)} = ${parameters.add(part)}`;
  });
  return parts.length === 0 ? "true" : parts.join(" AND ");
}

function projection({ select, orderBy }: Query, ties: readonly string[]): string {
  if (select === undefined) return "*";
  const top = orderBy === undefined ? [] : orderBy.field.split(".").slice(0, 1);
  const fields = new Set([...select, ...ties, ...top, "_etag"]);
  return `VALUE {${[...fields].map((field) => `"${field}": ${pathSql(field)}`).join(", ")}}`;
}

/** The documents behind a position. Numbers sort before texts, but comparing the two is undefined. */
function behind(
  position: CursorPosition,
  ties: readonly string[],
  orderBy: Query["orderBy"],
  parameters: Parameters,
): string {
  const values = ties.map((field, index) =>
    field === "id" ? position.id : (position.key[index] ?? ""),
  );
  const tie = behindTies(ties, values, parameters);
  const { value } = position;
  if (orderBy === undefined || value === undefined) return tie;
  const path = pathSql(orderBy.field);
  const name = parameters.add(value);
  const alternatives = [`(${path} = ${name} AND ${tie})`];
  if (orderBy.direction === "asc") {
    alternatives.push(`${path} > ${name}`);
    if (typeof value === "number") alternatives.push(`IS_STRING(${path})`);
  } else {
    alternatives.push(`${path} < ${name}`);
    if (typeof value === "string") alternatives.push(`IS_NUMBER(${path})`);
  }
  return `(${alternatives.join(" OR ")})`;
}

/** Lexicographic: the first field is greater, or it is equal and the next ones decide. */
function behindTies(
  fields: readonly string[],
  values: readonly string[],
  parameters: Parameters,
): string {
  const [field, ...rest] = fields;
  if (field === undefined) return "false";
  const path = pathSql(field);
  const name = parameters.add(values[0] ?? "");
  if (rest.length === 0) return `${path} > ${name}`;
  const next = behindTies(rest, values.slice(1), parameters);
  return `(${path} > ${name} OR (${path} = ${name} AND ${next}))`;
}
