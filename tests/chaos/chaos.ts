/** Kills the product at random moments of its work, starts it again, and asks whether it kept its promises. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";

import { freshDataDir, Product } from "../product/product.ts";
import { ADMIN, ANALYST, Promises } from "./promises.ts";

export interface ChaosResult {
  rounds: number;
  /** Rounds in which a request, a timer run or a queue message was under way at the kill. */
  killsInWork: number;
  /** Rounds whose kill fell between the begin and the end of a transaction. */
  killsInWrites: number;
  broken: string[];
  sessions: number;
  notes: number;
  stories: number;
}

const MARKER = pathToFileURL(path.resolve(import.meta.dirname, "markWrites.mjs")).href;
const FAMILIES = ["signin_attack", "phishing"];
/** Work of a round goes on for at most this long before the kill. */
const KILL_WITHIN_MS = 600;
const SETTLE_TRIES = 600;

const Numbers = z.object({ incident_numbers: z.array(z.int()) });
const Listed = z.object({ items: z.array(z.object({ number: z.int() })) });

/** @param random gives numbers in [0, 1): the same sequence, the same choices. */
export async function chaos(
  rounds: number,
  random: () => number,
  say: (line: string) => void,
): Promise<ChaosResult> {
  const dataDir = freshDataDir();
  const markFile = path.join(dataDir, "mark");
  const env = { DATA_DIR: dataDir, CHAOS_MARK_FILE: markFile, NODE_OPTIONS: `--import=${MARKER}` };
  const promises = new Promises();
  const result: ChaosResult = {
    rounds,
    killsInWork: 0,
    killsInWrites: 0,
    broken: [],
    sessions: 0,
    notes: 0,
    stories: 0,
  };
  let product = await Product.start(env);
  for (let round = 1; round <= rounds; round += 1) {
    const work = startWork(product, promises, round, random);
    await pause(20 + random() * KILL_WITHIN_MS);
    result.killsInWork += work.isUnderWay() ? 1 : 0;
    await product.kill();
    result.killsInWrites += readFileSync(markFile, "latin1").startsWith("1") ? 1 : 0;
    await work.ended;
    product = await Product.start(env);
    const broken = await promises.brokenNow(product);
    for (const line of broken) result.broken.push(`round ${round}: ${line}`);
    say(`round ${round}: ${broken.length === 0 ? "all promises kept" : broken.join("; ")}`);
  }
  await settle(product);
  result.broken.push(...(await promises.brokenAtTheEnd(product)));
  result.sessions = promises.sessions.size;
  result.notes = promises.notes.size;
  result.stories = promises.stories.size;
  await product.stop();
  return result;
}

/** Stories, syncs, notes and investigations at once; what was acknowledged goes into the promises. */
function startWork(product: Product, promises: Promises, round: number, random: () => number) {
  let open = 0;
  const tasks: Promise<void>[] = [];
  const attempt = (task: () => Promise<void>) => {
    open += 1;
    // A request cut by the kill was never acknowledged: nothing was promised.
    tasks.push(
      task()
        .catch(() => {})
        .finally(() => (open -= 1)),
    );
  };
  attempt(async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const family = FAMILIES[Math.floor(random() * FAMILIES.length)] ?? "phishing";
      const seed = round * 100 + turn;
      const story = { family, truth: "true_positive", seed };
      const played = Numbers.parse(
        await product.ask(ADMIN, "POST", "/local/tenant/stories", story),
      );
      for (const number of played.incident_numbers) promises.stories.add(number);
      await product.ask(ADMIN, "POST", "/local/timers/sync-incidents");
    }
  });
  attempt(async () => {
    const known = Listed.parse(
      await product.ask(ANALYST, "GET", "/api/v1/incidents?limit=20&timespan=P30D"),
    );
    for (const { number } of known.items.slice(0, 3)) {
      const query = `Investigate incident #${number}`;
      const started = await product.ask(ANALYST, "POST", "/api/v1/investigations/start", { query });
      promises.sessions.add(z.string().parse(started["session_id"]));
    }
    for (const [i, { number }] of known.items.entries()) {
      const notes = `round ${round}, note ${i}`;
      promises.unsure.set(number, [...(promises.unsure.get(number) ?? []), notes]);
      await product.ask(ANALYST, "PATCH", `/api/v1/incidents/${number}`, { notes });
      promises.notes.set(number, notes);
      promises.unsure.delete(number);
    }
  });
  return { isUnderWay: () => open > 0, ended: Promise.all(tasks) };
}

const Stats = z.object({
  queues: z.record(z.string(), z.object({ active: z.int(), scheduled: z.int(), dead: z.int() })),
});
const Queued = z.object({ items: z.array(z.unknown()) });

/** Sweeps and waits until no work is left. Looks every 50 ms because the product is another process. */
async function settle(product: Product): Promise<void> {
  await product.ask(ADMIN, "POST", "/local/timers/sync-incidents");
  await product.ask(undefined, "POST", "/local/clock", { advance: "PT10M" });
  product.forgetTokens();
  for (let tried = 0; tried < SETTLE_TRIES; tried += 1) {
    if (tried % 20 === 0) await product.ask(ADMIN, "POST", "/local/timers/relay-outbox");
    const { queues } = Stats.parse(await product.ask(undefined, "GET", "/local/stats"));
    const waiting = Object.values(queues).reduce(
      (sum, { active, scheduled }) => sum + active + scheduled,
      0,
    );
    const open = await Promise.all(
      ["queued", "running"].map(async (status) =>
        Queued.parse(await product.ask(ANALYST, "GET", `/api/v1/sessions?status=${status}`)),
      ),
    );
    if (waiting === 0 && open.every(({ items }) => items.length === 0)) return;
    await pause(50);
  }
  throw new Error("The product's work did not end.");
}
