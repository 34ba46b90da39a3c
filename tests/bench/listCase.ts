/**
 * One page of a filtered list over 100,000 stored incidents, through the whole product, against a bare `node:http` server
 * that sends the same bytes. Rounds alternate, so that all meet the same machine. `repeated` asks for one address again
 * and again; `varied` and `searched` never ask for one address twice.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { z } from "zod";

import { freshDataDir, Product } from "../product/product.ts";
import { median, peakMbOf, report } from "./child.ts";
import { requestsPerSecond } from "./load.ts";
import { storeIncidents } from "./storedIncidents.ts";

const COUNT = Number(process.argv[2] ?? 100_000);
const ROUNDS = 5;
const ROUND = { connections: 6, ms: 1_000 };
const NOW = "2026-11-01T12:00:00Z";
const LIST = "/api/v1/incidents?severity=high&status=new&limit=20";
/** A month, less some seconds: the same incidents by another address. */
let asked = 0;
const aboutAMonth = (): string => `&timespan=PT${30 * 86_400 - (asked += 1)}S`;
const ROUTES = {
  repeated: () => `${LIST}&timespan=P30D`,
  varied: () => LIST + aboutAMonth(),
  /** Words of two digits stand in a twentieth of the titles and more. */
  searched: () => `${LIST}${aboutAMonth()}&q=number%20${10 + (asked % 90)}`,
};
type Kind = keyof typeof ROUTES;
const USER = "analyst@contoso.example";

const dataDir = freshDataDir();
await storeIncidents(dataDir, { count: COUNT, days: 20, now: new Date(NOW) });
const product = await Product.start({
  DATA_DIR: dataDir,
  CLOCK_START: NOW,
  SYNC_CRON: "0 0 0 1 1 *",
});
const children: ChildProcess[] = [];
try {
  await product.ask(USER, "POST", "/local/timers/sync-incidents");
  const { headers, body } = await signedIn();
  const rate = (nextUrl: () => string, bytes?: number) =>
    requestsPerSecond({ nextUrl, headers, bytes }, ROUND);
  const bareUrl = await startBare(body);
  const ask = {
    repeated: () => rate(() => product.url + ROUTES.repeated(), body.length),
    varied: () => rate(() => product.url + ROUTES.varied()),
    searched: () => rate(() => product.url + ROUTES.searched()),
    bare: () => rate(() => bareUrl, body.length),
  };
  const rounds: Record<Kind | "bare", number>[] = [];
  // The first round warms all of them.
  for (let round = 0; round <= ROUNDS; round += 1) {
    rounds.push({
      repeated: await ask.repeated(),
      bare: await ask.bare(),
      varied: await ask.varied(),
      searched: await ask.searched(),
    });
  }
  rounds.shift();
  const perSecond = (kind: Kind | "bare") => Math.round(median(rounds.map((each) => each[kind])));
  const ratio = (kind: Kind) =>
    Number(median(rounds.map((each) => each.bare / each[kind])).toFixed(2));
  report({
    incidents: COUNT,
    bytes: body.length,
    repeated_per_second: perSecond("repeated"),
    varied_per_second: perSecond("varied"),
    searched_per_second: perSecond("searched"),
    bare_per_second: perSecond("bare"),
    bare_over_repeated: ratio("repeated"),
    bare_over_varied: ratio("varied"),
    bare_over_searched: ratio("searched"),
    product_peak_mb: peakMbOf(product.pid),
  });
} finally {
  for (const child of children) child.kill();
  await product.stop();
}

/** The request as a signed-in analyst sends it, and what it answers now. */
async function signedIn(): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const reply = await product.ask(undefined, "POST", "/local/token", { user: USER });
  const headers = { authorization: `Bearer ${z.string().parse(reply["access_token"])}` };
  const response = await fetch(product.url + ROUTES.repeated(), { headers });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${response.status} ${body.toString()}`);
  return { headers, body };
}

async function startBare(body: Buffer): Promise<string> {
  const file = path.join(dataDir, "body.json");
  writeFileSync(file, body);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "bareServer.ts"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    return `http://127.0.0.1:${line}${ROUTES.repeated()}`;
  }
  throw new Error("The bare server did not start.");
}
