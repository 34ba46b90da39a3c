/** What a query worker has been told of the stores, and what is new in them. */
import type { MemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import type { Segment } from "../../shared/kql/engine/store/segment.ts";
import { FUNCTIONS, type WorkspaceSchema } from "../../shared/schemas/kql.ts";
import type { TableChange, ToWorker } from "./queryMessages.ts";

/** Rows and what they are called. */
export interface QueryStore {
  readonly schema: WorkspaceSchema;
  readonly tables: Pick<MemoryTables, "segments">;
}

/** Stores that a worker remembers; the one told of first is forgotten first. */
const STORES_MAX = 8;

interface Told {
  readonly number: number;
  readonly schema: WorkspaceSchema;
  readonly tables: Map<string, readonly Segment[]>;
}

/** The news of one worker. */
export class StoreNews {
  /** By schema and rows: a store whose schema is another object is another store. */
  readonly #told = new Map<MemoryTables["segments"], Told>();
  readonly #send: (message: ToWorker) => void;
  #count = 0;

  constructor(send: (message: ToWorker) => void) {
    this.#send = send;
  }

  /** Sends what is new of a store since the worker last heard of it; gives the store's number. */
  tell({ schema, tables }: QueryStore): number {
    const key = tables.segments;
    let told = this.#told.get(key);
    if (told?.schema !== schema) {
      if (told !== undefined) this.#forget(key, told.number);
      this.#count += 1;
      told = { number: this.#count, tables: new Map(), schema };
      this.#told.set(key, told);
      const functions = schema[FUNCTIONS] ?? [];
      this.#send({ kind: "schema", store: told.number, schema, functions });
      const [oldest] = this.#told;
      if (this.#told.size > STORES_MAX && oldest !== undefined)
        this.#forget(oldest[0], oldest[1].number);
    }
    const changes = changesOf(told, tables.segments());
    if (changes.length > 0) this.#send({ kind: "rows", store: told.number, changes });
    return told.number;
  }

  #forget(key: MemoryTables["segments"], store: number): void {
    this.#told.delete(key);
    this.#send({ kind: "forget", store });
  }
}

/** Tables whose list of segments is another one than the worker knows. */
function changesOf(told: Told, now: ReadonlyMap<string, readonly Segment[]>): TableChange[] {
  const changes: TableChange[] = [];
  for (const [table, segments] of now) {
    const before = told.tables.get(table);
    if (before === segments) continue;
    const known = new Set(before);
    changes.push({
      table,
      order: segments.map(({ id }) => id),
      added: segments.filter((segment) => !known.has(segment)),
    });
    told.tables.set(table, segments);
  }
  return changes;
}
