/** What the pool of query workers and a worker say to each other. */
import type { RunOptions } from "../../shared/kql/engine/query.ts";
import type { RefusalCode } from "../../shared/kql/engine/refusal.ts";
import type { Segment } from "../../shared/kql/engine/store/segment.ts";
import type { KqlColumn, KqlFunction, WorkspaceSchema } from "../../shared/schemas/kql.ts";

/** A table whose segments changed: those it has now, and those that the worker has not seen yet. */
export interface TableChange {
  readonly table: string;
  readonly order: readonly number[];
  readonly added: readonly Segment[];
}

export interface QueryRequest {
  readonly query: string;
  readonly options: RunOptions;
  /** Faults that change the rows of the answer. */
  readonly faults: readonly string[];
}

export type ToWorker =
  | {
      readonly kind: "schema";
      readonly store: number;
      readonly schema: WorkspaceSchema;
      /** Beside the schema: what is kept under a symbol does not travel between threads. */
      readonly functions: readonly KqlFunction[];
    }
  | { readonly kind: "rows"; readonly store: number; readonly changes: readonly TableChange[] }
  | { readonly kind: "forget"; readonly store: number }
  /** Compiles something over a store, so that its first query need not pay for the schema. */
  | { readonly kind: "warm"; readonly store: number }
  | {
      readonly kind: "query";
      readonly store: number;
      readonly request: QueryRequest;
      /** Not 0: the run has to end, because others wait. */
      readonly ending: Int32Array<SharedArrayBuffer>;
    };

export const ENDED_FOR_OTHERS =
  "The query was ended after seconds of work because other queries waited. Narrow it down, or run it alone.";

/** A result, already written down: text crosses between threads at no cost worth the name. */
export interface QueryAnswer {
  readonly columns: readonly KqlColumn[];
  /** JSON of the rows in wire form. */
  readonly rows: string;
  readonly rowCount: number;
  /** Why rows are missing: more matched than may be returned, or they take too many bytes. */
  readonly cut: "rows" | "bytes" | undefined;
  readonly scannedRows: number;
  /** How long compiling and running took, without any wait for a worker. */
  readonly durationMs: number;
}

export type FromWorker =
  | { readonly kind: "warm" }
  | { readonly kind: "answer"; readonly answer: QueryAnswer }
  | {
      readonly kind: "refused";
      readonly code: RefusalCode;
      readonly message: string;
      readonly line: number;
      readonly column: number;
    }
  | { readonly kind: "failed"; readonly message: string };
