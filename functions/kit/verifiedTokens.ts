/** Tokens that passed every check a short while ago: a page sends the same one with each of its requests. */
import { hash } from "node:crypto";

import type { JWTPayload } from "jose";

import type { Principal } from "../../shared/schemas/principal.ts";

/** How long a check holds: a signing key that is withdrawn stops its tokens this soon. */
const HOLDS_MS = 5 * 60_000;
const TOKENS_MAX = 1_000;

interface Checked {
  principal: Principal;
  fromMs: number;
  untilMs: number;
}

/** Keeps only what succeeded, under the token's hash; the oldest goes first when there are too many. */
export class VerifiedTokens {
  readonly #checked = new Map<string, Checked>();

  /** `undefined` when the token must be checked: unknown, or the time it was checked for is over. */
  find(token: string, now: Date): Principal | undefined {
    const key = hashOf(token);
    const checked = this.#checked.get(key);
    if (checked === undefined) return undefined;
    const at = now.getTime();
    if (at >= checked.fromMs && at < checked.untilMs) return checked.principal;
    this.#checked.delete(key);
    return undefined;
  }

  /** A token without an expiry is not kept. */
  keep(token: string, principal: Principal, { exp }: JWTPayload, now: Date): void {
    if (exp === undefined) return;
    const fromMs = now.getTime();
    const untilMs = Math.min(fromMs + HOLDS_MS, exp * 1000);
    if (untilMs <= fromMs) return;
    this.#checked.set(hashOf(token), { principal, fromMs, untilMs });
    if (this.#checked.size <= TOKENS_MAX) return;
    for (const oldest of this.#checked.keys()) {
      this.#checked.delete(oldest);
      return;
    }
  }
}

const hashOf = (token: string): string => hash("sha256", token, "base64");
