/** What the SQLite queue promises beyond the port: closing, clocks that are set back, failures of the database. */
import { expect, test } from "vitest";

import { openDatabase } from "./database.ts";
import { createSqliteWorkQueue } from "./workQueue.ts";

function open() {
  const database = openDatabase(":memory:");
  const clock = { nowMs: Date.parse("2026-03-01T09:00:00Z"), now: () => new Date(clock.nowMs) };
  return { database, clock, queue: createSqliteWorkQueue(database, clock) };
}

// A stopping host would otherwise hang until its longest wait is over.
test("close ends a waiting receive with an empty list", async () => {
  const { queue, database } = open();
  const waiting = queue.receive("audit", 1, 60_000);
  await queue.close();
  expect(await waiting).toEqual([]);
  database.close();
});

test("close gives held messages back, and their holder learns it", async () => {
  const { queue, database, clock } = open();
  await queue.send("audit", [{ id: "m-1", body: null }]);
  const [held] = await queue.receive("audit", 1, 0);
  await queue.close();
  const next = createSqliteWorkQueue(database, clock);
  const [again] = await next.receive("audit", 1, 0);
  expect(again).toMatchObject({ id: "m-1", deliveryCount: 2 });
  await expect(held?.complete()).rejects.toMatchObject({ code: "queue-unavailable" });
  await again?.complete();
  await next.close();
  database.close();
});

test("a closed queue refuses every call as unavailable, and may be closed again", async () => {
  const { queue, database } = open();
  await queue.close();
  await queue.close();
  const unavailable = { name: "AppError", code: "queue-unavailable" };
  await expect(queue.send("audit", [])).rejects.toMatchObject(unavailable);
  await expect(queue.receive("audit", 1, 0)).rejects.toMatchObject(unavailable);
  await expect(queue.counts("audit")).rejects.toMatchObject(unavailable);
  await expect(queue.deadLetters("audit", 1)).rejects.toMatchObject(unavailable);
  database.close();
});

test("a database that fails is reported as queue-unavailable", async () => {
  const { queue, database } = open();
  database.close();
  await expect(queue.send("audit", [{ id: "m-1", body: 1 }])).rejects.toMatchObject({
    name: "AppError",
    code: "queue-unavailable",
  });
});

// A demo that is started again at its CLOCK_START must go on with the work it had.
test("a clock that was set back does not hide waiting or abandoned messages", async () => {
  const { queue, database, clock } = open();
  await queue.send("audit", [{ id: "waiting", body: null }]);
  await queue.send("audit", [{ id: "abandoned", body: null }]);
  const [first] = await queue.receive("audit", 1, 0);
  await first?.abandon();
  clock.nowMs -= 24 * 3_600_000;
  const messages = await queue.receive("audit", 10, 0);
  expect(messages.map((message) => message.id)).toEqual(["waiting", "abandoned"]);
  await queue.close();
  database.close();
});

test("a message one cannot insert takes the whole send back", async () => {
  const { queue, database } = open();
  database.exec(
    `CREATE TRIGGER refuse BEFORE INSERT ON queue_messages WHEN NEW.id = 'second'
     BEGIN SELECT RAISE(ABORT, 'refused'); END`,
  );
  const both = ["first", "second"].map((id) => ({ id, body: null }));
  await expect(queue.send("audit", both)).rejects.toThrow("refused");
  database.exec("DROP TRIGGER refuse");
  expect(await queue.counts("audit")).toEqual({ active: 0, scheduled: 0, dead: 0 });
  await queue.send("audit", both);
  expect(await queue.counts("audit")).toEqual({ active: 2, scheduled: 0, dead: 0 });
  await queue.close();
  database.close();
});
