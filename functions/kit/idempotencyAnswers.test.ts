/** What stands under an Idempotency-Key: the answer to one request, without secrets, once it is the last one. */
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { endpoint } from "./endpoint.ts";

const SECRET = "whsec_shown-once";
let deps: TestDeps;
/** How often the endpoint ran. */
let runs: number;

beforeEach(() => {
  deps = testDeps();
  runs = 0;
});

const declared = {
  name: "things-create",
  method: "POST",
  route: "v1/things/{kind}",
  permission: "incidents:write",
  summary: "Make a thing.",
  params: z.object({ kind: z.string() }),
  reply: z.object({ secret: z.string() }),
} as const;

/** Answers with its secret; what it answers the first time may be another status. */
const things = (own: { success?: 201; showsSecret?: true }, first: 200 | 201 | 202) =>
  endpoint({
    ...declared,
    ...own,
    takesIdempotencyKey: true,
    async handle() {
      runs += 1;
      return { status: runs === 1 ? first : 200, body: { secret: SECRET } };
    },
  });

const post = (to: ReturnType<typeof things>, kind = "one") =>
  call(to, deps, {
    as: aPrincipal("analyst"),
    params: { kind },
    body: null,
    headers: { "idempotency-key": "k1" },
  });

// Two endpoints that take the same body are two requests all the same.
test("422: the same body for another address under the same key", async () => {
  const made = things({ success: 201 }, 201);
  expect((await post(made)).status).toBe(201);
  expect((await post(made, "other")).status).toBe(422);
  expect(runs).toBe(1);
});

// A secret that is stored for a day can be read there by whoever reads the store.
test("409: an answer that showed a secret is not kept, and not given again", async () => {
  const made = things({ success: 201, showsSecret: true }, 201);
  expect((await post(made)).text).toContain(SECRET);
  const again = await post(made);
  expect(again.status).toBe(409);
  expect(again.text).not.toContain(SECRET);
  const stored = await deps.documents.query("control", { limit: 100 });
  expect(stored.items.length).toBeGreaterThan(0);
  expect(JSON.stringify(stored)).not.toContain(SECRET);
  expect(runs).toBe(1);
});

// Who asks again wants to know how it went on, not once more that it had begun.
test("work that went on is looked at again: only its end is kept", async () => {
  const made = things({}, 202);
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await post(made)).status);
  expect(statuses).toEqual([202, 200, 200]);
  expect(runs).toBe(2);
});
