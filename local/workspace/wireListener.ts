/** The simulated services on a loopback port, for tests and for people who point SDKs of their own at them. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

import type { ServiceTarget } from "./faults.ts";
import { halfOf, type Wire, type WireAnswer } from "./wire.ts";
import type { WireReply, WireRequest } from "./wireReply.ts";

export interface WireListener {
  /** Origin under which all services answer, told apart by their paths. */
  readonly url: string;
  close(): Promise<void>;
}

export interface WireListenerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** PEM texts of a certificate for localhost. Absent: plain HTTP, which the SDKs take for managed identities only. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const MAX_BODY_BYTES = 5_000_000;
const SERVICES: readonly (readonly [RegExp, ServiceTarget, string])[] = [
  [/^\/v1\/workspaces\//, "loganalytics", "https://api.loganalytics.io"],
  [/^\/subscriptions\//i, "arm", "https://management.azure.com"],
  [/^\/(?:v1\.0|beta)\//, "graph", "https://graph.microsoft.com"],
];

/** @throws Error with code EADDRINUSE when the port is taken. */
export async function listenOnLoopback(
  wire: Wire,
  { port, tls }: WireListenerOptions,
): Promise<WireListener> {
  let origin = "";
  const serve = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(wire, origin, request, response).catch(() => response.destroy());
  const server = tls === undefined ? createServer(serve) : createTlsServer({ ...tls }, serve);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  origin = tls === undefined ? `http://127.0.0.1:${bound}` : `https://localhost:${bound}`;
  return {
    url: origin,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  wire: Wire,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  const url = new URL(origin + (request.url ?? "/"));
  const [, target, service] = SERVICES.find(([path]) => path.test(url.pathname)) ?? [
    undefined,
    "login" as const,
    "https://login.microsoftonline.com",
  ];
  const body = await bodyOf(request);
  if (body === undefined) return void response.writeHead(413).end();
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const asked: WireRequest = { method: request.method ?? "GET", url, service, headers, body };
  send(response, await wire.answer(target, asked, abort.signal));
}

/** Undefined when it is larger than any request of these services. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answered: WireAnswer): void {
  if (answered.kind === "cut") return void response.socket?.destroy();
  const { status, headers = {}, body }: WireReply = answered.reply;
  response.writeHead(status, {
    ...headers,
    ...(status === 204 ? {} : { "content-length": Buffer.byteLength(body) }),
  });
  if (answered.kind === "reply") return void response.end(body);
  response.write(halfOf(body), () => response.socket?.destroy());
}
