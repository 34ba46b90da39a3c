/** Work that goes on until the product dies: stories and syncs, investigations, notes. */
import { z } from "zod";

import type { JsonObject } from "../../shared/schemas/json.ts";
import type { Product } from "../product/product.ts";
import { ADMIN, ANALYST, type Promises } from "./promises.ts";
import { schedule } from "./schedules.ts";

export interface Work {
  /** Resolves once each kind of work has had its first answer. */
  begun: Promise<unknown>;
  /** Requests sent and not answered yet. */
  underWay(): number;
  /** From now on a request without an answer is what the kill did. */
  expectCut(): void;
  /** Requests that were cut off, and what failed for any other reason, in words. */
  ended: Promise<{ cut: number; failed: string[] }>;
}

/** More than any round lasts. */
const TURNS_MAX = 500;
const ACTORS = { admin: ADMIN, analyst: ANALYST };
const FAMILIES = ["signin_attack", "phishing"];
const Numbers = z.object({ incident_numbers: z.array(z.int()) });
const Listed = z.object({ items: z.array(z.object({ number: z.int() })) });

/** What was acknowledged goes into the promises. */
export function startWork(
  product: Product,
  promises: Promises,
  round: number,
  random: () => number,
): Work {
  let open = 0;
  let cut = 0;
  let isCutExpected = false;
  const failed: string[] = [];
  const ask = async (
    user: string,
    ...request: [string, string, JsonObject?]
  ): Promise<JsonObject> => {
    open += 1;
    try {
      return await product.ask(user, ...request);
    } finally {
      open -= 1;
    }
  };
  const kinds = [
    (turn: number) => playAndSync(ask, promises, `${round}-${turn}`, random),
    (turn: number) => investigate(ask, promises, turn),
    async (turn: number) => schedule(ask, ACTORS, promises.schedules, (await newest(ask))[0], turn),
    (turn: number) => takeNotes(ask, promises, `round ${round}, turn ${turn}`),
  ];
  const firsts = kinds.map((kind) => kind(0));
  const loops = kinds.map(async (kind, i) => {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      try {
        await (turn === 0 ? firsts[i] : kind(turn));
      } catch (error) {
        // A request that the kill cut off was never acknowledged: nothing was promised.
        if (isCutExpected && error instanceof TypeError) cut += 1;
        else failed.push(String(error));
        return;
      }
    }
  });
  return {
    begun: Promise.allSettled(firsts),
    underWay: () => open,
    expectCut: () => (isCutExpected = true),
    ended: Promise.all(loops).then(() => ({ cut, failed })),
  };
}

type Ask = (user: string, ...request: [string, string, JsonObject?]) => Promise<JsonObject>;

async function playAndSync(
  ask: Ask,
  promises: Promises,
  seed: string,
  random: () => number,
): Promise<void> {
  const family = FAMILIES[Math.floor(random() * FAMILIES.length)] ?? "phishing";
  const story = { family, truth: "true_positive", seed };
  const played = Numbers.parse(await ask(ADMIN, "POST", "/local/tenant/stories", story));
  for (const number of played.incident_numbers) promises.stories.add(number);
  await ask(ADMIN, "POST", "/local/timers/sync-incidents");
}

const newest = async (ask: Ask): Promise<number[]> => {
  const path = "/api/v1/incidents?limit=5&timespan=P30D&sort=-number";
  return Listed.parse(await ask(ANALYST, "GET", path)).items.map(({ number }) => number);
};

/** Two a round: more would queue up over the rounds and never end. */
async function investigate(ask: Ask, promises: Promises, turn: number): Promise<void> {
  const [number] = await newest(ask);
  if (number === undefined || turn >= 2) return;
  const query = `Investigate incident #${number}`;
  const started = await ask(ANALYST, "POST", "/api/v1/investigations/start", { query });
  promises.sessions.add(z.string().parse(started["session_id"]));
}

async function takeNotes(ask: Ask, promises: Promises, notes: string): Promise<void> {
  for (const number of await newest(ask)) {
    promises.unsure.set(number, [...(promises.unsure.get(number) ?? []), notes]);
    await ask(ANALYST, "PATCH", `/api/v1/incidents/${number}`, { notes });
    promises.notes.set(number, notes);
    promises.unsure.delete(number);
  }
}
