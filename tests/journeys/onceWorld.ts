/** The program's timers and workers over a simulated tenant, on one file that several connections share. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { triggers } from "../../functions/contents.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { testProvider, testSiem, testTenant } from "../../local/workspace/testTenant.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../../shared/adapters/sqlite/workQueue.ts";
import { AppError } from "../../shared/domain/errors.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import type { KqlAnalyser } from "../../shared/ports/kqlAnalyser.ts";
import type { WorkQueue } from "../../shared/ports/workQueue.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { JsonObject } from "../../shared/schemas/json.ts";
import { ManualClock, testDeps } from "../../shared/testing/deps.ts";

/** One running copy of the program: its own connection to the file. */
export interface Copy {
  deps: Deps;
  /** While true, the broker takes nothing. */
  setBrokerDown(isDown: boolean): void;
}

export interface OnceWorld {
  copies: readonly Copy[];
  clock: ManualClock;
  /** Plays three stories that end now and answers their incidents. */
  playStories: () => number[];
  /** Every document by container and id, without measured durations; the audit as a list; what is left on queues. */
  outcome: () => JsonObject;
  close: () => Promise<void>;
}

const MEASURED = new Set(["duration_ms"]);

export async function openOnceWorld(count: number, kql: KqlAnalyser): Promise<OnceWorld> {
  const clock = new ManualClock();
  const tenant = testTenant(clock);
  const siem = testSiem(clock, createTenantHttpClient([tenant]));
  const file = path.join(mkdtempSync(path.join(tmpdir(), "socmate-once-")), "store.sqlite");
  const { ids, blobs } = testDeps();
  const copies = Array.from({ length: count }, (): Copy => {
    const database = openDatabase(file);
    const broker = failing(createSqliteWorkQueue(database, clock));
    const documents = createSqliteDocumentStore(database, clock);
    const deps = testDeps({ clock, documents, queue: broker.queue, siem, kql, ids, blobs });
    return { deps, setBrokerDown: broker.setDown };
  });
  const [first] = copies;
  if (first === undefined) throw new Error("At least one copy is needed.");
  await providers.create(first.deps.documents, await testProvider(tenant));
  return {
    copies,
    clock,
    playStories: () =>
      ["1", "2", "3"].flatMap((seed) => {
        const story = { family: "signin_attack", truth: "true_positive", seed } as const;
        return tenant.playStory(story).incident_numbers;
      }),
    outcome: () => outcomeOf(file),
    close: async () => {
      for (const { deps } of copies) {
        await deps.queue.close();
        await deps.documents.close();
      }
    },
  };
}

function failing(queue: WorkQueue) {
  let isDown = false;
  const send: WorkQueue["send"] = async (...message) => {
    if (isDown) throw new AppError("queue-unavailable", "The broker cannot be reached.");
    await queue.send(...message);
  };
  const proxied: WorkQueue = {
    send,
    receive: (...call) => queue.receive(...call),
    deadLetters: (...call) => queue.deadLetters(...call),
    deadLetter: (...call) => queue.deadLetter(...call),
    replayDeadLetter: (...call) => queue.replayDeadLetter(...call),
    dropDeadLetter: (...call) => queue.dropDeadLetter(...call),
    counts: (...call) => queue.counts(...call),
    close: () => queue.close(),
  };
  return { queue: proxied, setDown: (down: boolean) => (isDown = down) };
}

/** Runs a timer's function in every copy at the same time. */
export async function race(copies: readonly Copy[], timer: string): Promise<void> {
  const job = triggers.jobs.find(({ name }) => name === timer);
  if (job === undefined) throw new Error(`No timer is named ${timer}.`);
  await Promise.all(copies.map(({ deps }) => job.run(deps)));
}

const ROUNDS_MAX = 300;

/**
 * Works off every queue. Each message goes to its worker so many times at once, on different copies; when one of them
 * fails, the message comes again, as a broker would do it. Answers how many deliveries there were by worker.
 */
export async function workOff(
  copies: readonly Copy[],
  deliveries: number,
): Promise<Record<string, number>> {
  const delivered: Record<string, number> = {};
  const queue = copies[0]?.deps.queue;
  if (queue === undefined) throw new Error("At least one copy is needed.");
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let taken = 0;
    for (const worker of triggers.workers) {
      for (const message of await queue.receive(worker.queue, 100, 0)) {
        taken += 1;
        delivered[worker.name] = (delivered[worker.name] ?? 0) + deliveries;
        const runs = Array.from({ length: deliveries }, (_, i) => copies[i % copies.length]);
        const ended = await Promise.allSettled(
          runs.map(async (copy) => copy && worker.deliver(copy.deps, message.body)),
        );
        if (ended.some(({ status }) => status === "rejected")) await message.abandon();
        else await message.complete();
      }
    }
    if (taken === 0) return delivered;
  }
  throw new Error("The queues do not become empty.");
}

const Row = z.object({ doc: z.string() });
const AuditLine = z.object({ action: z.string(), subject_id: z.string() });
const KeyFields = z.object({
  id: z.string(),
  incident_key: z.string().default(""),
  session_id: z.string().default(""),
  bucket: z.string().default(""),
  node_id: z.string().default(""),
});

function outcomeOf(file: string): JsonObject {
  const database = new DatabaseSync(file, { readOnly: true });
  const read = (table: string): JsonObject[] =>
    z
      .array(Row)
      .parse(database.prepare(`SELECT * FROM documents_${table}`).all())
      .map(({ doc }) => JsonObject.parse(JSON.parse(doc)));
  const documents = ["incidents", "sessions", "notifications", "graph"].flatMap((table) =>
    read(table).map((doc) => comparable(table, doc)),
  );
  const audit = read("audit").flatMap((doc) => auditLine(doc) ?? []);
  const left = database.prepare("SELECT count(*) AS n FROM queue_messages").get();
  database.close();
  const sorted = documents.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JsonObject.parse({
    ...Object.fromEntries(sorted),
    audit: audit.toSorted(),
    left_on_queues: left?.["n"] ?? 0,
  });
}

/** Its place in the chain depends on who came first, its id on a version; that it is there once does not. */
function auditLine(doc: JsonObject): string | undefined {
  const entry = AuditLine.safeParse(doc).data;
  return entry && `${entry.action} ${entry.subject_id}`;
}

function comparable(table: string, doc: JsonObject): [string, JsonObject] {
  const key = KeyFields.parse(doc);
  const text = JSON.stringify(doc, (field, value: unknown) =>
    MEASURED.has(field) ? undefined : value,
  );
  return [
    `${table} ${key.incident_key}${key.session_id}${key.bucket}${key.node_id} ${key.id}`,
    JsonObject.parse(JSON.parse(text)),
  ];
}
