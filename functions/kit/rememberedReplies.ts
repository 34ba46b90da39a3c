/**
 * Answers the same question of the same tenant once for all who ask within a second, as long as nothing was written
 * meanwhile: queues that many people look at ask the same again and again. Only where the store can tell (the embedded
 * one), and only for endpoints whose reply is the same for everybody of the tenant who may ask.
 */
import type { Deps } from "../../shared/ports/deps.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import type { AnyEndpoint, Reply } from "./endpoint.ts";

interface Remembered {
  version: string;
  /** When it was made, in milliseconds. */
  at: number;
  reply: Reply<unknown>;
}

/** What a reply says of time (its age, what has settled) is right to the second. */
const KEEP_MS = 1000;
/** Questions that are asked at a time are few; the oldest goes first. */
const REPLIES_MAX = 50;

export class RememberedReplies {
  readonly #endpoint: AnyEndpoint;
  readonly #deps: Pick<Deps, "clock" | "documents">;
  readonly #known = new Map<string, Remembered>();

  constructor(endpoint: AnyEndpoint, deps: Pick<Deps, "clock" | "documents">) {
    this.#endpoint = endpoint;
    this.#deps = deps;
  }

  /** The reply that still holds, or what `make` answers now. Its JSON is written once. */
  async of(
    principal: Principal | undefined,
    url: URL,
    make: () => Promise<Reply<unknown>>,
  ): Promise<Reply<unknown>> {
    const { clock, documents } = this.#deps;
    const version = documents.version?.();
    if (version === undefined || principal === undefined) return make();
    const key = `${principal.tenant_id} ${url.pathname}${url.search}`;
    const at = clock.now().getTime();
    const known = this.#known.get(key);
    if (known?.version === version && at >= known.at && at < known.at + KEEP_MS) return known.reply;
    const reply = await make();
    if (reply.status !== 200 || reply.body === undefined) return reply;
    const written = { ...reply, json: this.#written(reply.body) };
    // What was written while the reply was made may or may not be in it.
    if (documents.version?.() === version) this.#keep(key, { version, at, reply: written });
    return written;
  }

  #written(body: unknown): Uint8Array {
    const checked = this.#endpoint.reply?.parse(body) ?? body;
    return Buffer.from(JSON.stringify(checked));
  }

  #keep(key: string, remembered: Remembered): void {
    this.#known.delete(key);
    this.#known.set(key, remembered);
    const [oldest] = this.#known.keys();
    if (this.#known.size > REPLIES_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}
