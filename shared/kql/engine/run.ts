/** One run of a compiled query: its source, its clock, its budgets and what it remembers. */
import type { RunOptions } from "./query.ts";
import { KqlRefusal } from "./refusal.ts";
import type { TableSource } from "./source.ts";
import { type Int64, datetimeFromDate } from "./values.ts";

const ROW_BUDGET = 20_000_000;
const DEADLINE_MS = 30_000;
const MAX_ROWS = 500_000;
/** How many charged rows pass between two looks at the stopwatch. */
const CHECK_EVERY = 2_048;

export class Run {
  readonly source: TableSource;
  readonly now: Int64;
  readonly timespan: { readonly from: Int64; readonly to: Int64 } | undefined;
  readonly maxRows: number;
  scannedRows = 0;
  readonly #deadlineMs: number;
  readonly #deadline: number;
  readonly #budget: number;
  readonly #checkTurn: (() => void) | undefined;
  #nextCheck = CHECK_EVERY;
  #charged = 0;

  constructor(source: TableSource, options: RunOptions) {
    this.source = source;
    this.now = datetimeFromDate(options.now);
    this.timespan =
      options.timespan === undefined
        ? undefined
        : {
            from: datetimeFromDate(options.timespan.from),
            to: datetimeFromDate(options.timespan.to),
          };
    this.maxRows = options.maxRows ?? MAX_ROWS;
    this.#budget = options.rowBudget ?? ROW_BUDGET;
    this.#checkTurn = options.checkTurn;
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    this.#deadline = performance.now() + this.#deadlineMs;
  }

  /**
   * Counts rows that a step reads or makes.
   * @throws KqlRefusal when the budget or the time is used up.
   */
  charge(rows: number): void {
    this.#charged += rows;
    if (this.#charged > this.#budget)
      throw new KqlRefusal(
        "budget-exceeded",
        `The query reads or makes more than ${this.#budget.toLocaleString("en-US")} rows. Narrow it down.`,
      );
    if (this.#charged < this.#nextCheck) return;
    this.#nextCheck = this.#charged + CHECK_EVERY;
    this.checkTime();
  }

  /** @throws KqlRefusal when the time is used up, or somebody else's turn has come. */
  checkTime(): void {
    this.#checkTurn?.();
    if (performance.now() > this.#deadline)
      throw new KqlRefusal(
        "deadline-exceeded",
        `The query takes longer than ${this.#deadlineMs / 1_000} seconds. Narrow it down.`,
      );
  }
}

/** Computes a value once per run: what `let` names is the same in every place that uses it. */
export class OncePerRun<T> {
  readonly #values = new WeakMap<Run, { readonly value: T }>();

  get(run: Run, compute: () => T): T {
    const known = this.#values.get(run);
    if (known !== undefined) return known.value;
    const value = compute();
    this.#values.set(run, { value });
    return value;
  }
}
