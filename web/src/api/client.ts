/** The page's only way to the API: bearer token, ETags, problem documents. */
import { ApiError, OfflineError, problemOf, retryAfterOf, unreadable } from "./problem.ts";

/** Where bearer tokens come from. */
export interface TokenSource {
  /** A token that is good for at least some seconds; undefined when nobody is signed in. */
  token(): Promise<string | undefined>;
  /** A new token although the old one looks good: the server refused it. */
  renewed(): Promise<string | undefined>;
}

/** A body and the version it has. `body` is undefined on 204 and 304. */
export interface Reply<T> {
  status: number;
  etag: string | undefined;
  body: T | undefined;
}

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  /** Answer 304 when the record still has this version. */
  ifNoneMatch?: string | undefined;
  /** Refuse with 412 when the record no longer has this version. */
  ifMatch?: string | undefined;
  /** Makes a repeated POST answer as the first one did, instead of doing it twice. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
  /** For calls that wait for another service. */
  timeoutMs?: number;
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 30_000;
/** A large export is streamed for this long at most. */
const FILE_TIMEOUT_MS = 10 * 60_000;

/**
 * Replies are trusted to have the shapes of shared/schemas: the server makes them with those schemas,
 * and parsing them again would put zod into the first load.
 */
export class ApiClient {
  readonly #tokens: TokenSource;
  readonly #base: string;
  readonly #fetch: Fetch;

  constructor(
    tokens: TokenSource,
    base = "",
    fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  ) {
    this.#tokens = tokens;
    this.#base = base;
    this.#fetch = fetch;
  }

  /** The whole address of a path, as other programs call it. */
  addressOf(path: string): string {
    return new URL(this.#base + path, window.location.origin).href;
  }

  /** @throws ApiError when the server refuses, OfflineError when it cannot be reached. */
  async call<T>(path: string, call: Call = {}): Promise<Reply<T>> {
    const reply = await this.#answer(path, call);
    const etag = reply.headers.get("etag") ?? undefined;
    if (reply.status === 304) return { status: 304, etag, body: undefined };
    try {
      const text = await reply.text();
      const body: T | undefined = text === "" ? undefined : JSON.parse(text);
      return { status: reply.status, etag, body };
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      throw unreadable(reply);
    }
  }

  /** A file of the server, which a plain link could not fetch: it has no token. */
  async file(path: string): Promise<Blob> {
    const reply = await this.#answer(path, { timeoutMs: FILE_TIMEOUT_MS });
    return reply.blob();
  }

  /** The body of a call that always answers with one. */
  async read<T>(path: string, call: Call = {}): Promise<T> {
    const { body } = await this.call<T>(path, call);
    if (body === undefined) throw new Error(`${path} answered without a body.`);
    return body;
  }

  /** A reply that is 2xx or 304, with a renewed token where the first was refused. */
  async #answer(path: string, call: Call): Promise<Response> {
    let reply = await this.#send(path, call, await this.#tokens.token());
    if (reply.status === 401) {
      reply = await this.#send(path, call, await this.#tokens.renewed());
    }
    if (!reply.ok && reply.status !== 304) {
      throw new ApiError(await problemOf(reply), retryAfterOf(reply));
    }
    return reply;
  }

  async #send(path: string, call: Call, token: string | undefined): Promise<Response> {
    const headers = new Headers({ accept: "application/json" });
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (call.body !== undefined) headers.set("content-type", "application/json");
    if (call.ifMatch !== undefined) headers.set("if-match", call.ifMatch);
    if (call.ifNoneMatch !== undefined) headers.set("if-none-match", call.ifNoneMatch);
    if (call.idempotencyKey !== undefined) headers.set("idempotency-key", call.idempotencyKey);
    const limit = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
    try {
      return await this.#fetch(this.#base + path, {
        method: call.method ?? "GET",
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]),
        // The page keeps its own versions; the browser's cache would answer beside them.
        cache: "no-store",
      });
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      throw new OfflineError(cause);
    }
  }
}
