/**
 * Runs queries off the event loop: in worker threads that see the same rows. A worker that is stuck or needs too much
 * memory is ended and replaced; the rows stay, because no thread owns them.
 */
import { Worker } from "node:worker_threads";

import type { MemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import { KqlRefusal } from "../../shared/kql/engine/refusal.ts";
import type { Segment } from "../../shared/kql/engine/store/segment.ts";
import { FUNCTIONS, type WorkspaceSchema } from "../../shared/schemas/kql.ts";
import type {
  FromWorker,
  QueryAnswer,
  QueryRequest,
  TableChange,
  ToWorker,
} from "./queryMessages.ts";

/** Rows and what they are called. */
export interface QueryStore {
  readonly schema: WorkspaceSchema;
  readonly tables: Pick<MemoryTables, "segments">;
}

export interface QueryPoolOptions {
  /** Default: 2, so that one long query does not keep the others waiting. */
  readonly workersMax?: number;
  /** How far the memory of a worker's own may grow; rows do not count. Default: 1,024. */
  readonly memoryMb?: number;
}

export interface QueryPool {
  /**
   * Compiles and runs a query over the rows that the store has now.
   * @throws KqlRefusal when the query is refused, takes too long or needs too much memory.
   */
  run(store: QueryStore, request: QueryRequest): Promise<QueryAnswer>;
  close(): Promise<void>;
}

interface Job {
  readonly store: QueryStore;
  readonly request: QueryRequest;
  resolve(answer: QueryAnswer): void;
  reject(error: Error): void;
}

/** What a worker has been told of a store. */
interface Told {
  readonly number: number;
  readonly tables: Map<string, readonly Segment[]>;
}

interface Seat {
  readonly worker: Worker;
  /** By schema and rows: a store whose schema is another object is another store. */
  readonly told: Map<MemoryTables["segments"], Told & { schema: WorkspaceSchema }>;
  isWarm: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
  watch: NodeJS.Timeout | undefined;
}

/** How long a worker may take to load the language package on a busy machine. */
const WARM_UP_MS = 60_000;
/** The engine ends a query at its own limit; a worker that is later than this is stuck. */
const GRACE_MS = 1_000;
const LIMIT_MS = 30_000;
/** Short queries follow each other in one worker; another one starts only when a query waits for this long. */
const PATIENCE_MS = 250;
/**
 * How often the memory of a busy worker is looked at. Its hard limit lies far above: V8 ends the whole process, not the
 * worker, when one large allocation runs into that.
 */
const WATCH_MS = 100;
const HARD_LIMIT_MB = 4_096;
/** Stores that a worker remembers; the one told of first is forgotten first. */
const STORES_MAX = 8;

export function createQueryPool(options: QueryPoolOptions = {}): QueryPool {
  return new WorkerPool(options);
}

class WorkerPool implements QueryPool {
  readonly #workersMax: number;
  readonly #memoryMb: number;
  readonly #seats = new Set<Seat>();
  readonly #queue: Job[] = [];
  #storeCount = 0;
  #patience: NodeJS.Timeout | undefined;

  constructor({ workersMax = 2, memoryMb = 1_024 }: QueryPoolOptions) {
    this.#workersMax = workersMax;
    this.#memoryMb = memoryMb;
  }

  run(store: QueryStore, request: QueryRequest): Promise<QueryAnswer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ store, request, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#patience);
    const closed = new Error("The pool of query workers is closed.");
    for (const job of this.#queue.splice(0)) job.reject(closed);
    const seats = [...this.#seats];
    for (const seat of seats) this.#settle(seat)?.reject(closed);
    await Promise.all(seats.map(async (seat) => this.#remove(seat)));
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const seat = this.#freeSeat();
      const job = seat === undefined ? undefined : this.#queue.shift();
      if (seat === undefined || job === undefined) break;
      this.#start(seat, job);
    }
    clearTimeout(this.#patience);
    if (this.#queue.length === 0 || this.#seats.size >= this.#workersMax) return;
    this.#patience = setTimeout(() => {
      this.#hire();
      this.#next();
    }, PATIENCE_MS);
  }

  #freeSeat(): Seat | undefined {
    for (const seat of this.#seats) if (seat.job === undefined) return seat;
    return this.#seats.size === 0 ? this.#hire() : undefined;
  }

  #hire(): Seat {
    const worker = new Worker(new URL("./queryWorker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HARD_LIMIT_MB },
    });
    const seat: Seat = {
      worker,
      told: new Map(),
      isWarm: false,
      job: undefined,
      timer: undefined,
      watch: undefined,
    };
    worker.on("message", (message: FromWorker) => this.#receive(seat, message));
    worker.on("error", (error) => this.#fail(seat, error));
    worker.unref();
    this.#seats.add(seat);
    return seat;
  }

  #start(seat: Seat, job: Job): void {
    seat.job = job;
    // Only a worker with work keeps the process alive.
    seat.worker.ref();
    this.#limit(seat);
    seat.watch = setInterval(() => void this.#watch(seat, job), WATCH_MS);
    const store = this.#tell(seat, job.store);
    this.#send(seat, { kind: "query", store, request: job.request });
  }

  /** Sends what is new of a store since the worker last heard of it. */
  #tell(seat: Seat, { schema, tables }: QueryStore): number {
    const key = tables.segments;
    let told = seat.told.get(key);
    if (told?.schema !== schema) {
      if (told !== undefined) this.#forget(seat, key, told.number);
      this.#storeCount += 1;
      told = { number: this.#storeCount, tables: new Map(), schema };
      seat.told.set(key, told);
      const functions = schema[FUNCTIONS] ?? [];
      this.#send(seat, { kind: "schema", store: told.number, schema, functions });
      const [oldest] = seat.told;
      if (seat.told.size > STORES_MAX && oldest !== undefined)
        this.#forget(seat, oldest[0], oldest[1].number);
    }
    const changes = changesOf(told, tables.segments());
    if (changes.length > 0) this.#send(seat, { kind: "rows", store: told.number, changes });
    return told.number;
  }

  #forget(seat: Seat, key: MemoryTables["segments"], store: number): void {
    seat.told.delete(key);
    this.#send(seat, { kind: "forget", store });
  }

  #send({ worker }: Seat, message: ToWorker): void {
    worker.postMessage(message, []);
  }

  /** The time of a query begins when its worker is warm. */
  #limit(seat: Seat): void {
    clearTimeout(seat.timer);
    const limitMs = (seat.job?.request.options.deadlineMs ?? LIMIT_MS) + GRACE_MS;
    const tooLong = new KqlRefusal(
      "deadline-exceeded",
      `The query takes longer than ${limitMs / 1_000} seconds. Narrow it down.`,
    );
    seat.timer = setTimeout(
      () => this.#fail(seat, tooLong),
      seat.isWarm ? limitMs : limitMs + WARM_UP_MS,
    );
  }

  async #watch(seat: Seat, job: Job): Promise<void> {
    // A worker that ends meanwhile has no statistics.
    const heap = await seat.worker.getHeapStatistics().catch(() => undefined);
    const usedMb = (heap?.used_heap_size ?? 0) / 1_048_576;
    if (seat.job === job && usedMb > this.#memoryMb) this.#fail(seat, tooMuchMemory());
  }

  #receive(seat: Seat, message: FromWorker): void {
    if (message.kind === "warm") {
      seat.isWarm = true;
      if (seat.job !== undefined) this.#limit(seat);
      return;
    }
    const job = this.#settle(seat);
    if (message.kind === "answer") job?.resolve(message.answer);
    else if (message.kind === "failed") job?.reject(new Error(message.message));
    else job?.reject(new KqlRefusal(message.code, message.message, message));
    this.#next();
  }

  /** Ends a seat's job without an answer; its worker is not trusted any more. */
  #fail(seat: Seat, error: Error): void {
    const job = this.#settle(seat);
    void this.#remove(seat);
    job?.reject(error);
    this.#next();
  }

  #settle(seat: Seat): Job | undefined {
    const { job } = seat;
    clearTimeout(seat.timer);
    clearInterval(seat.watch);
    seat.job = undefined;
    seat.worker.unref();
    return job;
  }

  async #remove(seat: Seat): Promise<void> {
    this.#seats.delete(seat);
    await seat.worker.terminate();
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

const tooMuchMemory = (): KqlRefusal =>
  new KqlRefusal("budget-exceeded", "The query needs more memory than it may use. Narrow it down.");

let shared: QueryPool | undefined;

/** The pool of this process: workers are dear, and everything about a query travels with it. */
export const queryPool = (): QueryPool => (shared ??= createQueryPool());
