/** The guard and its bounds over a real wire: loopback servers, names that a test resolves. */
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { OutboundReply } from "../../domain/attempts.ts";
import { createOutboundHttp } from "./outboundHttp.ts";

let servers: Server[];
let seen: { url: string; headers: IncomingMessage["headers"]; body: string }[];
beforeEach(() => {
  servers = [];
  seen = [];
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A receiver that keeps what it got. @param host loopback address it listens on. */
async function receiver(answer: RequestListener, host = "127.0.0.1"): Promise<number> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push({ url: request.url ?? "", headers: request.headers, body });
      answer(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return port;
}

const ok: RequestListener = (_request, response) => response.end("ok");
const postTo = (url: string) => ({
  url,
  headers: { "content-type": "application/json" },
  body: "{}",
});
const resolving =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

test("posts the body with its headers and tells the status, Retry-After and the time", async () => {
  const port = await receiver((_request, response) => {
    response.writeHead(429, { "retry-after": "7" }).end("slow down");
  });
  const http = createOutboundHttp({ allowLoopback: true });
  const reply = await http.post({
    url: `http://127.0.0.1:${port}/hook?key=1`,
    headers: { "content-type": "application/json", "webhook-id": "evt_1" },
    body: '{"a":1}',
  });
  expect(reply).toMatchObject({ kind: "answered", status: 429, retryAfter: "7" });
  expect(seen).toMatchObject([
    { url: "/hook?key=1", body: '{"a":1}', headers: { "webhook-id": "evt_1" } },
  ]);
});

// A receiver could send the product's own signed message on to an inside address.
test.each([301, 302, 303, 307, 308])(
  "a redirect is an answer, never followed: %i",
  async (status) => {
    const target = await receiver(ok);
    const port = await receiver((_request, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${target}/inside` }).end();
    });
    const http = createOutboundHttp({ allowLoopback: true });
    const reply = await http.post(postTo(`http://127.0.0.1:${port}/hook`));
    expect(reply).toMatchObject({ kind: "answered", status });
    expect(seen.map(({ url }) => url)).toEqual(["/hook"]);
  },
);

test.each(["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1", "168.63.129.16"])(
  "a public name that resolves to %s is refused when connecting",
  async (address) => {
    const port = await receiver(ok);
    const http = createOutboundHttp({ allowLoopback: false, resolve: resolving(address) });
    const reply = await http.post(postTo(`https://hooks.example.com:${port}/`));
    expect(reply).toMatchObject({ kind: "refused", detail: expect.stringContaining("not public") });
    expect(seen).toEqual([]);
  },
);

test("one inside address among public ones refuses the name", async () => {
  const resolve = resolving("93.184.215.14", "10.0.0.1");
  const http = createOutboundHttp({ allowLoopback: false, resolve });
  expect(await http.post(postTo("https://hooks.example.com/"))).toMatchObject({ kind: "refused" });
});

// Checking a name and then connecting by name lets the second answer be another one (DNS rebinding).
test("connects to the address that was checked: a name that changes its answer is asked once", async () => {
  let asked = 0;
  const port = await receiver((_request, response) => response.end(), "127.0.0.1");
  const http = createOutboundHttp({
    allowLoopback: true,
    resolve: async () => {
      asked += 1;
      return [{ address: asked === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
    },
  });
  const url = `http://api.localhost:${port}/`;
  expect(await http.post(postTo(url))).toMatchObject({ kind: "answered", status: 200 });
  expect(asked).toBe(1);
  // The next connection is checked anew, and what then comes is refused.
  servers[0]?.closeAllConnections();
  const again = await untilNot("unreachable", () => http.post(postTo(url)));
  expect(again).toMatchObject({ kind: "refused" });
  expect(seen).toHaveLength(1);
});

/** A closed keep-alive connection may show itself only when it is used. */
async function untilNot(kind: OutboundReply["kind"], act: () => Promise<OutboundReply>) {
  const first = await act();
  return first.kind === kind ? await act() : first;
}

test("a receiver that does not answer ends in a timeout", async () => {
  const port = await receiver(() => {});
  const http = createOutboundHttp({ allowLoopback: true, timeoutMs: 100 });
  const url = `http://127.0.0.1:${port}/`;
  expect(await http.post(postTo(url))).toMatchObject({ kind: "timeout" });
});

test("a body without end does not hold the answer up and is not read", async () => {
  let taken = 0;
  const answers: ServerResponse[] = [];
  const port = await receiver((_request, response) => {
    answers.push(response.writeHead(200));
    const write = (): void => {
      response.write("x".repeat(65_536), (error) => {
        if (error != null) return;
        taken += 65_536;
        write();
      });
    };
    write();
  });
  const http = createOutboundHttp({ allowLoopback: true });
  const reply = await http.post(postTo(`http://127.0.0.1:${port}/`));
  expect(reply).toMatchObject({ kind: "answered", status: 200 });
  for (const answer of answers) if (!answer.closed) await once(answer, "close");
  expect(answers).toHaveLength(1);
  // What the system's own buffers take; a second of reading on is many times as much.
  expect(taken).toBeLessThan(16_000_000);
});

test("a receiver that is not there, or cuts the connection, is unreachable by the system's code", async () => {
  const port = await receiver((request) => request.socket.destroy());
  const http = createOutboundHttp({ allowLoopback: true });
  const cut = await http.post(postTo(`http://127.0.0.1:${port}/?secret=1`));
  expect(cut).toMatchObject({ kind: "unreachable", detail: expect.stringMatching(/^[A-Z_]+$/) });
  const [server] = servers;
  await new Promise((resolve) => server?.close(resolve));
  const gone = await http.post(postTo(`http://127.0.0.1:${port}/`));
  expect(gone).toMatchObject({ kind: "unreachable", detail: "ECONNREFUSED" });
});

test("a refused address is never connected to", async () => {
  const port = await receiver(ok);
  const http = createOutboundHttp({ allowLoopback: false });
  expect(await http.refusal(`http://127.0.0.1:${port}/`)).toEqual(expect.any(String));
  expect(await http.post(postTo(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: "refused" });
  expect(seen).toEqual([]);
});
