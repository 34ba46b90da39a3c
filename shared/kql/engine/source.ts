/** What the engine needs of a table store, and nothing more. */
import type { Int64, KqlValue } from "./values.ts";

/** The column which a call's time range and the clock apply to. Tables without it are not fenced by time. */
export const TIME_COLUMN = "TimeGenerated";

/**
 * What a query is known to need of a table, so that a store can skip the rest. A store may return more rows than
 * these bounds allow, never fewer: the engine applies every predicate again.
 */
export interface ScanBounds {
  /** Earliest value of the time column as a datetime value (values.ts), inclusive. Undefined: no lower bound. */
  readonly from?: Int64;
  /** Latest value of the time column as a datetime value, inclusive. Never later than the query's `now`. */
  readonly to?: Int64;
  /** By column: only rows that have one of these values matter. Case-sensitive. */
  readonly equals?: Readonly<Record<string, readonly KqlValue[]>>;
}

/** Rows of one table, as columns. */
export interface TableSlice {
  readonly rowCount: number;
  /**
   * The values of one column, `rowCount` long, in the representation of values.ts; the caller does not change them.
   * Called at most once per column and only for columns that the query touches. Undefined: no row has a value there.
   */
  column(name: string): readonly KqlValue[] | undefined;
}

export interface TableSource {
  /** Rows of a table that may satisfy the bounds. A table that the schema names but has no rows gives an empty slice. */
  scan(table: string, bounds: ScanBounds): TableSlice;
}
