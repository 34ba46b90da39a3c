/**
 * Keys that do not open, by the address they come from: who tries many is told to wait, and from a point on is not even
 * looked up. Counted in each instance by itself. A key that opens is not refused for what others behind the same address
 * do: one that opened lately here is always looked up, any other one up to ten times the limit.
 */
import { createHash } from "node:crypto";

import { AppError } from "../../shared/domain/errors.ts";
import type { Clock } from "../../shared/ports/clock.ts";

const WINDOW_MS = 60_000;
/** Wrong keys from one address in a minute that are told so; more are told to wait. */
const FAILURES_MAX = 120;
/** Beyond it nothing from there is looked up that was not right lately: a guesser costs the store no more. */
const LOOKED_UP_MAX = 10 * FAILURES_MAX;
const GOOD_MS = 10 * 60_000;
/** Addresses, and right keys, that are remembered. */
const REMEMBERED_MAX = 10_000;

export class FailedKeys {
  readonly #clock: Clock;
  readonly #sourceOf: (address: string | undefined) => string;
  readonly #failures = new Map<string, { since: number; count: number }>();
  /** Hashes of right keys, and when they came. */
  readonly #good = new Map<string, number>();

  /** @param sourceOf who counts as one of those behind an address; `undefined` when the front end did not tell. */
  constructor(clock: Clock, sourceOf: (address: string | undefined) => string) {
    this.#clock = clock;
    this.#sourceOf = sourceOf;
  }

  /**
   * What the key opens.
   * @param find gives `undefined` for a wrong key. Right ones that are revoked or expired are refused by what it throws.
   * @throws AppError `unauthenticated` for a wrong key; `rate-limited` after too many from there; what `find` throws.
   */
  async guard<Found>(
    key: string,
    address: string | undefined,
    find: () => Promise<Found | undefined>,
  ): Promise<Found> {
    const from = this.#sourceOf(address);
    const hash = createHash("sha256").update(key).digest("base64");
    const now = this.#clock.now().getTime();
    if (this.#countOf(from, now) >= LOOKED_UP_MAX && !this.#isGood(hash, now)) {
      throw this.#refusal(from, now);
    }
    const found = await find();
    if (found === undefined) throw this.#wrong(from, hash, now);
    remember(this.#good, hash, now);
    return found;
  }

  #wrong(from: string, hash: string, now: number): AppError {
    this.#good.delete(hash);
    const count = this.#countOf(from, now) + 1;
    const since = count === 1 ? now : (this.#failures.get(from)?.since ?? now);
    remember(this.#failures, from, { since, count });
    if (count > FAILURES_MAX) return this.#refusal(from, now);
    return new AppError("unauthenticated", "The API key is not valid.");
  }

  #countOf(from: string, now: number): number {
    const known = this.#failures.get(from);
    return known === undefined || known.since + WINDOW_MS <= now ? 0 : known.count;
  }

  #isGood(hash: string, now: number): boolean {
    return (this.#good.get(hash) ?? -Infinity) + GOOD_MS > now;
  }

  #refusal(from: string, now: number): AppError {
    const since = this.#failures.get(from)?.since ?? now;
    const retryAfterSeconds = Math.max(1, Math.ceil((since + WINDOW_MS - now) / 1000));
    const detail = `The API key is not valid, and too many invalid ones came from this address: try again in ${retryAfterSeconds} s.`;
    return new AppError("rate-limited", detail, { retryAfterSeconds });
  }
}

/** Sets it as the newest; the oldest goes when there are too many. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
}
