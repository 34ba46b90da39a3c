/** Tells of people who sign in, each at most once in five minutes: not with each of their requests. */
import type { Deps } from "../../shared/ports/deps.ts";
import type { Principal } from "../../shared/schemas/principal.ts";

const AGAIN_MS = 5 * 60_000;
const USERS_MAX = 5_000;

/** What the kit asks of the product about people. */
export interface UserBook {
  recordSignIn(deps: Deps, principal: Principal): Promise<void>;
}

export class SeenUsers {
  readonly #deps: Deps;
  readonly #book: UserBook;
  /** When each was told of, in milliseconds; another role is told of at once. */
  readonly #seen = new Map<string, number>();

  constructor(deps: Deps, book: UserBook) {
    this.#deps = deps;
    this.#book = book;
  }

  /** Never throws: a sign-in is good whether it can be written down or not. */
  async note(principal: Principal): Promise<void> {
    const key = [principal.tenant_id, principal.id, ...principal.roles].join(" ");
    const now = this.#deps.clock.now().getTime();
    const seen = this.#seen.get(key);
    if (seen !== undefined && now >= seen && now - seen < AGAIN_MS) return;
    this.#seen.delete(key);
    this.#seen.set(key, now);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > USERS_MAX && oldest !== undefined) this.#seen.delete(oldest);
    try {
      await this.#book.recordSignIn(this.#deps, principal);
    } catch (error) {
      this.#deps.log.warn("user.not-recorded", { user_id: principal.id, error });
    }
  }
}
