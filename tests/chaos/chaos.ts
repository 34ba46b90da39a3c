/** Kills the product at random moments of its work, starts it again, and asks whether it kept its promises. */
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { freshDataDir, Product } from "../product/product.ts";
import { Promises } from "./promises.ts";
import { letLeasesEnd, settle } from "./settle.ts";
import { startWork, type Work } from "./work.ts";
import { WriteMark } from "./writeMark.ts";

export interface ChaosResult {
  rounds: number;
  /** Rounds in which requests were under way at the kill and none of them had failed by itself. */
  killsInWork: number;
  /** Rounds whose kill fell between the begin and the end of a transaction. */
  killsInWrites: number;
  /** Requests that were cut off by the kills. */
  cut: number;
  broken: string[];
  sessions: number;
  schedules: number;
  notes: number;
  stories: number;
}

const PRELOAD = pathToFileURL(path.resolve(import.meta.dirname, "markWrites.mjs")).href;
/** Work of a round goes on for at least and at most this long before the kill. */
const KILL_AFTER_MS = [30, 700] as const;
/** Every second kill waits at most this long for a transaction to be open. */
const WRITE_WAIT_MS = 2_000;

/** Sessions must not reach their deadline of 15 minutes by the clock that is moved between rounds. */
const SETTLE_EVERY = 4;

/** @param random gives numbers in [0, 1): the same sequence, the same choices. */
export async function chaos(
  rounds: number,
  random: () => number,
  say: (line: string) => void,
): Promise<ChaosResult> {
  const dataDir = freshDataDir();
  const mark = new WriteMark(path.join(dataDir, "mark"));
  const env = {
    DATA_DIR: dataDir,
    CHAOS_MARK_FILE: mark.file,
    NODE_OPTIONS: `--import=${PRELOAD}`,
  };
  const promises = new Promises();
  const result = { rounds, killsInWork: 0, killsInWrites: 0, cut: 0, broken: [] as string[] };
  let product = await Product.start(env);
  for (let round = 1; round <= rounds; round += 1) {
    const work = startWork(product, promises, round, random);
    const { inWrite, underWay } = await killIn(product, work, mark, round, random);
    const { cut, failed } = await work.ended;
    result.killsInWork += underWay > 0 && failed.length === 0 ? 1 : 0;
    result.killsInWrites += inWrite ? 1 : 0;
    result.cut += cut;
    product = await Product.start(env);
    const broken = [...failed, ...(await promises.brokenNow(product))];
    if (round % SETTLE_EVERY === 0) await settle(product);
    else await letLeasesEnd(product);
    result.broken.push(...broken.map((line) => `round ${round}: ${line}`));
    say(
      `round ${round}: killed with ${underWay} requests under way${inWrite ? ", inside a write" : ""}; ` +
        (broken.length === 0 ? "all promises kept" : broken.join("; ")),
    );
  }
  await settle(product);
  result.broken.push(...(await promises.brokenAtTheEnd(product)));
  await product.stop();
  mark.close();
  const { sessions, schedules, notes, stories } = promises;
  const kept = { sessions: sessions.size, schedules: schedules.size };
  return { ...result, ...kept, notes: notes.size, stories: stories.size };
}

/** Kills after a while at a random moment; in every second round at the next moment in which a transaction is open. */
async function killIn(
  product: Product,
  work: Work,
  mark: WriteMark,
  round: number,
  random: () => number,
): Promise<{ inWrite: boolean; underWay: number }> {
  const [least, most] = KILL_AFTER_MS;
  await work.begun;
  await pause(least + random() * (most - least));
  const deadline = performance.now() + WRITE_WAIT_MS;
  const isWriteAwaited = round % 2 === 0;
  while (!mark.seesWrite(isWriteAwaited) && performance.now() < deadline) await pause(0);
  const underWay = work.underWay();
  work.expectCut();
  await product.kill();
  return { inWrite: mark.isOpen(), underWay };
}
