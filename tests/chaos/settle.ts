/** Waits until the product has nothing left to do. */
import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";

import type { Product } from "../product/product.ts";
import { ADMIN, ANALYST } from "./promises.ts";

const Stats = z.object({
  queues: z.record(z.string(), z.object({ active: z.int(), scheduled: z.int(), dead: z.int() })),
});
const Queued = z.object({ items: z.array(z.unknown()) });
const LOOKS_MAX = 2_400;
const LOOK_EVERY_MS = 50;
const SWEEP_EVERY = 20;

/** A sync that was killed holds its provider for two minutes: nobody else may sync until they are over. */
export async function letLeasesEnd(product: Product): Promise<void> {
  await product.ask(undefined, "POST", "/local/clock", { advance: "PT2M1S" });
}

/**
 * Lets time pass, sweeps, and looks until queues and sessions are done: the product is another process.
 * @throws Error when work is left after two minutes, or when a message died.
 */
export async function settle(product: Product): Promise<void> {
  await letLeasesEnd(product);
  await product.ask(ADMIN, "POST", "/local/timers/sync-incidents");
  await product.ask(ADMIN, "POST", "/local/timers/check-schedules");
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    if (look % SWEEP_EVERY === 0) await product.ask(ADMIN, "POST", "/local/timers/relay-outbox");
    const { queues } = Stats.parse(await product.ask(undefined, "GET", "/local/stats"));
    const counts = Object.values(queues);
    const dead = counts.reduce((sum, one) => sum + one.dead, 0);
    if (dead > 0) throw new Error(`${dead} messages are dead: ${JSON.stringify(queues)}.`);
    const waiting = counts.reduce((sum, { active, scheduled }) => sum + active + scheduled, 0);
    if (waiting === 0 && !(await hasOpenSessions(product))) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error("The product's work did not end.");
}

async function hasOpenSessions(product: Product): Promise<boolean> {
  for (const status of ["queued", "running"]) {
    const path = `/api/v1/sessions?status=${status}`;
    if (Queued.parse(await product.ask(ANALYST, "GET", path)).items.length > 0) return true;
  }
  return false;
}
