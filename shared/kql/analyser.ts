/** The analyser off the event loop: worker threads, warmed up on first use, replaced when one is stuck. */
import { Worker } from "node:worker_threads";

import { AppError } from "../domain/errors.ts";
import type { KqlAnalyser } from "../ports/kqlAnalyser.ts";
import { FUNCTIONS, type KqlAnalysis, type WorkspaceSchema } from "../schemas/kql.ts";
import type { ProviderKqlPolicy } from "../schemas/providers.ts";
import type { AnalyserAnswer, AnalyserRequest } from "./analyserMessages.ts";
import { DEFAULT_POLICY, type KqlPolicy, policyOf } from "./policy.ts";

export interface KqlAnalyserOptions {
  readonly policy?: KqlPolicy;
  /** One or two workers. Default: 1. */
  readonly workers?: 1 | 2;
  /** Longest text in characters. Default: 100,000. */
  readonly lengthMax?: number;
  /** How long one analysis may take once the worker is warm. Default: 5,000. */
  readonly timeLimitMs?: number;
  /** Where the worker's bundle is. Default: analyserWorker.ts beside this file. */
  readonly workerUrl?: URL;
}

interface Job {
  readonly query: string;
  readonly schema: WorkspaceSchema;
  readonly schemaKey: string;
  readonly policy: KqlPolicy;
  resolve(analysis: KqlAnalysis): void;
  reject(error: Error): void;
}

interface Seat {
  readonly worker: Worker;
  readonly knownSchemas: Set<string>;
  isWarm: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** How long a worker may take to load the language package on a busy machine. */
const WARM_UP_MS = 60_000;

export function createKqlAnalyser(options: KqlAnalyserOptions = {}): KqlAnalyser {
  return new WorkerPool(options);
}

class WorkerPool implements KqlAnalyser {
  readonly #policy: KqlPolicy;
  readonly #workersMax: number;
  readonly #lengthMax: number;
  readonly #timeLimitMs: number;
  readonly #workerUrl: URL;
  readonly #seats = new Set<Seat>();
  readonly #queue: Job[] = [];
  readonly #schemaKeys = new WeakMap<WorkspaceSchema, string>();
  #schemaCount = 0;
  #isClosed = false;

  constructor(options: KqlAnalyserOptions) {
    this.#policy = options.policy ?? DEFAULT_POLICY;
    this.#workersMax = options.workers ?? 1;
    this.#lengthMax = options.lengthMax ?? 100_000;
    this.#timeLimitMs = options.timeLimitMs ?? 5_000;
    this.#workerUrl = options.workerUrl ?? new URL("./analyserWorker.ts", import.meta.url);
  }

  analyse(
    query: string,
    schema: WorkspaceSchema,
    settings?: ProviderKqlPolicy,
  ): Promise<KqlAnalysis> {
    if (this.#isClosed) return Promise.reject(refused("The analyser is closed."));
    if (query.length > this.#lengthMax)
      return Promise.reject(refused(`The query is longer than ${this.#lengthMax} characters.`));
    const policy = settings === undefined ? this.#policy : policyOf(settings);
    return new Promise((resolve, reject) => {
      this.#queue.push({ query, schema, schemaKey: this.#keyOf(schema), policy, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#queue.splice(0)) job.reject(refused("The analyser is closed."));
    const seats = [...this.#seats];
    for (const seat of seats) this.#settle(seat)?.reject(refused("The analyser is closed."));
    await Promise.all(seats.map(async (seat) => this.#remove(seat)));
  }

  /** A schema object is sent to each worker once, however often it is used. */
  #keyOf(schema: WorkspaceSchema): string {
    let key = this.#schemaKeys.get(schema);
    if (key === undefined) {
      this.#schemaCount += 1;
      key = String(this.#schemaCount);
      this.#schemaKeys.set(schema, key);
    }
    return key;
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const seat = this.#freeSeat();
      const job = seat === undefined ? undefined : this.#queue.shift();
      if (seat === undefined || job === undefined) return;
      this.#start(seat, job);
    }
  }

  #freeSeat(): Seat | undefined {
    for (const seat of this.#seats) if (seat.job === undefined) return seat;
    return this.#seats.size < this.#workersMax ? this.#hire() : undefined;
  }

  #hire(): Seat {
    const worker = new Worker(this.#workerUrl, {
      resourceLimits: { maxOldGenerationSizeMb: 1_024 },
    });
    const seat: Seat = {
      worker,
      knownSchemas: new Set(),
      isWarm: false,
      job: undefined,
      timer: undefined,
    };
    worker.on("message", (answer: AnalyserAnswer) => this.#receive(seat, answer));
    worker.on("error", (error) => this.#fail(seat, "The analyser failed on this query.", error));
    this.#seats.add(seat);
    return seat;
  }

  #start(seat: Seat, job: Job): void {
    seat.job = job;
    // Only a worker with work keeps the process alive.
    seat.worker.ref();
    this.#limit(seat, seat.isWarm ? this.#timeLimitMs : WARM_UP_MS);
    if (!seat.knownSchemas.has(job.schemaKey)) {
      seat.knownSchemas.add(job.schemaKey);
      const { schema, schemaKey: key } = job;
      const functions = schema[FUNCTIONS] ?? [];
      this.#send(seat, { kind: "schema", id: -1, key, schema, functions });
    }
    this.#send(seat, {
      kind: "query",
      id: 1,
      query: job.query,
      schemaKey: job.schemaKey,
      policy: job.policy,
    });
  }

  #send(seat: Seat, request: AnalyserRequest): void {
    seat.worker.postMessage(request, []);
  }

  #limit(seat: Seat, limitMs: number): void {
    clearTimeout(seat.timer);
    seat.timer = setTimeout(
      () =>
        this.#fail(
          seat,
          `The analysis of this query takes longer than ${limitMs / 1_000} seconds. Split it up.`,
        ),
      limitMs,
    );
  }

  #receive(seat: Seat, answer: AnalyserAnswer): void {
    if (answer.id === 0) {
      seat.isWarm = true;
      if (seat.job !== undefined) this.#limit(seat, this.#timeLimitMs);
    } else if (answer.analysis !== undefined) {
      this.#settle(seat)?.resolve(answer.analysis);
      this.#next();
    }
  }

  /** Ends a seat's job without an answer; its worker is not trusted any more. */
  #fail(seat: Seat, detail: string, cause?: unknown): void {
    const job = this.#settle(seat);
    void this.#remove(seat);
    job?.reject(refused(detail, cause));
    if (!this.#isClosed) this.#next();
  }

  #settle(seat: Seat): Job | undefined {
    const { job } = seat;
    clearTimeout(seat.timer);
    seat.job = undefined;
    seat.worker.unref();
    return job;
  }

  async #remove(seat: Seat): Promise<void> {
    this.#seats.delete(seat);
    await seat.worker.terminate();
  }
}

const refused = (detail: string, cause?: unknown): AppError =>
  new AppError("kql-refused", detail, cause === undefined ? {} : { cause });
