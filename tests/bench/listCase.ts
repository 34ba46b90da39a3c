/**
 * One page of a filtered list over 50,000 stored incidents, through the whole product, against a bare `node:http` server
 * that sends the same bytes. Rounds alternate, so that both meet the same machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { z } from "zod";

import { freshDataDir, Product } from "../product/product.ts";
import { median, peakMbOf, report } from "./child.ts";
import { requestsPerSecond, type Target } from "./load.ts";
import { storeIncidents } from "./storedIncidents.ts";

const COUNT = Number(process.argv[2] ?? 50_000);
const ROUNDS = 7;
const ROUND = { connections: 6, ms: 1_000 };
const WARM_UP = { connections: 6, ms: 3_000 };
const NOW = "2026-11-01T12:00:00Z";
const ROUTE = "/api/v1/incidents?severity=high&status=new&limit=20&timespan=P30D";
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
  const listed = await target();
  const bare: Target = { ...listed, url: await startBare(listed.body) };
  await requestsPerSecond(listed, WARM_UP);
  await requestsPerSecond(bare, WARM_UP);
  const rounds: { list: number; bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      list: await requestsPerSecond(listed, ROUND),
      bare: await requestsPerSecond(bare, ROUND),
    });
  }
  report({
    incidents: COUNT,
    bytes: listed.bytes,
    list_per_second: Math.round(median(rounds.map(({ list }) => list))),
    bare_per_second: Math.round(median(rounds.map((round) => round.bare))),
    bare_over_list: Number(median(rounds.map((round) => round.bare / round.list)).toFixed(2)),
    product_peak_mb: peakMbOf(product.pid),
  });
} finally {
  for (const child of children) child.kill();
  await product.stop();
}

/** The request as a signed-in analyst sends it, and what it answers now. */
async function target(): Promise<Target & { body: Buffer }> {
  const reply = await product.ask(undefined, "POST", "/local/token", { user: USER });
  const headers = { authorization: `Bearer ${z.string().parse(reply["access_token"])}` };
  const response = await fetch(product.url + ROUTE, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${response.status} ${body.toString()}`);
  return { url: product.url + ROUTE, headers, body, bytes: body.length };
}

async function startBare(body: Buffer): Promise<string> {
  const file = path.join(dataDir, "body.json");
  writeFileSync(file, body);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "bareServer.ts"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    return `http://127.0.0.1:${line}${ROUTE}`;
  }
  throw new Error("The bare server did not start.");
}
