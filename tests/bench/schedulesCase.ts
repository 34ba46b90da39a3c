/**
 * 10,000 schedules that are due in the same minute, taken by two checkers in processes of their own over one SQLite file,
 * each run once; and what a check costs when none of 100,000 is due.
 */
import path from "node:path";
import { performance } from "node:perf_hooks";

import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../../shared/adapters/sqlite/workQueue.ts";
import { newSchedule } from "../../shared/domain/schedules.ts";
import type { Document } from "../../shared/ports/documentStore.ts";
import { asDeepDocument } from "../../shared/schemas/json.ts";
import { checkSchedules } from "../../shared/services/checkSchedules.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aScheduleBody } from "../../shared/testing/schedules.ts";
import { freshDataDir } from "../product/product.ts";
import { measureIn, report } from "./child.ts";

const DUE = 10_000;
const IDLE = 100_000;
const CHECKERS = 2;
const IDLE_CHECKS = 50;
const PER_BATCH = 100;
const CREATED_AT = new Date("2026-11-01T12:00:00Z");
const DUE_AT = "2026-11-02T08:00:00Z";

const [role, dataDir] = process.argv.slice(2);
if (role === "checker" && dataDir !== undefined) await check(dataDir);
else await main();

/** One instance of the app that was just started, for one minute. */
async function check(dir: string): Promise<void> {
  const deps = openDeps(dir);
  deps.clock.set(DUE_AT);
  const started = performance.now();
  const { claimed, lost, failed } = await checkSchedules(deps);
  report({ claimed, lost, failed, ms: Math.round(performance.now() - started) });
}

async function main(): Promise<void> {
  const dir = freshDataDir();
  const deps = openDeps(dir);
  await store(deps, DUE);
  const started = performance.now();
  const checks = await Promise.all(
    Array.from({ length: CHECKERS }, () => measureIn("schedulesCase.ts", ["checker", dir])),
  );
  const claim_ms = Math.round(performance.now() - started);
  const claimed = checks.reduce((sum, one) => sum + Number(one["claimed"]), 0);
  const runs = await deps.documents.count("schedules", { where: [isType("schedule-run")] });
  const waiting = await deps.documents.count("schedules", { where: [isType("outbox")] });
  if (claimed !== DUE || runs !== DUE) throw new Error(`${claimed} claims, ${runs} runs.`);
  await store(deps, IDLE - DUE);
  const idle = await idleChecks(deps);
  await deps.documents.close();
  const lost = checks.reduce((sum, one) => sum + Number(one["lost"]), 0);
  report({ claim_ms, claimed, lost, left_to_sweep: waiting, ...idle });
}

async function idleChecks(deps: ReturnType<typeof openDeps>) {
  deps.clock.set(DUE_AT);
  const times: number[] = [];
  for (let n = 0; n < IDLE_CHECKS; n += 1) {
    const started = performance.now();
    const { claimed } = await checkSchedules(deps);
    times.push(performance.now() - started);
    if (claimed !== 0) throw new Error("An idle check found something.");
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { idle_p50_ms: Number(at(0.5).toFixed(2)), idle_p95_ms: Number(at(0.95).toFixed(2)) };
}

/** Daily schedules; the clock says whether they are due. Those stored after the check have their next time ahead. */
async function store(deps: ReturnType<typeof openDeps>, count: number): Promise<void> {
  const at = deps.clock.now();
  const byShard = new Map<string, Document[]>();
  for (let n = 0; n < count; n += 1) {
    const id = deps.ids.next("sch");
    const place = { id: `${id}${at.getTime()}`, tenant_id: `tenant-${n % 50}`, provider_id: null };
    const body = aScheduleBody({ name: `Schedule ${n}` });
    const record = newSchedule({ ...place, created_by: "somebody" }, body, at);
    byShard.set(record.shard, [...(byShard.get(record.shard) ?? []), asDeepDocument(record)]);
    if ((byShard.get(record.shard)?.length ?? 0) < PER_BATCH) continue;
    await write(deps, record.shard, byShard);
  }
  for (const shard of byShard.keys()) await write(deps, shard, byShard);
  deps.clock.set(DUE_AT);
}

async function write(
  { documents }: ReturnType<typeof openDeps>,
  shard: string,
  byShard: Map<string, Document[]>,
): Promise<void> {
  const creates = (byShard.get(shard) ?? []).map((doc) => ({ kind: "create", doc }) as const);
  byShard.set(shard, []);
  if (creates.length === 0) return;
  const outcome = await documents.batch("schedules", [shard], creates);
  if (outcome !== "done") throw new Error("An id was taken.");
}

function isType(value: string) {
  return { op: "eq", field: "type", value } as const;
}

function openDeps(dir: string) {
  const base = testDeps();
  base.clock.set(CREATED_AT.toISOString());
  const database = openDatabase(path.join(dir, "socmate.sqlite"));
  const documents = createSqliteDocumentStore(database, base.clock);
  return { ...base, documents, queue: createSqliteWorkQueue(database, base.clock) };
}
