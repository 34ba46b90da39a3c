/** Opens the one SQLite file that holds state and work queues. Several processes may have it open at once. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { AppError } from "../../domain/errors.ts";

/** How long a statement waits for another process's write lock before it fails as busy. */
const BUSY_TIMEOUT_MS = 5_000;
/** The change to WAL is the one step that SQLite does not wait for by itself. */
const WAL_ATTEMPTS = 50;
const WAL_PAUSE_MS = 20;

const BUSY = 5;
/** https://www.sqlite.org/rescode.html: the primary codes that say "the store", not "the statement". */
const UNAVAILABLE_CODES: ReadonlySet<number> = new Set([
  BUSY,
  6, // LOCKED
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  26, // NOTADB
]);

/**
 * Opens or creates the database file, with its folder. `":memory:"` gives a private database without a file.
 *
 * Commits are synced to disk (`synchronous=FULL`): a write that was acknowledged survives kill -9 and a power cut.
 * @throws AppError `store-unavailable` when the path cannot be used or is not a database.
 */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    useWriteAheadLog(database);
    database.exec(
      "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
    );
    return database;
  } catch (cause) {
    database?.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("store-unavailable", `The database ${file} cannot be opened: ${reason}.`, {
      cause,
    });
  }
}

/**
 * Runs `work` in one write transaction: committed when it returns, rolled back when it throws.
 * `work` is synchronous, so nothing else on this connection can slip in. Transactions do not nest.
 */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite has already rolled back after some failures, such as a full disk.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Whether SQLite itself failed (busy, full, unreadable, closed), rather than the statement being wrong. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Error && "code" in error && error.code === "ERR_INVALID_STATE") return true;
  const code = primaryCode(error);
  return code !== undefined && UNAVAILABLE_CODES.has(code);
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") {
    return undefined;
  }
  // Extended result codes carry the primary code in the low byte.
  return error.errcode & 0xff;
}

function useWriteAheadLog(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (attempt === WAL_ATTEMPTS || primaryCode(error) !== BUSY) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_PAUSE_MS);
    }
  }
}
