/** The queue's tables in SQLite and the statements that move a message from one state to the next. */
import type { DatabaseSync } from "node:sqlite";

import { MAX_DELIVERIES } from "../../ports/workQueue.ts";
import { inTransaction } from "./database.ts";

/**
 * A message is `ready`, `scheduled` until its time, `locked` by a receiver, or `dead`.
 * `due_at` (ms since the epoch) says when a scheduled message gets ready, when a lock ends, or when a
 * dead one died; it is 0 for a ready one, so that a clock that was set back does not hide waiting work.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS queue_messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ready', 'scheduled', 'locked', 'dead')),
  due_at INTEGER NOT NULL,
  enqueued_at INTEGER NOT NULL,
  deliveries INTEGER NOT NULL DEFAULT 0,
  lock_token TEXT,
  lock_owner TEXT,
  reason TEXT,
  description TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS queue_messages_next ON queue_messages (queue, state, due_at, seq);
CREATE INDEX IF NOT EXISTS queue_messages_owner ON queue_messages (lock_owner) WHERE lock_owner IS NOT NULL;
CREATE TABLE IF NOT EXISTS queue_sent_ids (
  queue TEXT NOT NULL,
  id TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (queue, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS queue_sent_ids_age ON queue_sent_ids (sent_at);
CREATE TABLE IF NOT EXISTS queue_owners (
  id TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  started TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Ends a delivery without success: the last allowed one makes the message dead (as Service Bus words it). */
const giveBack = (diedAt: string): string => `
UPDATE queue_messages SET
  state = iif(deliveries >= ${MAX_DELIVERIES}, 'dead', 'ready'),
  due_at = iif(deliveries >= ${MAX_DELIVERIES}, ${diedAt}, 0),
  reason = iif(deliveries >= ${MAX_DELIVERIES}, 'MaxDeliveryCountExceeded', NULL),
  description = iif(deliveries >= ${MAX_DELIVERIES}, 'Not completed in ' || deliveries || ' deliveries.', NULL),
  lock_token = NULL,
  lock_owner = NULL`;

const HELD = "seq = $seq AND lock_token = $token AND state = 'locked' AND due_at > $now";

/** Creates the tables where absent and prepares every statement once. */
export function prepareTables(database: DatabaseSync) {
  inTransaction(database, () => database.exec(SCHEMA));
  const prepare = (sql: string) => database.prepare(sql);
  return {
    forgetOldIds: prepare("DELETE FROM queue_sent_ids WHERE sent_at <= ?"),
    rememberId: prepare(
      "INSERT OR IGNORE INTO queue_sent_ids (queue, id, sent_at) VALUES (?, ?, ?)",
    ),
    insert: prepare(
      `INSERT INTO queue_messages (queue, id, body, state, due_at, enqueued_at)
       VALUES ($queue, $id, $body, $state, $dueAt, $enqueuedAt)`,
    ),
    findAvailable: prepare(
      `SELECT 1 FROM queue_messages WHERE queue = $queue AND state = 'ready'
       UNION ALL
       SELECT 1 FROM queue_messages WHERE queue = $queue AND state IN ('scheduled', 'locked') AND due_at <= $now
       LIMIT 1`,
    ),
    wakeScheduled: prepare(
      `UPDATE queue_messages SET state = 'ready', due_at = 0
       WHERE queue = $queue AND state = 'scheduled' AND due_at <= $now`,
    ),
    expireLocks: prepare(
      `${giveBack("due_at")} WHERE queue = $queue AND state = 'locked' AND due_at <= $now`,
    ),
    claim: prepare(
      `UPDATE queue_messages SET state = 'locked', deliveries = deliveries + 1,
         due_at = $until, lock_token = $token, lock_owner = $owner
       WHERE seq IN (
         SELECT seq FROM queue_messages WHERE queue = $queue AND state = 'ready' ORDER BY seq LIMIT $max)
       RETURNING seq, id, body, due_at, enqueued_at, deliveries, lock_token`,
    ),
    complete: prepare(`DELETE FROM queue_messages WHERE ${HELD}`),
    abandon: prepare(`${giveBack("$now")} WHERE ${HELD}`),
    renew: prepare(`UPDATE queue_messages SET due_at = $until WHERE ${HELD}`),
    deadLetter: prepare(
      `UPDATE queue_messages SET state = 'dead', due_at = $now, reason = $reason,
         description = $description, lock_token = NULL, lock_owner = NULL
       WHERE ${HELD}`,
    ),
    listDead: prepare(
      `SELECT seq, id, body, reason, description, deliveries, due_at FROM queue_messages
       WHERE queue = $queue AND state = 'dead' AND seq > $after ORDER BY seq LIMIT $limit`,
    ),
    dropDead: prepare(
      "DELETE FROM queue_messages WHERE seq = $seq AND queue = $queue AND state = 'dead'",
    ),
    countStates: prepare(
      "SELECT state, count(*) AS count FROM queue_messages WHERE queue = ? GROUP BY state",
    ),
    addOwner: prepare("INSERT INTO queue_owners (id, pid, started) VALUES (?, ?, ?)"),
    listOwners: prepare("SELECT id, pid, started FROM queue_owners WHERE id <> ?"),
    releaseOwner: prepare(`${giveBack("$now")} WHERE lock_owner = $owner AND state = 'locked'`),
    removeOwner: prepare("DELETE FROM queue_owners WHERE id = ?"),
  };
}

export type QueueStatements = ReturnType<typeof prepareTables>;
