/** One effect and one answer for a request with an Idempotency-Key, whatever happens between. */
import { createHash } from "node:crypto";

import { beforeEach, describe, expect, test } from "vitest";
import { decodeTime } from "ulid";
import { z } from "zod";

import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { AppError } from "../../shared/domain/errors.ts";
import { runOnce } from "../../shared/services/runOnce.ts";
import { ManualClock, type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { endpoint } from "./endpoint.ts";

const analyst = aPrincipal("analyst");
const Body = z.strictObject({ text: z.string(), more: z.json().optional() });
let deps: TestDeps;
/** What each run of the handler made. */
let made: string[];
/** Called in each run, after it has made something. */
let then: () => Promise<void> | void;

beforeEach(() => {
  deps = testDeps();
  made = [];
  then = () => {};
});

const things = endpoint({
  name: "things-create",
  method: "POST",
  route: "v1/things",
  permission: "incidents:write",
  summary: "Make a thing.",
  success: 201,
  body: Body,
  reply: z.object({ id: z.string(), at: z.string(), more: z.json().optional() }),
  async handle({ deps: { ids, clock }, body: { more } }) {
    const id = ids.next("thg");
    made.push(id);
    await then();
    const headers = { location: `/api/v1/things/${id}` };
    const body = { id, at: clock.now().toISOString(), ...(more !== undefined && { more }) };
    return { status: 201, body, etag: id, headers };
  },
});

/** Nothing that compressing could make short. */
const noise = (n: number): string => createHash("sha512").update(`${n}`).digest("base64");

const post = (body: TestRequest["body"], key?: string, more: Partial<TestRequest> = {}) =>
  call(things, deps, {
    as: analyst,
    body: body ?? null,
    ...(key !== undefined && { headers: { "idempotency-key": key } }),
    ...more,
  });

describe("the same request again", () => {
  test("has the first one's status, body, Location and ETag, and says that it is a repetition", async () => {
    const first = await post({ text: "hi" }, "k1");
    deps.clock.advance(60_000);
    const again = await post({ text: "hi" }, "k1");
    expect(made).toHaveLength(1);
    expect([again.status, again.json]).toEqual([201, first.json]);
    for (const name of ["location", "etag", "content-type"])
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(first.headers.get("idempotency-replayed")).toBeNull();
  });

  // A client that writes its fields in another order each time sends the same request.
  test("is the same whatever the order of its fields", async () => {
    await post({ text: "hi", more: { a: 1, b: [2] } }, "k1");
    const again = await post({ more: { b: [2], a: 1 }, text: "hi" }, "k1");
    expect([again.status, made.length]).toEqual([201, 1]);
  });

  // A write-back answers with the whole incident: thousands of entities are more than a document may hold.
  test("has the first one's body also when that is too long for a document, in whatever script", async () => {
    const more = Array.from({ length: 3_000 }, (_, n) => `語${noise(n)}`);
    const first = await post({ text: "hi", more }, "k1");
    const again = await post({ text: "hi", more }, "k1");
    expect(made).toHaveLength(1);
    expect(again.json).toEqual(first.json);
    const { items } = await deps.documents.query("control", { limit: 10 });
    const sizes = items.map(({ doc }) => Buffer.byteLength(JSON.stringify(doc)));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(200_000);
  });

  // Nothing else would ever take them away.
  test("leaves nothing behind after a day, however long its body was", async () => {
    const blobs = {
      ...deps.blobs,
      put: () => Promise.reject(new Error("A blob does not expire.")),
    };
    deps = { ...deps, blobs };
    const more = Array.from({ length: 500 }, () => "語".repeat(300));
    const first = await post({ text: "hi", more }, "k1");
    expect((await post({ text: "hi", more }, "k1")).json).toEqual(first.json);
    deps.clock.advance(26 * 3_600_000);
    expect((await deps.documents.query("control", { limit: 10 })).items).toEqual([]);
  });

  test("runs again after 24 hours, and without a key each time", async () => {
    await post({ text: "hi" }, "k1");
    deps.clock.advance(24 * 3_600_000 - 1);
    await post({ text: "hi" }, "k1");
    expect(made).toHaveLength(1);
    deps.clock.advance(1000);
    await post({ text: "hi" }, "k1");
    await post({ text: "hi" });
    await post({ text: "hi" });
    expect(new Set(made).size).toBe(4);
  });
});

describe("422", () => {
  test.each([
    ["another body", { text: "ho" }],
    ["a list in another order", { text: "hi", more: [2, 1] }],
    ["an object instead of its list", { text: "hi", more: { 0: 1, 1: 2 } }],
  ])("%s under the same key", async (_, body) => {
    await post({ text: "hi", more: [1, 2] }, "k1");
    const reply = await post(body, "k1");
    expect(reply).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: "/headers/idempotency-key" }] },
    });
    expect(made).toHaveLength(1);
  });

  // A body that was never understood has no effect to protect: its key stays free for the corrected one.
  test("for a wrong body leaves the key free", async () => {
    expect((await post({ text: 5 }, "k1")).status).toBe(422);
    expect((await post({ text: "hi" }, "k1")).status).toBe(201);
  });
});

test.each(["", " ", "x".repeat(201)])("400: %j is no key", async (key) => {
  expect((await post({ text: "hi" }, key)).status).toBe(400);
  expect(made).toEqual([]);
});

// One caller's key must not answer another's request, nor tell that it exists.
test("keys of two callers and of two tenants have nothing to do with each other", async () => {
  const others = [
    aPrincipal("analyst", { id: "another" }),
    aPrincipal("analyst", { tenant_id: "fabrikam" }),
  ];
  await post({ text: "hi" }, "k1");
  for (const as of others) {
    const reply = await post({ text: "other" }, "k1", { as });
    expect(reply.status).toBe(201);
    expect(reply.headers.get("idempotency-replayed")).toBeNull();
  }
  expect(new Set(made).size).toBe(3);
});

describe("parallel duplicates", () => {
  test("of 500 at once in two instances one runs, and all have its answer", async () => {
    const database = openDatabase(":memory:");
    const clock = new ManualClock();
    const instances = [0, 1].map(() =>
      testDeps({ clock, documents: createSqliteDocumentStore(database, clock) }),
    );
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        call(things, instances[i % 2] ?? deps, {
          as: analyst,
          body: { text: "hi" },
          headers: { "idempotency-key": "k1" },
        }),
      ),
    );
    expect(made).toHaveLength(1);
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(201);
  });

  test("one with another body is 422 while the first is at work", async () => {
    let second: Promise<unknown> | undefined;
    then = async () => {
      then = () => {};
      second = post({ text: "ho" }, "k1");
      await second;
    };
    expect((await post({ text: "hi" }, "k1")).status).toBe(201);
    expect(await second).toMatchObject({ status: 422 });
  });

  test("409 with Retry-After when another instance takes longer than is waited", async () => {
    const request = {
      tenantId: analyst.tenant_id,
      callerId: analyst.id,
      key: "k1",
      target: "POST /api/v1/things",
      body: null,
    };
    const reply = { reply: { status: 201 as const }, isFinal: true };
    const waits: number[] = [];
    const away = testDeps();
    await runOnce(deps, request, async () => {
      const other = runOnce({ ...away, documents: twin(deps) }, request, async () => reply, wait);
      await expect(other).rejects.toMatchObject({ code: "conflict", retryAfterSeconds: 60 });
      return reply;
    });
    expect(waits.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(10_000);
    async function wait(ms: number) {
      waits.push(ms);
    }
  });
});

/** Another instance's way to the same records. */
const twin = ({ documents }: TestDeps) =>
  new Proxy(documents, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

describe("failures", () => {
  // An answer of "not now" that stood for a day would lock the client out of its own work.
  test.each(["conflict", "store-unavailable"] as const)(
    "after %s the same request runs again, with the same ids",
    async (code) => {
      then = () => {
        throw new AppError(code, "Not now.");
      };
      expect((await post({ text: "hi" }, "k1")).status).toBeGreaterThanOrEqual(400);
      then = () => {};
      expect((await post({ text: "hi" }, "k1")).status).toBe(201);
      expect(made).toHaveLength(2);
      expect(new Set(made).size).toBe(1);
    },
  );

  test("a bug in the handler leaves the key usable as well", async () => {
    then = () => {
      throw new TypeError("bug");
    };
    expect((await post({ text: "hi" }, "k1")).status).toBe(500);
    then = () => {};
    expect((await post({ text: "hi" }, "k1")).status).toBe(201);
  });

  // The process dies after it has created and before it has answered: the run after it must not create a second one.
  test("a crash in the middle: free after a minute, and the same ids again", async () => {
    const died = post({ text: "hi" }, "k1");
    const ends: (() => void)[] = [];
    const dead = new Promise<void>((resolve) => ends.push(resolve));
    then = () => dead;
    await Promise.resolve();
    const after = { ...deps, documents: twin(deps) };
    const retry = () =>
      call(things, after, {
        as: analyst,
        body: { text: "hi" },
        headers: { "idempotency-key": "k1" },
      });
    while (made.length === 0) await new Promise((resolve) => setImmediate(resolve));
    then = () => {};
    deps.clock.advance(60_000);
    expect((await retry()).status).toBe(201);
    expect(made).toHaveLength(2);
    expect(new Set(made).size).toBe(1);
    // The one that was believed dead ends late: what stands is the other's answer.
    ends[0]?.();
    await died;
    expect((await retry()).headers.get("idempotency-replayed")).toBe("true");
  });
});

test("ids are ULIDs of the time of the first try, and differ within a request", async () => {
  const two = endpoint({
    name: "two-create",
    method: "POST",
    route: "v1/two",
    permission: "incidents:write",
    summary: "Make two things.",
    success: 201,
    reply: z.array(z.string()),
    handle: async ({ deps: { ids } }) => ({
      status: 201,
      body: [ids.next("thg"), ids.next("thg"), ids.next("oth")],
    }),
  });
  const headers = { "idempotency-key": "k1" };
  const { json } = await call(two, deps, { as: analyst, headers });
  const ids = z.array(z.string()).parse(json);
  expect(new Set(ids.map((id) => id.slice(4))).size).toBe(3);
  for (const id of ids) expect(decodeTime(id.slice(4))).toBe(deps.clock.now().getTime());
});
