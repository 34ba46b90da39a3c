/** The worker thread that queries run in: sees the segments of the stores, compiles each text once. */
import { parentPort } from "node:worker_threads";

import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { withFunctions } from "../../shared/kql/functions.ts";
import { scanSegments } from "../../shared/kql/engine/memoryTables.ts";
import { entry } from "../../shared/kql/engine/namedTable.ts";
import type { CompiledQuery } from "../../shared/kql/engine/query.ts";
import { KqlRefusal } from "../../shared/kql/engine/refusal.ts";
import type { TableSource } from "../../shared/kql/engine/source.ts";
import type { Segment } from "../../shared/kql/engine/store/segment.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import {
  ENDED_FOR_OTHERS,
  type FromWorker,
  type QueryRequest,
  type TableChange,
  type ToWorker,
} from "./queryMessages.ts";
import { writeRows } from "./queryRows.ts";

const COMPILED_KEPT = 100;
const WARM_UP = "print 1";

/** What this thread knows of one store. */
class StoreView implements TableSource {
  readonly schema: WorkspaceSchema;
  readonly #tables = new Map<string, readonly Segment[]>();
  readonly #compiled = new Map<string, CompiledQuery>();

  constructor(schema: WorkspaceSchema) {
    this.schema = schema;
  }

  scan: TableSource["scan"] = (table, bounds) =>
    scanSegments(this.#tables.get(table) ?? [], entry(this.schema, table) ?? {}, bounds);

  change({ table, order, added }: TableChange): void {
    const known = new Map(
      [...(this.#tables.get(table) ?? []), ...added].map((one) => [one.id, one]),
    );
    this.#tables.set(
      table,
      order.map((id) => known.get(id)).filter((segment) => segment !== undefined),
    );
  }

  compile(query: string): CompiledQuery {
    const known = this.#compiled.get(query);
    if (known !== undefined) return known;
    const fresh = compileQuery(query, this.schema);
    this.#compiled.set(query, fresh);
    const oldest = this.#compiled.keys().next();
    if (this.#compiled.size > COMPILED_KEPT && !oldest.done) this.#compiled.delete(oldest.value);
    return fresh;
  }
}

const stores = new Map<number, StoreView>();

const send = (message: FromWorker): void => parentPort?.postMessage(message, []);

function answer(
  store: number,
  { query, options, faults }: QueryRequest,
  ending: Int32Array<SharedArrayBuffer>,
): FromWorker {
  const startedAt = performance.now();
  const checkTurn = (): void => {
    if (Atomics.load(ending, 0) !== 0) throw new KqlRefusal("deadline-exceeded", ENDED_FOR_OTHERS);
  };
  try {
    const view = stores.get(store) ?? new StoreView({});
    const run = view.compile(query).run(view, { ...options, checkTurn });
    const rows = writeRows(run, faults);
    return { kind: "answer", answer: { ...rows, durationMs: performance.now() - startedAt } };
  } catch (error) {
    if (error instanceof KqlRefusal) {
      const { code, message, line, column } = error;
      return { kind: "refused", code, message, line, column };
    }
    // A list or a text longer than the language of this program allows.
    if (error instanceof RangeError)
      return {
        kind: "refused",
        code: "budget-exceeded",
        message: "A value of this query grows too large. Narrow it down.",
        line: 1,
        column: 1,
      };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", message: message.slice(0, 300) };
  }
}

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind === "schema")
    stores.set(message.store, new StoreView(withFunctions(message.schema, message.functions)));
  else if (message.kind === "forget") stores.delete(message.store);
  else if (message.kind === "warm") stores.get(message.store)?.compile(WARM_UP);
  else if (message.kind === "query") send(answer(message.store, message.request, message.ending));
  else for (const change of message.changes) stores.get(message.store)?.change(change);
});

// The first parse costs about a second: it is paid before the first query's time begins.
compileQuery(WARM_UP, {});
send({ kind: "warm" });
