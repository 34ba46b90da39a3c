/** The clock of the local run: runs at normal speed from a chosen start and can be moved forward. */
import type { Clock } from "../shared/ports/clock.ts";

export interface LocalClockOptions {
  /** What the clock shows at first. Absent: the machine's time. */
  start?: Date;
  /** Milliseconds of the machine's wall clock; replaced in tests so that nothing waits. */
  wallClock?: () => number;
}

export class LocalClock implements Clock {
  readonly #wallClock: () => number;
  readonly #listeners = new Set<() => void>();
  #offsetMs: number;

  constructor(options: LocalClockOptions = {}) {
    this.#wallClock = options.wallClock ?? Date.now;
    this.#offsetMs = options.start === undefined ? 0 : options.start.getTime() - this.#wallClock();
  }

  now(): Date {
    return new Date(this.#wallClock() + this.#offsetMs);
  }

  /**
   * Moves the clock forward and then tells the listeners.
   *
   * @throws RangeError when `ms` is negative or not a number: time in the local run never goes back
   */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError("The clock only moves forward.");
    this.#offsetMs += ms;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each advance. The answer takes it off again. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
