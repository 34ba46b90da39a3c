/** Counts how often each API key is used, and writes it down now and then: not with each request. */
import type { Deps } from "../../shared/ports/deps.ts";
import type { ApiKeyUse } from "../../shared/schemas/apiKeys.ts";

/** Uses wait at most so long in memory; a process that dies loses that much. */
const WAIT_MS = 60_000;

interface Options {
  deps: Pick<Deps, "clock" | "log">;
  save(id: string, use: ApiKeyUse): Promise<void>;
  /** Calls back after so many milliseconds of real time, without keeping the process alive. */
  later?: (ms: number, work: () => void) => void;
}

export class KeyUses {
  readonly #options: Options;
  readonly #waiting = new Map<string, ApiKeyUse>();
  /** Keys that were written a short while ago: their next uses wait. */
  readonly #resting = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** The first use after a pause is written at once, those of the minute after it together. Never throws. */
  async note(id: string, address: string | undefined): Promise<void> {
    const at = this.#options.deps.clock.now().toISOString();
    const day = at.slice(0, 10);
    const known = this.#waiting.get(id);
    const days = { ...known?.days, [day]: (known?.days[day] ?? 0) + 1 };
    this.#waiting.set(id, { last_used_at: at, last_used_from: address ?? null, days });
    if (!this.#resting.has(id)) await this.#write(id);
  }

  async #write(id: string): Promise<void> {
    const use = this.#waiting.get(id);
    if (use === undefined) return;
    this.#waiting.delete(id);
    this.#resting.add(id);
    const later = this.#options.later ?? afterRealTime;
    later(WAIT_MS, () => {
      this.#resting.delete(id);
      void this.#write(id);
    });
    try {
      await this.#options.save(id, use);
    } catch (error) {
      this.#options.deps.log.warn("api-key.use-lost", { api_key_id: id, error });
    }
  }
}

function afterRealTime(ms: number, work: () => void): void {
  setTimeout(work, ms).unref();
}
