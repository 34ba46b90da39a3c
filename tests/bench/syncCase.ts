/**
 * Sync of 10,000 incidents into a fresh SQLite file, against raw prepared inserts of the same rows. The rival writes each
 * page right after the sync wrote it, so that both meet the same disk. With the argument `alone` there is no rival, whose
 * own file and cache would be counted as the sync's memory.
 */
import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";

import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../../shared/adapters/sqlite/workQueue.ts";
import type { Siem } from "../../shared/ports/siem.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { SentinelIncident } from "../../shared/schemas/incidents.ts";
import { syncIncidents } from "../../shared/services/syncIncidents.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aProvider, aSentinelIncident, NOW } from "../../shared/testing/fixtures.ts";
import { report } from "./child.ts";
import { RawInserts } from "./rawInserts.ts";

const COUNT = Number(process.argv[2] ?? 10_000);
const IS_ALONE = process.argv[3] === "alone";
const directory = mkdtempSync(path.join(os.tmpdir(), "bench-sync-"));
const file = path.join(directory, "store.sqlite");

/** Runs between two pages and is not counted as the sync's time. */
let betweenPages = () => {};
let pausedMs = 0;

function pause(): void {
  const started = performance.now();
  betweenPages();
  pausedMs += performance.now() - started;
}

/** Changes spread over the last day, as a workspace has them; made page by page, so that they take no memory. */
class GeneratedSiem implements Pick<Siem, "changedIncidents"> {
  async *changedIncidents(
    _provider: unknown,
    range: { from: string; to: string },
    pageSize: number,
  ): AsyncIterable<SentinelIncident[]> {
    let page: SentinelIncident[] = [];
    for (let number = 1; number <= COUNT; number += 1) {
      const at = new Date(Date.parse(NOW) - (COUNT - number) * (86_400_000 / COUNT)).toISOString();
      if (at < range.from || at > range.to) continue;
      page.push(incident(number, at));
      if (page.length < pageSize) continue;
      yield page;
      pause();
      page = [];
    }
    if (page.length > 0) yield page;
    pause();
  }
}

const SEVERITIES = ["informational", "low", "medium", "high"] as const;

function incident(number: number, at: string): SentinelIncident {
  return aSentinelIncident({
    number,
    title: `Incident number ${number} of the bench`,
    severity: SEVERITIES[number % 4] ?? "low",
    created_at: at,
    last_modified_at: at,
  });
}

const generated = new GeneratedSiem();
const database = openDatabase(file);
const base = testDeps();
const deps = {
  ...base,
  documents: createSqliteDocumentStore(database, base.clock),
  queue: createSqliteWorkQueue(database, base.clock),
  // However slow the machine is, the run does not stop in between.
  elapsedMs: () => 0,
  siem: Object.assign(base.siem, {
    changedIncidents: (...[provider, range, pageSize]: Parameters<Siem["changedIncidents"]>) =>
      generated.changedIncidents(provider, range, pageSize),
  }),
};
await providers.create(deps.documents, aProvider());

const timed = async (): Promise<{ ms: number; changed: number }> => {
  pausedMs = 0;
  const started = performance.now();
  const reply = await syncIncidents(deps);
  const ms = performance.now() - started - pausedMs;
  const changed = reply.providers.reduce((sum, each) => sum + each.changed, 0);
  return { ms, changed };
};
const raw = IS_ALONE ? undefined : new RawInserts(database, path.join(directory, "raw.sqlite"));
betweenPages = () => raw?.catchUp();
const first = await timed();
betweenPages = () => {};
if (first.changed !== COUNT) throw new Error(`only ${first.changed} of ${COUNT} were written`);
base.clock.advance(300_000);
const nothing = await timed();
if (nothing.changed !== 0) throw new Error(`${nothing.changed} changed although nothing did`);
raw?.close();
report({
  incidents: COUNT,
  sync_ms: Math.round(first.ms),
  nothing_changed_ms: Math.round(nothing.ms),
  ...(raw && {
    raw_ms: Math.round(raw.ms),
    raw_rows: raw.rows,
    sync_over_raw: round(first.ms / raw.ms),
  }),
  nothing_over_sync: round(nothing.ms / first.ms),
});

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
