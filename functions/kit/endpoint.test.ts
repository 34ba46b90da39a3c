import { HttpRequest, InvocationContext } from "@azure/functions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import type { Json } from "../../shared/schemas/json.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { endpoint, toHttpHandler } from "./endpoint.ts";

const notes: unknown[] = [];
const notesPut = endpoint({
  name: "notes-put",
  method: "PUT",
  route: "v1/notes/{number:int}",
  permission: "incidents:write",
  summary: "An endpoint of this test.",
  params: z.object({ number: z.coerce.number().int() }),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).default(20) }),
  body: z.strictObject({ text: z.string().max(10), tags: z.array(z.string()).optional() }),
  reply: z.object({ number: z.int(), text: z.string(), limit: z.int() }),
  async handle({ params, query, body, ifMatch }) {
    if (body.text === "bug") throw new TypeError("secret of the inside");
    if (body.text === "busy")
      throw new AppError("rate-limited", "Later.", { retryAfterSeconds: 7 });
    notes.push(body);
    return {
      status: 200,
      body: { number: params.number, text: body.text, limit: query.limit },
      etag: ifMatch ?? "v1",
    };
  },
});

const analyst = aPrincipal();
const viewer = aPrincipal("viewer");
const put = (body: Json, more: Parameters<typeof call>[2] = {}) =>
  call(notesPut, testDeps(), { as: analyst, params: { number: 7 }, body, ...more });

test("200: what was parsed reaches the handler, with an ETag", async () => {
  const reply = await put({ text: "hi" }, { query: { limit: 3 }, headers: { "if-match": '"v9"' } });
  expect(reply).toMatchObject({ status: 200, json: { number: 7, text: "hi", limit: 3 } });
  expect(reply.headers.get("etag")).toBe('"v9"');
});

// A write that answers 304 looks to its caller as if nothing had happened.
test("200: If-None-Match on a write changes nothing about its answer", async () => {
  const reply = await put({ text: "hi" }, { headers: { "if-none-match": "*" } });
  expect(reply).toMatchObject({ status: 200, json: { text: "hi" } });
});

test("304: a matching If-None-Match on a read answers without a body", async () => {
  const read = endpoint({
    name: "notes-get",
    method: "GET",
    route: "v1/notes",
    permission: "incidents:read",
    summary: "An endpoint of this test.",
    reply: z.object({ text: z.string() }),
    handle: async () => ({ status: 200, body: { text: "hi" }, etag: "v1" }),
  });
  const ask = (etag: string) =>
    call(read, testDeps(), { as: analyst, headers: { "if-none-match": etag } });
  expect(await ask('W/"v1"')).toMatchObject({ status: 304, json: null });
  expect(await ask('"v0"')).toMatchObject({ status: 200 });
});

test("401 and 403 leave a line in the log, without token or name", async () => {
  const deps = testDeps();
  await call(notesPut, deps, { as: viewer, params: { number: 7 }, body: { text: "hi" } });
  expect(deps.log.lines).toMatchObject([
    { level: "warn", event: "http.refused", fields: { function: "notes-put", status: 403 } },
  ]);
});

describe("a refusal is problem+json that names what is wrong, and nothing reaches the handler", () => {
  test.each<[string, Json, Parameters<typeof call>[2], number, string[]]>([
    ["400 malformed JSON", "{", {}, 400, []],
    ["401 nobody signed in", { text: "hi" }, { as: undefined as never }, 401, []],
    ["403 the role is missing", { text: "hi" }, { as: viewer }, 403, []],
    ["404 a number that is none", { text: "hi" }, { params: { number: "x" } }, 404, []],
    ["413 six megabytes", `{"text":"${"x".repeat(6 * 1024 * 1024)}"}`, {}, 413, []],
    ["415 a form", { text: "hi" }, { headers: { "content-type": "text/plain" } }, 415, []],
    ["422 wrong type", { text: 5 }, {}, 422, ["/text"]],
    ["422 deep pointer", { text: "hi", tags: ["a", 1] }, {}, 422, ["/tags/1"]],
    ["422 unknown field, escaped", { text: "hi", "a/b~c": 1 }, {}, 422, ["/a~1b~0c"]],
    ["422 negative limit", { text: "hi" }, { query: { limit: -1 } }, 422, ["/query/limit"]],
    ["422 unknown parameter", { text: "hi" }, { query: { nope: 1 } }, 422, ["/query/nope"]],
    ["422 no body", null, {}, 422, [""]],
  ])("%s", async (_, body, more, status, pointers) => {
    const before = notes.length;
    const reply = await put(body, more);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    const problem = Problem.parse(reply.json);
    expect([reply.status, problem.status]).toEqual([status, status]);
    expect((problem.errors ?? []).map((error) => error.pointer)).toEqual(pointers);
    expect(notes.length).toBe(before);
  });
});

test("403: names the role that is missing", async () => {
  const reply = await put({ text: "hi" }, { as: viewer });
  expect(Problem.parse(reply.json).detail).toContain("analyst");
});

test("429: says how long to wait", async () => {
  const reply = await put({ text: "busy" });
  expect(reply.status).toBe(429);
  expect(reply.headers.get("retry-after")).toBe("7");
});

// A stack or a message of the inside in a reply tells an attacker how we are built.
test("500: a bug shows nothing of the inside", async () => {
  const reply = await put({ text: "bug" });
  expect(reply.status).toBe(500);
  expect(JSON.stringify(reply.json)).not.toContain("secret of the inside");
  expect(Problem.parse(reply.json).trace_id).not.toBe("");
});

// The host lets a query key `headers` replace all request headers: it must be refused before sign-in is looked at.
test.each(["headers", "Headers", "HEADERS"])(
  "400: a query key %s is refused unauthenticated",
  async (key) => {
    const reply = await put({ text: "hi" }, { as: undefined as never, query: { [key]: "x" } });
    expect(reply.status).toBe(400);
  },
);

// The same key in a body would forge the address that an API key is bound to.
test.each(["headers", "Headers"])("400: a body with a field %s is refused", async (key) => {
  const reply = await put({ text: "hi", [key]: { "x-forwarded-for": "10.0.0.1" } });
  expect(reply.status).toBe(400);
});

// Without its headers the request is not signed in, or is no JSON: neither tells its sender what to change.
test.each<[string, Parameters<typeof call>[2]]>([
  ["the bearer token", { as: undefined as never }],
  ["the content type", { headers: { "content-type": "" } }],
])("400: a field Headers that cost the request %s is named", async (_, more) => {
  const reply = await put({ text: "hi", Headers: { a: "b" } }, more);
  expect(reply).toMatchObject({ status: 400, json: { code: "malformed-request" } });
  expect(Problem.parse(reply.json).detail).toContain("may not be named headers");
  expect((await put({ text: "hi" }, more)).status).not.toBe(400);
});

// Whoever is not signed in must not have large bodies parsed.
test("401: the body of a request that has its headers is not looked into", async () => {
  const headers = { host: "socmate.example" };
  const reply = await put({ Headers: {} }, { as: undefined as never, headers });
  expect(reply.status).toBe(401);
});

async function* linesInto(sent: string[]): AsyncIterable<string> {
  for (const line of ["\uFEFFä\n", "b\n"]) {
    sent.push(line);
    yield line;
  }
}

// An export of a hundred thousand rows must not be built in memory first.
test("200: a stream is sent as it comes, with its own media type and the usual headers", async () => {
  const sent: string[] = [];
  const lines = endpoint({
    name: "lines",
    method: "GET",
    route: "v1/lines",
    permission: "incidents:read",
    summary: "An endpoint of this test.",
    streams: "text/csv; charset=utf-8",
    handle: async () => ({
      status: 200,
      stream: linesInto(sent),
    }),
  });
  const handler = toHttpHandler(lines, testDeps(), async () => analyst);
  const request = new HttpRequest({ method: "GET", url: "http://127.0.0.1/api/v1/lines" });
  const context = new InvocationContext({ invocationId: "i", functionName: "lines" });
  const reply = await handler(request, context);
  expect(sent.length).toBeLessThan(2);
  expect(reply.headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const bytes = await new Response(reply.body as ReadableStream).arrayBuffer();
  expect(Buffer.from(bytes).toString()).toBe("\uFEFFä\nb\n");
});

// A 5xx for odd input means that something parsed it too late.
test("no JSON body whatever makes a 5xx", async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => {
      const reply = await put(text);
      expect([200, 400, 422]).toContain(reply.status);
    }),
    { numRuns: 200 },
  );
});

// The host's connection hangs for the next request when a body is left unread.
test("a refused request's body is read to its end", async () => {
  const handler = toHttpHandler(notesPut, testDeps(), async () => {
    throw new AppError("unauthenticated", "Sign in.");
  });
  const request = new HttpRequest({
    method: "PUT",
    url: "http://127.0.0.1/api/v1/notes/7",
    headers: { "content-type": "application/json" },
    body: { string: '{"text":"hi"}' },
  });
  await handler(request, new InvocationContext({ invocationId: "i", functionName: "notes-put" }));
  expect(request.bodyUsed).toBe(true);
});
