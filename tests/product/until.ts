/** Waiting for what another process does by itself. */
import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 50;

/**
 * Looks until `look` finds something, at most `limitMs`.
 * @throws Error that names what did not come.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
    await pause(LOOK_EVERY_MS);
  }
}
