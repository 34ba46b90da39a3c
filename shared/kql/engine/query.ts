/** A compiled query, as callers see it. */
import type { KqlColumn } from "../../schemas/kql.ts";
import type { TableSource } from "./source.ts";
import type { KqlValue } from "./values.ts";

export interface RunOptions {
  /** What `now()` gives. Rows later than it are hidden. */
  readonly now: Date;
  /** Imposed on every table at the scan, in addition to the query's own bounds; both inclusive. */
  readonly timespan?: { readonly from: Date; readonly to: Date };
  /** At most this many rows come back; the result says whether more matched. Default: 500,000. */
  readonly maxRows?: number;
  /** How many rows may be read or made in all steps together before the run is refused. Default: 20 million. */
  readonly rowBudget?: number;
  /** How long the run may take, in milliseconds. Default: 30,000. */
  readonly deadlineMs?: number;
  /** Called now and then while the query runs; what it throws ends the run. */
  readonly checkTurn?: () => void;
}

export interface QueryRun {
  readonly columns: KqlColumn[];
  readonly rows: KqlValue[][];
  /** More rows matched than are here. */
  readonly truncated: boolean;
  /** Rows that the source handed out. */
  readonly scannedRows: number;
}

/** Holds no rows and no state of a run: one compiled query serves any number of runs, one after the other. */
export interface CompiledQuery {
  readonly columns: readonly KqlColumn[];
  /** Tables of the schema that the query reads. */
  readonly tables: readonly string[];
  /**
   * Runs over a source.
   * @throws KqlRefusal `budget-exceeded` or `deadline-exceeded`, or when a value that is known only now is not allowed.
   */
  run(source: TableSource, options: RunOptions): QueryRun;
}
