/** The WorkQueue contract on SQLite, over two connections to one file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { workQueueContract } from "../../testing/workQueue.contract.ts";
import { openDatabase } from "./database.ts";
import { createSqliteWorkQueue } from "./workQueue.ts";

workQueueContract("sqlite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "work-queue-"));
  let nowMs = Date.parse("2026-03-01T09:00:00Z");
  const clock = { now: () => new Date(nowMs) };
  const databases = [1, 2].map(() => openDatabase(join(folder, "state.db")));
  const [first, second] = databases.map((database) => createSqliteWorkQueue(database, clock));
  if (first === undefined || second === undefined) throw new Error("Two connections are needed.");
  return {
    first,
    second,
    now: clock.now,
    advance: (ms) => {
      nowMs += ms;
    },
    async dispose() {
      await first.close();
      await second.close();
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
});
