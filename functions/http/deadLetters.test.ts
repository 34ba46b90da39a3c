import { beforeEach, expect, test } from "vitest";

import { DeadLetterList } from "../../shared/schemas/deadLetters.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import type { QueueName } from "../../shared/schemas/messages.ts";
import { drain, testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, TENANT } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { deadLettersDrop, deadLettersList, deadLettersReplay } from "./deadLetters.ts";

const as = aPrincipal("admin");
let deps: TestDeps;
beforeEach(() => {
  deps = testDeps();
});

async function bury(id: string, body: JsonObject): Promise<void> {
  await deps.queue.send("graph", [{ id, body }]);
  const [message] = await deps.queue.receive("graph", 1, 0);
  await message?.deadLetter("MaxDeliveryCountExceeded", "Not completed in 10 deliveries.");
}
const list = async (who = as, query = {}) =>
  DeadLetterList.parse((await call(deadLettersList, deps, { as: who, query })).json).items;
const body = {
  tenant_id: TENANT,
  session_id: "ses_1",
  attempt: 5,
  last_failure: "store-unavailable",
};

test("200: each letter says what it was about, what failed and what a replay does, and no content", async () => {
  await bury("m-1", { ...body, prompt: "secret text" });
  const reply = await call(deadLettersList, deps, { as });
  expect(reply.json).toMatchObject({
    items: [
      {
        queue: "graph",
        message_id: "m-1",
        last_failure: "store-unavailable",
        subject: { session_id: "ses_1" },
      },
    ],
  });
  const [letter] = await list();
  expect(letter?.explanation).toContain("store-unavailable");
  expect(letter?.explanation).toContain("knowledge graph");
  expect(reply.text).not.toContain("secret text");
  expect(await list(as, { queue: "audit" })).toEqual([]);
});

// Without its tries a replayed message would die at its first failure.
test("200: a replay sends the message through its queue again with all its tries, once", async () => {
  await bury("m-1", body);
  const params = { id: (await list())[0]?.id ?? "" };
  expect((await call(deadLettersReplay, deps, { as, params })).status).toBe(200);
  expect(await drain(deps.queue, "graph")).toMatchObject([
    { body: { tenant_id: TENANT, session_id: "ses_1" } },
  ]);
  expect(await list()).toEqual([]);
  expect((await call(deadLettersReplay, deps, { as, params })).status).toBe(404);
  const audited = await drain(deps.queue, "audit");
  expect(audited).toMatchObject([{ body: { action: "dead-letter.replay", actor_id: as.id } }]);
});

test("204: a dropped letter is gone, and the audit trail has it", async () => {
  await bury("m-1", body);
  const params = { id: (await list())[0]?.id ?? "" };
  expect((await call(deadLettersDrop, deps, { as, params })).status).toBe(204);
  expect(await list()).toEqual([]);
  expect(await drain(deps.queue, "graph")).toEqual([]);
  expect(await drain(deps.queue, "audit")).toMatchObject([
    { body: { action: "dead-letter.drop" } },
  ]);
});

test("403 for an analyst; 404 for another tenant's letter and for an id that names nothing", async () => {
  await bury("m-1", body);
  const id = (await list())[0]?.id ?? "";
  expect((await call(deadLettersList, deps, { as: aPrincipal("analyst") })).status).toBe(403);
  const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
  expect(await list(stranger)).toEqual([]);
  for (const endpoint of [deadLettersReplay, deadLettersDrop]) {
    expect((await call(endpoint, deps, { as: stranger, params: { id } })).status).toBe(404);
    for (const wrong of ["graph~999", "graph", "nothing~1", "~1"]) {
      expect((await call(endpoint, deps, { as, params: { id: wrong } })).status).toBe(404);
    }
  }
  expect(await list()).toHaveLength(1);
});

test("a letter that names no tenant is shown to the home tenant alone", async () => {
  await bury("m-1", { broken: true });
  expect(await list()).toHaveLength(1);
  expect(await list(aPrincipal("admin", { tenant_id: "fabrikam" }))).toEqual([]);
});

// One queue holds the letters of all tenants: those of another may lie before the own ones by the thousand.
test("an administrator's letters are found behind any number of another tenant's, each once", async () => {
  const buryMany = async (queue: QueueName, tenant_id: string, count: number) => {
    const messages = Array.from({ length: count }, (_, i) => ({
      id: `${tenant_id}-${queue}-${deps.clock.now().getTime()}-${i}`,
      body: { tenant_id, session_id: `ses_${i}` },
    }));
    await deps.queue.send(queue, messages);
    for (const message of await deps.queue.receive(queue, count, 0)) {
      await message.deadLetter("reason", "words");
    }
    deps.clock.advance(1_000);
  };
  await buryMany("graph", "fabrikam", 2_300);
  await buryMany("graph", TENANT, 3);
  await buryMany("reports", TENANT, 2);
  await buryMany("graph", TENANT, 2);
  const found: string[] = [];
  let cursor: string | null | undefined;
  let pages = 0;
  do {
    const query = { limit: 2, ...(typeof cursor === "string" && { cursor }) };
    const page = DeadLetterList.parse((await call(deadLettersList, deps, { as, query })).json);
    expect(page.items.length).toBeLessThanOrEqual(2);
    found.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
    pages += 1;
  } while (cursor !== null && pages < 20);
  expect(found).toHaveLength(7);
  expect(new Set(found).size).toBe(7);
  const theirs = await list(aPrincipal("admin", { tenant_id: "fabrikam" }), { limit: 100 });
  expect(theirs).toHaveLength(100);
  const params = { id: found.at(-1) ?? "" };
  expect((await call(deadLettersReplay, deps, { as, params })).status).toBe(200);
});

test("422 for a cursor of another list, a queue that is none, and a limit beyond a hundred", async () => {
  const bad = [
    { cursor: "abc" },
    { cursor: "eyJhIjoxfQ" },
    { cursor: "e30" },
    { queue: "none" },
    { limit: 101 },
  ];
  for (const query of bad) {
    expect((await call(deadLettersList, deps, { as, query })).status).toBe(422);
  }
});
