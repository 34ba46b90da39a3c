/** One timer function: when it is due, that it never overlaps itself, and what its handler is told. */
import type { RegisteredFunction } from "./core.ts";
import type { Schedule } from "./schedule.ts";
import type { TimerState } from "./timerState.ts";

export interface TimerRun {
  name: string;
  at: Date;
  outcome: "succeeded" | "failed";
  durationMs: number;
  isPastDue: boolean;
  /** Message of what the handler threw. */
  error?: string;
}

export interface TimerInfo {
  name: string;
  /** As registered, settings replaced. */
  schedule: string;
  /** Undefined before the first run of this process. */
  lastRun: TimerRun | undefined;
  /** Undefined for a date that never comes. */
  nextDue: Date | undefined;
  isRunning: boolean;
}

export interface TimerOptions {
  fn: RegisteredFunction;
  scheduleText: string;
  schedule: Schedule;
  state: TimerState;
  now: () => Date;
  /** Runs the function with the timer's value in JSON. */
  run: (json: string) => Promise<void>;
}

/** Schedules under one minute, and those with `useMonitor: false`, are not remembered: no status, nothing made up for. */
const MONITORED_FROM_MS = 60_000;
const NEVER = "0001-01-01T00:00:00+00:00";

export class Timer {
  readonly name: string;
  readonly #options: TimerOptions;
  readonly #isMonitored: boolean;
  #nextDue: Date | undefined;
  #lastRun: TimerRun | undefined;
  #running: Promise<TimerRun> | undefined;
  #isPastDue: boolean;

  constructor(options: TimerOptions) {
    const { fn, schedule, scheduleText, state } = options;
    this.#options = options;
    this.name = fn.metadata.name;
    const now = options.now();
    this.#isMonitored =
      fn.trigger["useMonitor"] !== false && gapMs(schedule, now) >= MONITORED_FROM_MS;
    const missed = this.#missedWhileStopped(now);
    this.#isPastDue = missed !== undefined;
    this.#nextDue = missed ?? schedule.next(now);
    const known = state.get(this.name);
    if (this.#isMonitored && missed === undefined && this.#nextDue !== undefined) {
      const last =
        known?.last !== undefined && new Date(known.last) <= now ? known.last : undefined;
      state.set(this.name, {
        schedule: scheduleText,
        ...(last && { last }),
        next: this.#nextDue.toISOString(),
      });
    }
  }

  /** Undefined when the schedule never comes. */
  get nextDue(): Date | undefined {
    return this.#nextDue;
  }

  get running(): Promise<TimerRun> | undefined {
    return this.#running;
  }

  get info(): TimerInfo {
    return {
      name: this.name,
      schedule: this.#options.scheduleText,
      lastRun: this.#lastRun,
      nextDue: this.#nextDue,
      isRunning: this.#running !== undefined,
    };
  }

  /** Asked for a run right after the start, whatever the schedule says. */
  get runsOnStartup(): boolean {
    return this.#options.fn.trigger["runOnStartup"] === true;
  }

  /** True when a run was already missed before this host started. */
  get isPastDue(): boolean {
    return this.#isPastDue;
  }

  /**
   * Runs the function once. A run that is under way is awaited first, so that two never overlap.
   *
   * @param isPastDue what the handler is told
   */
  async run(isPastDue: boolean): Promise<TimerRun> {
    while (this.#running !== undefined) await this.#running;
    this.#running = this.#runOnce(isPastDue);
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  async #runOnce(isPastDue: boolean): Promise<TimerRun> {
    const { now } = this.#options;
    const at = now();
    const value = this.#value(isPastDue);
    this.#isPastDue = false;
    // Later occurrences count from here: those missed during the run collapse into one when it has ended.
    this.#nextDue = this.#following(at);
    const error = await this.#options
      .run(value)
      .finally(() => this.#remember(at))
      .then(
        () => undefined,
        (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
      );
    const durationMs = now().getTime() - at.getTime();
    const outcome = error === undefined ? "succeeded" : "failed";
    const run: TimerRun = {
      name: this.name,
      at,
      outcome,
      durationMs,
      isPastDue,
      ...(error !== undefined && { error }),
    };
    this.#lastRun = run;
    return run;
  }

  #remember(at: Date): void {
    const { schedule, scheduleText, state } = this.#options;
    const next = schedule.next(at);
    if (this.#isMonitored && next !== undefined)
      state.set(this.name, {
        schedule: scheduleText,
        last: at.toISOString(),
        next: next.toISOString(),
      });
  }

  /** A time span counts from the due time, a cron expression from the clock. */
  #following(at: Date): Date | undefined {
    const { schedule } = this.#options;
    if (schedule.kind === "cron" || this.#nextDue === undefined || this.#nextDue > at)
      return schedule.kind === "cron" ? schedule.next(at) : (this.#nextDue ?? schedule.next(at));
    const span = gapMs(schedule, at);
    const missed = Math.floor((at.getTime() - this.#nextDue.getTime()) / span);
    return new Date(this.#nextDue.getTime() + (missed + 1) * span);
  }

  #value(isPastDue: boolean): string {
    const { schedule, state } = this.#options;
    const record = state.get(this.name);
    const last = record?.last === undefined ? NEVER : asOffset(record.last);
    const next = this.#nextDue === undefined ? NEVER : asOffset(this.#nextDue.toISOString());
    return JSON.stringify({
      Schedule: { AdjustForDST: schedule.kind === "cron" },
      ScheduleStatus: this.#isMonitored ? { Last: last, Next: next, LastUpdated: last } : null,
      IsPastDue: isPastDue,
    });
  }

  /** The first occurrence after the last known run, when it has passed; undefined when nothing was missed. */
  #missedWhileStopped(now: Date): Date | undefined {
    const { schedule, scheduleText, state } = this.#options;
    const record = state.get(this.name);
    if (!this.#isMonitored || record === undefined) return undefined;
    const last = record.last === undefined ? undefined : new Date(record.last);
    // A clock that was set back: what the file says lies ahead.
    if (last !== undefined && last > now) return undefined;
    const due =
      record.schedule === scheduleText ? new Date(record.next) : last && schedule.next(last);
    return due !== undefined && due <= now ? due : undefined;
  }
}

function gapMs(schedule: Schedule, from: Date): number {
  const first = schedule.next(from);
  const second = first && schedule.next(first);
  return first && second ? second.getTime() - first.getTime() : Number.POSITIVE_INFINITY;
}

/** The host writes offsets, and seven digits or none for fractions of a second. */
const asOffset = (iso: string): string =>
  new Date(iso)
    .toISOString()
    .replace(/\.000Z$/, "+00:00")
    .replace(/Z$/, "0000+00:00");
