/** WorkQueue in the SQLite file that also holds the documents; several processes may share the file. */
import { randomUUID } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import {
  DUPLICATE_WINDOW_MS,
  LOCK_MS,
  MAX_MESSAGE_ID_LENGTH,
  type QueueCounts,
  type ReceivedMessage,
  type WorkQueue,
} from "../../ports/workQueue.ts";
import { Json } from "../../schemas/json.ts";
import type { DeadLetter } from "../../schemas/deadLetters.ts";
import type { OutgoingMessage, QueueName } from "../../schemas/messages.ts";
import { inTransaction, isUnavailable } from "./database.ts";
import { Bells } from "./workQueueBells.ts";
import { isAlive, LockOwner, thisProcess } from "./workQueueOwners.ts";
import { prepareTables, type QueueStatements } from "./workQueueTables.ts";

/** How often a waiting receiver looks for what other processes sent or the clock made due. */
const POLL_MS = 200;
/** How often it looks for processes that died while they held locks. */
const OWNER_CHECK_MS = 1000;

/**
 * Opens the queues of a database; creates their tables where absent.
 *
 * Visibility and locks follow `clock`; only the waiting inside `receive` is real time. A clock that
 * jumps forward by the lock time or more ends every lock: messages come again and the former holder's next settlement
 * or renewal throws `lock-lost`, so a worker that renews learns that it is no longer alone.
 *
 * Each open queue registers itself with its process. Locks of a process that died are released when
 * any queue on the file is opened and about once a second while one waits; `close` releases
 * this queue's own. The database stays open: it belongs to the caller.
 */
export function createSqliteWorkQueue(database: DatabaseSync, clock: Clock): WorkQueue {
  return new SqliteWorkQueue(database, clock);
}

const ClaimedRow = z.object({
  seq: z.int(),
  id: z.string(),
  body: z.string(),
  due_at: z.int(),
  enqueued_at: z.int(),
  deliveries: z.int(),
  lock_token: z.string(),
});
type ClaimedRow = z.infer<typeof ClaimedRow>;

const DeadRow = z.object({
  seq: z.int(),
  id: z.string(),
  body: z.string(),
  reason: z.string(),
  description: z.string(),
  deliveries: z.int(),
  due_at: z.int(),
});

const CountRow = z.object({
  state: z.enum(["ready", "scheduled", "locked", "dead"]),
  count: z.int(),
});

class SqliteWorkQueue implements WorkQueue {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #statements: QueueStatements;
  readonly #owner = thisProcess(randomUUID());
  readonly #bells = new Bells();
  #ownersCheckedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#statements = translateErrors(() => prepareTables(database));
    translateErrors(() => {
      const { id, pid, started } = this.#owner;
      this.#statements.addOwner.run(id, pid, started);
      this.#releaseLocksOfDeadOwners();
    });
  }

  async send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void> {
    messages.forEach(checkId);
    this.#transact((now) => {
      this.#statements.forgetOldIds.run(now - DUPLICATE_WINDOW_MS);
      for (const message of messages) this.#insert(queue, message, now);
    });
    this.#bells.ring(queue);
  }

  async receive(queue: QueueName, max: number, waitMs: number): Promise<ReceivedMessage[]> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const rows = max < 1 ? [] : this.#claim(queue, max);
      const leftMs = deadline - performance.now();
      if (rows.length > 0 || leftMs <= 0) return rows.map((row) => this.#hold(queue, row));
      await this.#bells.wait(queue, Math.min(leftMs, POLL_MS));
      if (this.#isClosed) return [];
    }
  }

  async deadLetters(queue: QueueName, limit: number, after?: string): Promise<DeadLetter[]> {
    const from = after === undefined ? 0 : seqOf(after);
    return from === undefined ? [] : this.#listDead(queue, from, limit);
  }

  async deadLetter(queue: QueueName, key: string): Promise<DeadLetter | undefined> {
    const seq = seqOf(key);
    if (seq === undefined) return undefined;
    const [next] = this.#listDead(queue, seq - 1, 1);
    return next?.key === key ? next : undefined;
  }

  #listDead(queue: QueueName, after: number, limit: number): DeadLetter[] {
    const rows = this.#transact((now) => {
      this.#statements.expireLocks.run({ queue, now });
      return this.#statements.listDead.all({ queue, after, limit });
    });
    return z
      .array(DeadRow)
      .parse(rows)
      .map((row) => ({
        key: String(row.seq),
        id: row.id,
        body: Json.parse(JSON.parse(row.body)),
        reason: row.reason,
        description: row.description,
        deliveryCount: row.deliveries,
        deadAt: new Date(row.due_at),
      }));
  }

  async replayDeadLetter(
    queue: QueueName,
    key: string,
    message: OutgoingMessage,
  ): Promise<boolean> {
    checkId(message);
    const isThere = this.#transact((now) => {
      if (!this.#drop(queue, key)) return false;
      this.#insert(queue, message, now);
      return true;
    });
    this.#bells.ring(queue);
    return isThere;
  }

  async dropDeadLetter(queue: QueueName, key: string): Promise<boolean> {
    return this.#transact(() => this.#drop(queue, key));
  }

  async counts(queue: QueueName): Promise<QueueCounts> {
    const rows = this.#transact((now) => {
      this.#statements.expireLocks.run({ queue, now });
      this.#statements.wakeScheduled.run({ queue, now });
      return this.#statements.countStates.all(queue);
    });
    const byState = { ready: 0, scheduled: 0, locked: 0, dead: 0 };
    for (const { state, count } of z.array(CountRow).parse(rows)) byState[state] = count;
    const { ready, locked, scheduled, dead } = byState;
    return { active: ready + locked, scheduled, dead };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#transact((now) => this.#release(this.#owner.id, now));
    this.#isClosed = true;
    this.#bells.ringAll();
  }

  #drop(queue: QueueName, key: string): boolean {
    const seq = seqOf(key);
    return seq !== undefined && Number(this.#statements.dropDead.run({ queue, seq }).changes) > 0;
  }

  #insert(queue: QueueName, message: OutgoingMessage, now: number): void {
    const { id, body, notBefore } = message;
    if (Number(this.#statements.rememberId.run(queue, id, now).changes) === 0) return;
    const dueAt = notBefore?.getTime() ?? 0;
    const isDelayed = dueAt > now;
    this.#statements.insert.run({
      queue,
      id,
      body: JSON.stringify(body),
      state: isDelayed ? "scheduled" : "ready",
      dueAt: isDelayed ? dueAt : 0,
      enqueuedAt: Math.max(now, dueAt),
    });
  }

  #claim(queue: QueueName, max: number): ClaimedRow[] {
    this.#checkOwnersNowAndThen();
    // A look without the write lock first: waiting receivers must not hold up writers.
    const found = this.#read((now) => this.#statements.findAvailable.get({ queue, now }));
    if (found === undefined) return [];
    const rows = this.#transact((now) => {
      this.#statements.expireLocks.run({ queue, now });
      this.#statements.wakeScheduled.run({ queue, now });
      const lock = { until: now + LOCK_MS, token: randomUUID(), owner: this.#owner.id };
      return this.#statements.claim.all({ queue, max, ...lock });
    });
    return z
      .array(ClaimedRow)
      .parse(rows)
      .toSorted((a, b) => a.seq - b.seq);
  }

  #hold(queue: QueueName, row: ClaimedRow): ReceivedMessage {
    const settle = (
      name: "complete" | "abandon" | "renew" | "deadLetter",
      values: Record<string, SQLInputValue> = {},
    ): void => {
      const held = { seq: row.seq, token: row.lock_token };
      const { changes } = this.#read((now) =>
        this.#statements[name].run({ ...held, now, ...values }),
      );
      if (Number(changes) === 0) throw new AppError("lock-lost", "The message's lock has ended.");
    };
    const message: ReceivedMessage = {
      id: row.id,
      body: Json.parse(JSON.parse(row.body)),
      deliveryCount: row.deliveries,
      enqueuedAt: new Date(row.enqueued_at),
      lockedUntil: new Date(row.due_at),
      complete: async () => settle("complete"),
      abandon: async () => {
        settle("abandon");
        this.#bells.ring(queue);
      },
      deadLetter: async (reason, description) => settle("deadLetter", { reason, description }),
      renew: async () => {
        const until = this.#clock.now().getTime() + LOCK_MS;
        settle("renew", { until });
        message.lockedUntil = new Date(until);
      },
    };
    return message;
  }

  #checkOwnersNowAndThen(): void {
    if (performance.now() - this.#ownersCheckedAt < OWNER_CHECK_MS) return;
    translateErrors(() => this.#releaseLocksOfDeadOwners());
  }

  #releaseLocksOfDeadOwners(): void {
    this.#ownersCheckedAt = performance.now();
    const others = z.array(LockOwner).parse(this.#statements.listOwners.all(this.#owner.id));
    const dead = others.filter((owner) => !isAlive(owner));
    if (dead.length === 0) return;
    this.#transact((now) => {
      for (const owner of dead) this.#release(owner.id, now);
    });
  }

  #release(owner: string, now: number): void {
    this.#statements.releaseOwner.run({ owner, now });
    this.#statements.removeOwner.run(owner);
  }

  #read<T>(work: (now: number) => T): T {
    if (this.#isClosed) throw new AppError("queue-unavailable", "The queue is closed.");
    return translateErrors(() => work(this.#clock.now().getTime()));
  }

  #transact<T>(work: (now: number) => T): T {
    return this.#read((now) => inTransaction(this.#database, () => work(now)));
  }
}

/** `undefined` for a key that no letter can have. */
function seqOf(key: string): number | undefined {
  const seq = Number(key);
  return Number.isSafeInteger(seq) && String(seq) === key ? seq : undefined;
}

function checkId({ id }: OutgoingMessage): void {
  if (id.length >= 1 && id.length <= MAX_MESSAGE_ID_LENGTH) return;
  throw new RangeError(`A message id has 1 to ${MAX_MESSAGE_ID_LENGTH} characters: ${id}`);
}

/** @throws AppError `queue-unavailable` for what SQLite reports: busy, full, unreadable, closed. */
function translateErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new AppError("queue-unavailable", "The queue's database failed.", { cause: error });
  }
}
