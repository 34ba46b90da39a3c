/** Sign-in of the local run: a chosen demo user's token from the local issuer, kept for this tab. */
import type { TokenSource } from "./client.ts";
import { ApiError, OfflineError, problemOf } from "./problem.ts";

/** One of GET /local/users. */
export interface LocalUser {
  user: string;
  name: string;
  tenant: string;
  roles: string[];
}

interface Held {
  user: string;
  token: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  expiresAtMs: number;
}

const KEY = "socmate.local-sign-in";
/** A token is renewed this long before its end, so that none expires on the way. */
const RENEW_BEFORE_MS = 60_000;

export class LocalSignIn implements TokenSource {
  #held: Held | undefined = stored();
  #renewing: Promise<string | undefined> | undefined;
  readonly #listeners = new Set<() => void>();

  /** The chosen user's address; undefined before one is chosen. */
  readonly user = (): string | undefined => this.#held?.user;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async users(): Promise<LocalUser[]> {
    const { users }: { users: LocalUser[] } = await json("/local/users");
    return users;
  }

  async signIn(user: string): Promise<void> {
    await this.#fetchToken(user);
    this.#tell();
  }

  signOut(): void {
    this.#held = undefined;
    sessionStorage.removeItem(KEY);
    this.#tell();
  }

  async token(): Promise<string | undefined> {
    if (this.#held === undefined) return undefined;
    if (this.#held.expiresAtMs - Date.now() > RENEW_BEFORE_MS) return this.#held.token;
    return this.renewed();
  }

  async renewed(): Promise<string | undefined> {
    const user = this.#held?.user;
    if (user === undefined) return undefined;
    this.#renewing ??= this.#fetchToken(user).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #fetchToken(user: string): Promise<string> {
    const reply: { access_token: string; expires_in: number } = await json("/local/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user }),
    });
    const expiresAtMs = Date.now() + reply.expires_in * 1000;
    this.#held = { user, token: reply.access_token, expiresAtMs };
    sessionStorage.setItem(KEY, JSON.stringify(this.#held));
    return reply.access_token;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function stored(): Held | undefined {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return undefined;
  try {
    const held: Held = JSON.parse(text);
    return held;
  } catch {
    return undefined;
  }
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const reply = await fetch(path, init).catch((cause: unknown) => {
    throw new OfflineError(cause);
  });
  if (!reply.ok) throw new ApiError(await problemOf(reply));
  const body: T = await reply.json();
  return body;
}
