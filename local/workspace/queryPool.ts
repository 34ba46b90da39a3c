/**
 * Runs queries off the event loop: in worker threads that see the same rows. A worker that is stuck or needs too much
 * memory is ended and replaced; the rows stay, because no thread owns them.
 */
import { Worker } from "node:worker_threads";

import { KqlRefusal } from "../../shared/kql/engine/refusal.ts";
import {
  ENDED_FOR_OTHERS,
  type FromWorker,
  type QueryAnswer,
  type QueryRequest,
  type ToWorker,
} from "./queryMessages.ts";
import { type QueryStore, StoreNews } from "./storeNews.ts";

export interface QueryPoolOptions {
  /** Default: 2, so that one long query does not keep the others waiting. */
  readonly workersMax?: number;
  /** How far the memory of a worker's own may grow; rows do not count. Default: 1,024. */
  readonly memoryMb?: number;
  /**
   * How much processor time a query may use that others wait for, in milliseconds. Default: 3,000, what ordinary ones
   * need many times over.
   */
  readonly shareMs?: number;
}

export interface QueryPool {
  /**
   * Compiles and runs a query over the rows that the store has now.
   * @throws KqlRefusal when the query is refused, takes too long or needs too much memory.
   */
  run(store: QueryStore, request: QueryRequest): Promise<QueryAnswer>;
  /** Gets a worker ready for the first query over a store; does nothing when one is busy. */
  warm(store: QueryStore): void;
  close(): Promise<void>;
}

interface Job {
  readonly store: QueryStore;
  readonly request: QueryRequest;
  /** Monotonic milliseconds. */
  readonly queuedAt: number;
  /** Not 0: the run has to end. */
  readonly ending: Int32Array<SharedArrayBuffer>;
  resolve(answer: QueryAnswer): void;
  reject(error: Error): void;
}

interface Seat {
  readonly worker: Worker;
  readonly news: StoreNews;
  isWarm: boolean;
  job: Job | undefined;
  /** The worker's processor time when its job was first looked at. */
  cpu: NodeJS.CpuUsage | undefined;
  timer: NodeJS.Timeout | undefined;
  watch: NodeJS.Timeout | undefined;
}

const CROWDED_AFTER_MS = 500;
/** How long a worker may take to load the language package on a busy machine. */
const WARM_UP_MS = 60_000;
/** The engine ends a query at its own limit; a worker that is later than this is stuck. */
const GRACE_MS = 1_000;
const LIMIT_MS = 30_000;
/** Another worker starts only when a query waits for this long: about what it needs until it can help. */
const PATIENCE_MS = 1_000;
/**
 * How often the memory of a busy worker is looked at. Its hard limit lies far above: V8 ends the whole process, not the
 * worker, when one large allocation runs into that.
 */
const WATCH_MS = 100;
const HARD_LIMIT_MB = 4_096;
export function createQueryPool(options: QueryPoolOptions = {}): QueryPool {
  return new WorkerPool(options);
}

class WorkerPool implements QueryPool {
  readonly #workersMax: number;
  readonly #memoryMb: number;
  readonly #shareMs: number;
  readonly #seats = new Set<Seat>();
  readonly #queue: Job[] = [];
  #patience: NodeJS.Timeout | undefined;

  constructor({ workersMax = 2, memoryMb = 1_024, shareMs = 3_000 }: QueryPoolOptions) {
    this.#workersMax = workersMax;
    this.#memoryMb = memoryMb;
    this.#shareMs = shareMs;
  }

  run(store: QueryStore, request: QueryRequest): Promise<QueryAnswer> {
    return new Promise((resolve, reject) => {
      const ending = new Int32Array(new SharedArrayBuffer(4));
      this.#queue.push({
        store,
        request,
        queuedAt: performance.now(),
        ending,
        resolve,
        reject,
      });
      this.#next();
    });
  }

  warm(store: QueryStore): void {
    if (this.#queue.length > 0) return;
    const seat = this.#freeSeat();
    if (seat === undefined) return;
    this.#send(seat, { kind: "warm", store: seat.news.tell(store) });
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
      const job = seat === undefined ? undefined : this.#fairest();
      if (seat === undefined || job === undefined) break;
      this.#start(seat, job);
    }
    clearTimeout(this.#patience);
    if (this.#queue.length === 0 || this.#seats.size >= this.#workersMax) return;
    // Another worker would take as long to load the language as the first one still does.
    if (![...this.#seats].some(({ isWarm }) => isWarm)) return;
    this.#patience = setTimeout(() => {
      this.#hire();
      this.#next();
    }, PATIENCE_MS);
  }

  /** The job that waited longest among those of the stores that have the fewest running. */
  #fairest(): Job | undefined {
    const runningOf = (job: Job): number =>
      [...this.#seats].filter((seat) => seat.job?.store.tables === job.store.tables).length;
    const [first, ...others] = this.#queue;
    if (first === undefined) return undefined;
    const job = others.reduce(
      (best, one) => (runningOf(one) < runningOf(best) ? one : best),
      first,
    );
    this.#queue.splice(this.#queue.indexOf(job), 1);
    return job;
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
      news: new StoreNews((message) => worker.postMessage(message, [])),
      isWarm: false,
      job: undefined,
      cpu: undefined,
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
    const store = seat.news.tell(job.store);
    this.#send(seat, { kind: "query", store, request: job.request, ending: job.ending });
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
    const [heap, cpu] = await Promise.all([
      seat.worker.getHeapStatistics().catch(() => undefined),
      seat.worker.cpuUsage().catch(() => undefined),
    ]);
    if (seat.job !== job) return;
    const usedMb = (heap?.used_heap_size ?? 0) / 1_048_576;
    if (usedMb > this.#memoryMb) this.#fail(seat, tooMuchMemory());
    else if (cpu !== undefined) this.#share(seat, job, cpu);
  }

  /** Ends a heavy query while others wait: asked first, so that its worker may stay, then by force. */
  #share(seat: Seat, job: Job, cpu: NodeJS.CpuUsage): void {
    seat.cpu ??= cpu;
    const usedMs = (cpu.user + cpu.system - seat.cpu.user - seat.cpu.system) / 1_000;
    const isCrowded = this.#queue.some(
      ({ queuedAt }) => performance.now() - queuedAt > CROWDED_AFTER_MS,
    );
    if (!seat.isWarm || !isCrowded || usedMs < this.#shareMs || Atomics.load(job.ending, 0) !== 0)
      return;
    Atomics.store(job.ending, 0, 1);
    clearTimeout(seat.timer);
    seat.timer = setTimeout(() => this.#fail(seat, endedForOthers()), GRACE_MS);
  }

  #receive(seat: Seat, message: FromWorker): void {
    if (message.kind === "warm") {
      seat.isWarm = true;
      if (seat.job !== undefined) this.#limit(seat);
      this.#next();
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
    seat.cpu = undefined;
    seat.worker.unref();
    return job;
  }

  async #remove(seat: Seat): Promise<void> {
    this.#seats.delete(seat);
    await seat.worker.terminate();
  }
}

const tooMuchMemory = (): KqlRefusal =>
  new KqlRefusal("budget-exceeded", "The query needs more memory than it may use. Narrow it down.");

const endedForOthers = (): KqlRefusal => new KqlRefusal("deadline-exceeded", ENDED_FOR_OTHERS);

let shared: QueryPool | undefined;

/** The pool of this process: workers are dear, and everything about a query travels with it. */
export const queryPool = (): QueryPool => (shared ??= createQueryPool());
