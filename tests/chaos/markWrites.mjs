/** Preloaded into the product under test: keeps one byte of a file at 1 while a transaction is open. */
import { openSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isMainThread } from "node:worker_threads";

const file = process.env.CHAOS_MARK_FILE;
if (file !== undefined && isMainThread) {
  const mark = openSync(file, "r+");
  const set = (byte) => writeSync(mark, byte, 0, "latin1");
  set("0");
  const { value: exec } = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, "exec");
  DatabaseSync.prototype.exec = function markedExec(sql) {
    if (/^\s*BEGIN/i.test(sql)) set("1");
    try {
      return exec.call(this, sql);
    } finally {
      if (/^\s*(COMMIT|ROLLBACK)/i.test(sql)) set("0");
    }
  };
}
