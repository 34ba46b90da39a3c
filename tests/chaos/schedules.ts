/** Schedules under fire: each single run begins once, each run by hand that was acknowledged ends, whatever dies between. */
import { z } from "zod";

import type { JsonObject } from "../../shared/schemas/json.ts";
import type { Product } from "../product/product.ts";

type Ask = (user: string, ...request: [string, string, JsonObject?]) => Promise<JsonObject>;

const Clock = z.object({ now: z.iso.datetime() });
const Made = z.object({ id: z.string() });
const Runs = z.object({
  items: z.array(z.object({ id: z.string(), trigger: z.string(), status: z.string() })),
});
/** Far enough that it is still to come when the request arrives. */
const DUE_IN_MS = 2_000;
/** One a round, of two runs: more would queue up over the rounds and never end. */
const TURNS = 1;

/** What was acknowledged, by schedule: ids of the runs by hand. */
export type ScheduleBook = Map<string, string[]>;

export interface Actors {
  admin: string;
  analyst: string;
}

/** Takes what is due; in the first turn also makes a schedule that runs once, and runs it by hand besides. */
export async function schedule(
  ask: Ask,
  { admin, analyst }: Actors,
  book: ScheduleBook,
  incident: number | undefined,
  turn: number,
): Promise<void> {
  await ask(admin, "POST", "/local/timers/check-schedules");
  if (incident === undefined || turn >= TURNS) return;
  const { now } = Clock.parse(await ask(admin, "GET", "/local/clock"));
  const made = await ask(analyst, "POST", "/api/v1/schedules", {
    name: `Chaos ${turn}`,
    user_query: `Investigate incident #${incident}`,
    frequency: "once",
    scheduled_time: new Date(Date.parse(now) + DUE_IN_MS).toISOString(),
  });
  const { id } = Made.parse(made);
  book.set(id, []);
  const run = Made.parse(await ask(analyst, "POST", `/api/v1/schedules/${id}/run`));
  book.set(id, [run.id]);
}

/** What is broken once all work has ended, in words. */
export async function brokenSchedules(
  product: Product,
  analyst: string,
  book: ScheduleBook,
): Promise<string[]> {
  const broken: string[] = [];
  for (const [id, byHand] of book) {
    const path = `/api/v1/schedules/${id}`;
    const { status } = z
      .object({ status: z.string() })
      .parse(await product.ask(analyst, "GET", path));
    const { items } = Runs.parse(await product.ask(analyst, "GET", `${path}/runs`));
    const own = items.filter(({ trigger }) => trigger === "schedule");
    if (own.length !== 1) broken.push(`schedule ${id} began ${own.length} times by itself`);
    if (status !== "COMPLETED") broken.push(`schedule ${id} is ${status} after its only run`);
    for (const run of items) {
      if (run.status !== "completed") broken.push(`run ${run.id} of ${id} is ${run.status}`);
    }
    for (const run of byHand) {
      if (!items.some((one) => one.id === run)) broken.push(`run ${run} of ${id} is lost`);
    }
  }
  return broken;
}
