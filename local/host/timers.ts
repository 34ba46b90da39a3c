/** All timers of the app: starts each when it is due by the local clock, however the clock got there. */
import type { LocalClock } from "../clock.ts";
import type { Timer, TimerRun } from "./timer.ts";

/** How often the clock is looked at when nothing is due sooner: a machine that slept wakes its timers this soon. */
const LOOK_MS = 10_000;
/** A run that starts this late, and not because the one before was still busy, is told that it is past due. */
const PAST_DUE_MS = 60_000;

export class Timers {
  readonly #clock: LocalClock;
  readonly #timers: Map<string, Timer>;
  readonly #stopListening: () => void;
  #alarm: NodeJS.Timeout | undefined;
  #isAdvancing = false;
  /** The advances asked for so far: one after the other. */
  #advanced: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(clock: LocalClock, timers: readonly Timer[]) {
    this.#clock = clock;
    this.#timers = new Map(timers.map((timer) => [timer.name, timer]));
    this.#stopListening = clock.onAdvance(() => {
      if (!this.#isAdvancing) this.#look();
    });
  }

  get all(): Timer[] {
    return [...this.#timers.values()];
  }

  get(name: string): Timer | undefined {
    return this.#timers.get(name);
  }

  /** Starts what was missed while the host was stopped, and from then on what falls due. */
  start(): void {
    for (const timer of this.all) {
      if (timer.isPastDue || timer.runsOnStartup) this.#launch(timer, timer.isPastDue);
    }
    this.#look();
  }

  /** Moves the clock; each timer that fell due runs once, past due, in the order of due times, and is awaited. */
  async advance(ms: number): Promise<TimerRun[]> {
    const advanced = this.#advanced.then(() => this.#advance(ms));
    this.#advanced = advanced.catch(() => {});
    return advanced;
  }

  async #advance(ms: number): Promise<TimerRun[]> {
    this.#isAdvancing = true;
    try {
      this.#clock.advance(ms);
      const now = this.#clock.now();
      const due = this.all
        .flatMap((timer) => (timer.nextDue !== undefined && timer.nextDue <= now ? [timer] : []))
        .toSorted((a, b) => Number(a.nextDue) - Number(b.nextDue));
      const runs: TimerRun[] = [];
      for (const timer of due) runs.push(await timer.run(true));
      return runs;
    } finally {
      this.#isAdvancing = false;
      this.#look();
    }
  }

  /** Starts nothing more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#alarm);
    this.#stopListening();
  }

  #look(): void {
    clearTimeout(this.#alarm);
    if (this.#isStopped) return;
    if (!this.#isAdvancing) this.#launchDue();
    const now = this.#clock.now().getTime();
    const waits = this.all
      .filter((timer) => timer.running === undefined && timer.nextDue !== undefined)
      .map((timer) => Number(timer.nextDue) - now);
    this.#alarm = setTimeout(() => this.#look(), Math.max(1, Math.min(LOOK_MS, ...waits)));
  }

  #launchDue(): void {
    const now = this.#clock.now();
    for (const timer of this.all) {
      const { nextDue } = timer;
      if (timer.running !== undefined || nextDue === undefined || nextDue > now) continue;
      const lateMs = now.getTime() - nextDue.getTime();
      const busyUntil = timer.info.lastRun;
      const wasBusy =
        busyUntil !== undefined &&
        busyUntil.at.getTime() + busyUntil.durationMs >= nextDue.getTime();
      this.#launch(timer, lateMs >= PAST_DUE_MS && !wasBusy);
    }
  }

  /** A failed run is part of the answer; nothing else can reject. */
  #launch(timer: Timer, isPastDue: boolean): void {
    void timer.run(isPastDue).finally(() => this.#look());
  }
}
