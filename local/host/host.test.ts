import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { app, HttpResponse, type HttpResponseInit } from "@azure/functions";
import fc from "fast-check";
import { afterAll, afterEach, expect, test } from "vitest";

import { LocalClock } from "../clock.ts";
import { startHost, type Host, type HostOptions } from "./host.ts";

const directory = mkdtempSync(path.join(tmpdir(), "host-"));
writeFileSync(path.join(directory, "host.json"), '{"extensions":{"http":{"routePrefix":""}}}');
afterAll(() => rmSync(directory, { recursive: true }));

const doNothing = (): void => {};
const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

// The library takes its set-up once per process, and only while an app is loaded.
let isSetUp = false;
function setUpOnce(): void {
  if (!isSetUp) app.setup({ enableHttpStream: true });
  isSetUp = true;
}

async function start(register: () => void, options: Partial<HostOptions> = {}): Promise<Host> {
  const host = await startHost({
    appDirectory: directory,
    load: async () => {
      setUpOnce();
      register();
    },
    settings: {},
    clock: new LocalClock({ start: new Date("2026-03-01T10:00:00Z"), wallClock: () => 0 }),
    queues: () => {
      throw new Error("no queue");
    },
    port: 0,
    log: () => {},
    ...options,
  });
  hosts.push(host);
  return host;
}

const get = (name: string, handler: () => HttpResponseInit | HttpResponse): void =>
  app.http(name, { methods: ["GET"], route: `api/${name}`, authLevel: "anonymous", handler });

// Live steps of an investigation must be seen while it runs, not when it is over.
test("a streamed answer arrives as it is produced", async () => {
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const host = await start(() =>
    get("live", () => ({
      body: new ReadableStream({
        start: (controller) => void streams.push(controller),
      }),
    })),
  );
  const waiting = fetch(`${host.url}/api/live`);
  await expect.poll(() => streams.length).toBe(1);
  streams[0]?.enqueue(Buffer.from("first"));
  const reader = (await waiting).body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first");
  streams[0]?.enqueue(Buffer.from("second"));
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("second");
  streams[0]?.close();
  expect((await reader?.read())?.done).toBe(true);
});

// A connection that is reset instead may take with it what was sent before.
test("an answer that is shorter than it says arrives as far as it goes, and ends in order", async () => {
  const host = await start(() =>
    get("short", () => ({ headers: { "content-length": "50" }, body: "hello" })),
  );
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1");
  socket.write("GET /api/short HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  let answer = "";
  for await (const bytes of socket) answer += String(bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\ncontent-length: 50\r\n[^]*\r\n\r\nhello$/);
});

test("500: a handler that throws is answered at once, without its message", async () => {
  const host = await start(() =>
    get("throws", () => {
      throw new Error("secret");
    }),
  );
  const reply = await fetch(`${host.url}/api/throws`);
  expect({ status: reply.status, body: await reply.text() }).toEqual({ status: 500, body: "" });
});

// Bodies that are too large are refused while they are still being sent.
test("a function may answer before it has read a chunked body", async () => {
  const host = await start(() =>
    app.http("early", {
      methods: ["POST"],
      route: "api/early",
      authLevel: "anonymous",
      handler: async (request) => {
        for await (const chunk of request.body ?? []) return { body: `read ${chunk.length > 0}` };
        return { body: "read nothing" };
      },
    }),
  );
  const chunks = Array.from({ length: 50 }, () => new Uint8Array(65_536));
  const body = new ReadableStream({
    pull: (controller) => {
      const chunk = chunks.pop();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const reply = await fetch(`${host.url}/api/early`, { method: "POST", body, duplex: "half" });
  expect(await reply.text()).toBe("read true");
});

test("401: a function that is not anonymous cannot be reached, there are no keys", async () => {
  const host = await start(() =>
    app.http("keyed", { methods: ["GET"], authLevel: "function", handler: () => ({}) }),
  );
  expect((await fetch(`${host.url}/keyed`)).status).toBe(401);
});

// The short way past the library is allowed only as long as nobody can tell.
test("plain results are answered as the library would answer them", async () => {
  const results: HttpResponseInit[] = [];
  const host = await start(() => {
    get("plain", () => results[0] ?? {});
    get("library", () => new HttpResponse(results[0]));
  });
  const see = async (name: string): Promise<unknown> => {
    const reply = await fetch(`${host.url}/api/${name}`, { redirect: "manual" });
    const headers = [...reply.headers].filter(
      ([key]) => !/^(?:date|x-ms-invocation-id)$/.test(key),
    );
    return { status: reply.status, headers, body: await reply.text() };
  };
  const header = fc.tuple(
    fc.constantFrom(
      "content-type",
      "X-One",
      "etag",
      "cache-control",
      "keep-alive",
      "set-cookie",
      "location",
    ),
    fc.oneof(fc.stringMatching(/^[ -~]{0,12}$/), fc.constantFrom("text/csv", " spaced ", "a\tb")),
  );
  const result = fc.record(
    {
      status: fc.oneof(
        fc.constantFrom(200, 204, 304, 404, 422, 500, 600, 199),
        // fetch itself fails on a 407.
        fc.integer({ min: 200, max: 599 }).filter((status) => status !== 407),
      ),
      headers: fc.array(header, { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
      body: fc.oneof(fc.string(), fc.constantFrom("", "é", Buffer.from([0, 255]))),
      jsonBody: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined)),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(result, async (made) => {
      results[0] = made;
      expect(await see("plain")).toEqual(await see("library"));
    }),
    { numRuns: 150 },
  );
});

test("the page's requests go to the interceptor, the others to the functions", async () => {
  const host = await start(() => get("hello", () => ({ body: "function" })), {
    intercept: async (request, response) => {
      if (request.url !== "/") return false;
      response.end("page");
      return true;
    },
  });
  expect(await (await fetch(host.url)).text()).toBe("page");
  expect(await (await fetch(`${host.url}/api/hello`)).text()).toBe("function");
});

test("a taken port is told by its code", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await expect(start(() => get("x", () => ({})), { port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  await new Promise((resolve) => other.close(resolve));
});

test("an app that cannot be loaded stops the start with its own error", async () => {
  await expect(
    start(() => {
      throw new Error("entry file broke");
    }),
  ).rejects.toThrow("entry file broke");
});

test("functions are registered while the app is loaded, or not at all", async () => {
  await start(() => get("early", () => ({})));
  expect(() => get("late", () => ({}))).toThrow(
    "A function can only be registered during app startup.",
  );
});

// A day passed over in a demo must look like a pause of the host, not like 1,440 runs.
test("advance runs each timer that fell due once, past due, in order of due times", async () => {
  const host = await start(() => {
    const handler = doNothing;
    app.timer("hourly", { schedule: "0 0 * * * *", handler });
    app.timer("minutely", { schedule: "0 * * * * *", handler });
    app.timer("yearly", { schedule: "0 0 0 1 1 *", handler });
    app.timer("halfPast", { schedule: "0 30 * * * *", handler });
  });
  const runs = await host.advance(24 * 3_600_000);
  expect(runs.map(({ name, isPastDue }) => [name, isPastDue])).toEqual([
    ["minutely", true],
    ["halfPast", true],
    ["hourly", true],
  ]);
  expect(await host.advance(1000)).toEqual([]);
});

// Two syncs at once would race for the same cursor.
test("a timer asked for twice runs twice, one after the other", async () => {
  let running = 0;
  const most: number[] = [];
  const ends: (() => void)[] = [];
  const host = await start(() =>
    app.timer("slow", {
      schedule: "0 0 0 1 1 *",
      handler: async () => {
        most.push(++running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running--;
      },
    }),
  );
  const both = Promise.all([host.runTimer("slow"), host.runTimer("slow")]);
  await expect.poll(() => ends.length).toBe(1);
  ends[0]?.();
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();
  expect((await both).map(({ outcome }) => outcome)).toEqual(["succeeded", "succeeded"]);
  expect(most).toEqual([1, 1]);
});

test("not-found: a timer that does not exist", async () => {
  const host = await start(() => {});
  await expect(host.runTimer("nobody")).rejects.toMatchObject({ code: "not-found" });
});

// A timer's failure must be seen, and must not be repeated after a restart as if it had never run.
test("a failed run is remembered as a run, also across a restart", async () => {
  const timerStateFile = path.join(directory, "timers.json");
  const seen: boolean[] = [];
  const register = (): void =>
    app.timer("fails", {
      schedule: "0 0 * * * *",
      handler: (timer) => {
        seen.push(timer.isPastDue);
        throw new Error("broken");
      },
    });
  const at = (begin: string): Partial<HostOptions> => ({
    timerStateFile,
    clock: new LocalClock({ start: new Date(begin), wallClock: () => 0 }),
  });
  const first = await start(register, at("2026-03-01T10:00:00Z"));
  expect(await first.advance(3_600_000)).toMatchObject([{ outcome: "failed", error: "broken" }]);
  await first.stop();
  const second = await start(register, at("2026-03-01T11:30:00Z"));
  await second.drain();
  expect(seen).toEqual([true]);
  await second.stop();
  const third = await start(register, at("2026-03-03T00:00:00Z"));
  await third.drain();
  expect(seen).toEqual([true, true]);
});
