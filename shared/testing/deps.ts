/** Everything a service needs, in memory: real SQLite, a clock that stands still, counted ids, a scripted workspace. */
import { createHash } from "node:crypto";

import { createCircuits } from "../adapters/circuits/circuits.ts";
import { refusalOf } from "../adapters/outboundHttp/addresses.ts";
import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../adapters/sqlite/workQueue.ts";
import type { BlobStore } from "../ports/blobStore.ts";
import type { Clock } from "../ports/clock.ts";
import type { Deps } from "../ports/deps.ts";
import type { Log, LogFields } from "../ports/log.ts";
import type { WorkQueue } from "../ports/workQueue.ts";
import type { Json } from "../schemas/json.ts";
import type { QueueName } from "../schemas/messages.ts";
import { NOW } from "./fixtures.ts";
import { ScriptedChannels } from "./scriptedChannels.ts";
import { ScriptedSiem } from "./scriptedSiem.ts";

/** Stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = new Date(NOW);

  now(): Date {
    return new Date(this.#now);
  }

  set(time: string): void {
    this.#now = new Date(time);
  }

  advance(ms: number): void {
    this.#now = new Date(this.#now.getTime() + ms);
  }
}

/** Keeps what was logged. */
export class RecordingLog implements Log {
  readonly lines: { level: "info" | "warn" | "error"; event: string; fields: LogFields }[] = [];

  info(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: "info", event, fields });
  }

  warn(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: "warn", event, fields });
  }

  error(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: "error", event, fields });
  }

  /** Names of what was logged, in order. */
  events(): string[] {
    return this.lines.map((line) => line.event);
  }
}

/** Frozen: a test that wants another budget gives its deps other settings. */
const TEST_BUDGET = Object.freeze({
  turns: 8,
  seconds: 600,
  tokens: 200_000,
  usd: 2,
  queries: 10,
  rows: 2_000,
});

export interface TestDeps extends Deps {
  clock: ManualClock;
  log: RecordingLog;
  siem: ScriptedSiem;
  channels: ScriptedChannels;
}

/**
 * @param over takes the place of single dependencies. The analyser and the key wrapper fail when they are called:
 * a test that needs them gives its own.
 */
export function testDeps<Over extends Partial<Deps>>(over?: Over): TestDeps & Over {
  const clock = new ManualClock();
  let database: ReturnType<typeof openDatabase> | undefined;
  const opened = () => (database ??= openDatabase(":memory:"));
  let count = 0;
  const deps: TestDeps = {
    clock,
    ids: { next: (prefix) => `${prefix}_${String((count += 1)).padStart(26, "0")}` },
    log: new RecordingLog(),
    documents: over?.documents ?? createSqliteDocumentStore(opened(), clock),
    blobs: memoryBlobs(),
    queue: over?.queue ?? createSqliteWorkQueue(opened(), clock),
    siem: new ScriptedSiem(),
    kql: {
      analyse: () => unexpected("kql.analyse"),
      close: async () => {},
    },
    model: { chat: () => unexpected("model.chat") },
    channels: new ScriptedChannels(),
    circuits: createCircuits({ clock }),
    outbound: {
      refusal: async (url) => refusalOf(url, { allowLoopback: false }),
      post: () => unexpected("outbound.post"),
    },
    keys: { wrap: () => unexpected("keys.wrap"), unwrap: () => unexpected("keys.unwrap") },
    settings: {
      auth: {
        issuer: "https://login.example/{tid}/v2.0",
        audiences: ["api://socmate"],
        tenantIds: ["contoso", "fabrikam"],
        keys: { kind: "fixed", jwks: { keys: [] } },
      },
      webOrigin: "https://socmate.example",
      syncCron: "0 */5 * * * *",
      models: { azure: undefined, budget: TEST_BUDGET },
      edge: {
        proxies: 1,
        requestsPerMinute: { user: 1_000_000, application: 1_000_000, api_key: 100 },
        isShared: false,
      },
    },
  };
  return Object.assign(deps, over);
}

/** Takes everything that waits on a queue, oldest first, and removes it. */
export async function drain(
  queue: WorkQueue,
  name: QueueName,
): Promise<{ id: string; body: Json }[]> {
  const taken: { id: string; body: Json }[] = [];
  for (;;) {
    const messages = await queue.receive(name, 100, 0);
    if (messages.length === 0) return taken;
    for (const message of messages) {
      taken.push({ id: message.id, body: message.body });
      await message.complete();
    }
  }
}

function memoryBlobs(): BlobStore {
  const contents = new Map<string, Uint8Array>();
  return {
    async put(tenantId, content) {
      const hash = createHash("sha256").update(content).digest("hex");
      contents.set(`${tenantId}/${hash}`, content);
      return hash;
    },
    get: async (tenantId, hash) => contents.get(`${tenantId}/${hash}`),
  };
}

async function unexpected(call: string): Promise<never> {
  throw new Error(`${call} was not expected.`);
}
