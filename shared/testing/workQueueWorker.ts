/** A process that sends, holds and completes messages of one SQLite file for ever: made to be killed. */
import { writeSync } from "node:fs";

import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteWorkQueue } from "../adapters/sqlite/workQueue.ts";

const STDOUT = 1;
const [file = "", round = ""] = process.argv.slice(2);
const queue = createSqliteWorkQueue(openDatabase(file), {
  now: () => new Date("2026-03-01T09:00:00Z"),
});

// Each line is written after the queue has acknowledged what it says.
for (let i = 0; ; i += 1) {
  const ids = [`${round}-${i}-a`, `${round}-${i}-b`, `${round}-${i}-c`];
  await queue.send(
    "audit",
    ids.map((id) => ({ id, body: id })),
  );
  writeSync(STDOUT, ids.map((id) => `sent ${id}\n`).join(""));
  const [first, ...held] = await queue.receive("audit", 2, 0);
  writeSync(STDOUT, held.map(({ id }) => `held ${id}\n`).join(""));
  if (first === undefined) continue;
  writeSync(STDOUT, `completing ${first.id}\n`);
  await first.complete();
  writeSync(STDOUT, `completed ${first.id}\n`);
}
