/**
 * Ten workspaces in one sync: how long nine of them take while the tenth never answers, against the same while the tenth
 * answers at once with nothing. Both with an empty store each time, in turns.
 */
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
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
import { aProvider, aSentinelIncident } from "../../shared/testing/fixtures.ts";
import { median, report } from "./child.ts";

const PROVIDERS = 10;
const INCIDENTS_EACH = Number(process.argv[2] ?? 200);
const ROUNDS = 5;
const HANGS = "sip_0";

const directory = mkdtempSync(path.join(os.tmpdir(), "bench-hanging-"));
const rounds: { hanging: number; answering: number }[] = [];
// The first round warms the code.
for (let round = 0; round <= ROUNDS; round += 1) {
  rounds.push({
    answering: await timeOfNine(`${round}-answering`, Promise.resolve()),
    hanging: await timeOfNine(`${round}-hanging`),
  });
}
rounds.shift();
rmSync(directory, { recursive: true });
report({
  providers: PROVIDERS,
  incidents_each: INCIDENTS_EACH,
  hanging_ms: Math.round(median(rounds.map(({ hanging }) => hanging))),
  answering_ms: Math.round(median(rounds.map(({ answering }) => answering))),
  hanging_over_answering: Number(
    median(rounds.map(({ hanging, answering }) => hanging / answering)).toFixed(3),
  ),
});

/** Milliseconds until the last of the nine was done. @param tenth when the tenth answers; never, when left out. */
async function timeOfNine(name: string, tenth?: Promise<unknown>): Promise<number> {
  const database = openDatabase(path.join(directory, `${name}.sqlite`));
  // The disk's moods are no part of the question.
  database.exec("PRAGMA synchronous = OFF");
  const events = new EventEmitter();
  const never = once(events, "end");
  let done = 0;
  let nineAt: number | undefined;
  const nine = once(events, "nine");
  const base = testDeps();
  base.log.info = (event, fields) => {
    if (event === "sync.done" && fields?.["provider_id"] !== HANGS) done += 1;
    if (done < PROVIDERS - 1) return;
    nineAt ??= performance.now();
    events.emit("nine");
  };
  const deps = {
    ...base,
    documents: createSqliteDocumentStore(database, base.clock),
    queue: createSqliteWorkQueue(database, base.clock),
    siem: Object.assign(base.siem, { changedIncidents: workspaces(tenth ?? never) }),
  };
  for (let i = 0; i < PROVIDERS; i += 1) {
    const [id, number] = [`sip_${i}`, String(i).padStart(12, "0")];
    const workspace_id = `11111111-1111-4111-8111-${number}`;
    await providers.create(
      deps.documents,
      aProvider({ id, name: id, workspace_id, is_default: i === 0 }),
    );
  }
  const started = performance.now();
  const sync = syncIncidents(deps);
  await Promise.race([nine, sync]);
  events.emit("end");
  await sync;
  await deps.documents.close();
  if (nineAt === undefined) throw new Error(`Only ${done} of the nine were synchronised.`);
  return nineAt - started;
}

function workspaces(tenth: Promise<unknown>): Siem["changedIncidents"] {
  return async function* pages(provider, _range, pageSize): AsyncIterable<SentinelIncident[]> {
    if (provider.id === HANGS) {
      await tenth;
      return;
    }
    for (let from = 1; from <= INCIDENTS_EACH; from += pageSize) {
      const count = Math.min(pageSize, INCIDENTS_EACH + 1 - from);
      yield Array.from({ length: count }, (_, i) => aSentinelIncident({ number: from + i }));
    }
  };
}
