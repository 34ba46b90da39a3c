/** Keeps one receiver from holding up the others: few calls at once to each, and a rest for one that did not answer. */

/** Workers of an instance are few; no receiver may take all of them. */
const CALLS_AT_ONCE = 2;
/** While a call takes longer than this no other one begins. */
const SLOW_MS = 1_000;
/** How long a caller waits for a lane of a receiver whose calls are young. */
const WAIT_MS = 250;
const SHORTEST_AGAIN_MS = 1_000;
/** A call that is slow will most likely end in a timeout. */
const SLOW_AGAIN_MS = 5_000;
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 300_000;
/** Receivers that are remembered; the one that was called longest ago is forgotten first. */
const RECEIVERS_MAX = 1_000;

interface Receiver {
  /** When each call under way began. */
  calls: Set<{ startedAt: number }>;
  /** Answered the last time: may have several calls at once. */
  isProven: boolean;
  timeouts: number;
  restUntil: number;
  waiting: (() => void)[];
}

/** A lane that was entered; `leave` says whether the receiver answered at all. */
export interface Lane {
  leave(hasAnswered: boolean): void;
}

export class Lanes {
  readonly #receivers = new Map<string, Receiver>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A lane to that receiver, or in how many milliseconds to ask again. */
  async enter(key: string): Promise<Lane | { againMs: number }> {
    const receiver = this.#receiverOf(key);
    const found = this.#take(receiver);
    const isResting = receiver.restUntil > this.#now();
    if (!("againMs" in found) || isResting || this.#isSlow(receiver)) return found;
    await this.#left(receiver);
    return this.#take(receiver);
  }

  #take(receiver: Receiver): Lane | { againMs: number } {
    const now = this.#now();
    if (receiver.restUntil > now) return { againMs: Math.ceil(receiver.restUntil - now) };
    const most = receiver.isProven ? CALLS_AT_ONCE : 1;
    if (this.#isSlow(receiver)) return { againMs: SLOW_AGAIN_MS };
    if (receiver.calls.size >= most) return { againMs: SHORTEST_AGAIN_MS };
    const call = { startedAt: now };
    receiver.calls.add(call);
    return { leave: (hasAnswered) => this.#leave(receiver, call, hasAnswered) };
  }

  #leave(receiver: Receiver, call: { startedAt: number }, hasAnswered: boolean): void {
    receiver.calls.delete(call);
    receiver.isProven = hasAnswered;
    receiver.timeouts = hasAnswered ? 0 : receiver.timeouts + 1;
    if (!hasAnswered) {
      const rest = FIRST_REST_MS * 2 ** (receiver.timeouts - 1);
      receiver.restUntil = this.#now() + Math.min(rest, LONGEST_REST_MS);
    }
    receiver.waiting.shift()?.();
  }

  #isSlow({ calls }: Receiver): boolean {
    const now = this.#now();
    return [...calls].some(({ startedAt }) => now - startedAt > SLOW_MS);
  }

  /** Until a call of the receiver ends, at most a moment. */
  async #left(receiver: Receiver): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        receiver.waiting = receiver.waiting.filter((one) => one !== done);
        resolve();
      }, WAIT_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      receiver.waiting.push(done);
    });
  }

  #receiverOf(key: string): Receiver {
    const known = this.#receivers.get(key) ?? {
      calls: new Set(),
      isProven: false,
      timeouts: 0,
      restUntil: 0,
      waiting: [],
    };
    this.#receivers.delete(key);
    this.#receivers.set(key, known);
    const oldest = this.#receivers.keys().next().value;
    if (this.#receivers.size > RECEIVERS_MAX && oldest !== undefined)
      this.#receivers.delete(oldest);
    return known;
  }
}
