/** A query in both languages, and what is known of its rows. */
import type { Choices } from "./choices.ts";
import type { Column } from "./terms.ts";

/** A query in the making. */
export interface Query {
  readonly columns: readonly Column[];
  readonly kql: string;
  readonly sql: string;
  /** Sorted by these columns, in this order. */
  readonly sortedBy?: readonly string[];
  /** No two rows have the same `id`. */
  readonly hasUniqueId: boolean;
}

export type Step = (query: Query, choices: Choices) => Query;

/** The query with one more operator; its order is lost unless the step says otherwise. */
export const piped = (
  query: Query,
  kql: string,
  sql: (from: string) => string,
  change: Partial<Query> = {},
): Query => ({
  columns: change.columns ?? query.columns,
  kql: `${query.kql}\n| ${kql}`,
  sql: sql(`(${query.sql}) q`),
  hasUniqueId: change.hasUniqueId ?? query.hasUniqueId,
  ...(change.sortedBy !== undefined && { sortedBy: change.sortedBy }),
});
