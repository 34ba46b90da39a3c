/** The host's HTTP server on loopback: limits and refusals of the real one, then the route table. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Socket } from "node:net";

import { ClientResponse } from "./clientResponse.ts";
import type { Registry } from "./core.ts";
import type { FunctionRequest } from "./functionRequest.ts";
import { answer } from "./httpFunction.ts";
import { readBody, readChunks } from "./requestBody.ts";
import { readTarget, type RequestTarget } from "./requestTarget.ts";
import type { RouteTable } from "./routes.ts";

export interface HttpApp {
  registry: Registry;
  /** Undefined when the app left streaming off. */
  proxy: Server | undefined;
  routes: RouteTable;
  /** Adds the client's address to X-Forwarded-For, as the platform's front end does before the real host. */
  tellsClientAddress?: boolean | undefined;
  intercept?:
    | ((request: IncomingMessage, response: ServerResponse) => Promise<boolean>)
    | undefined;
}

/** Limits of the real host: headers together, and their number. */
const HEADER_BYTES_MAX = 32 * 1024;
const HEADER_COUNT_MAX = 100;
/** How long an idle connection stays open. */
const KEEP_ALIVE_MS = 130_000;
/** Method, target, version and the two spaces between. */
const REQUEST_LINE_MAX = 8192;
const HOST_NAME = /^[\w.~\-:[\]%!$&'()*+,;=]*$/;
const CLOSING = { connection: "close" };

/** A server that does not listen yet. */
export function createHttpServer(app: HttpApp): Server {
  const inFlight = new WeakMap<object, Exchange>();
  const onRequest = (request: IncomingMessage, raw: ServerResponse): void => {
    const response = new ClientResponse(raw);
    // What a function left unread is read off, or the connection could not be used again.
    raw.once("finish", () => request.removeAllListeners("readable").resume());
    inFlight.set(request.socket, { request, raw, response });
    handle(app, request, raw, response).catch((error: unknown) => {
      // A client that left while it was sending is its own affair.
      const level = request.errored === null ? "error" : "information";
      app.registry.log(level, error instanceof Error ? String(error.stack) : String(error));
      response.refuse(500);
    });
  };
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requireHostHeader: false },
    onRequest,
  );
  server.maxHeadersCount = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Interim answers are sent only when a function is going to read the body.
  server.on("checkContinue", onRequest);
  server.on("clientError", (error, socket) => {
    const code = "code" in error ? String(error.code) : "";
    if (socket instanceof Socket) refuseUnreadable(code, socket, inFlight.get(socket));
  });
  return server;
}

interface Exchange {
  request: IncomingMessage;
  raw: ServerResponse;
  response: ClientResponse;
}

function refuseUnreadable(code: string, socket: Socket, exchange: Exchange | undefined): void {
  if (code === "ECONNRESET" || code === "HPE_INVALID_EOF_STATE" || !socket.writable) {
    socket.resetAndDestroy();
  } else if (exchange !== undefined && !exchange.response.isEnded) {
    // What was read well is answered; a body that turned out to be broken is a 500.
    if (!exchange.request.complete) exchange.response.refuse(500);
    exchange.raw.once("close", () => socket.end());
  } else {
    const status = STATUS_BY_PARSER_ERROR[code] ?? "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  }
}

function tellClientAddress(request: IncomingMessage, headers: Record<string, string>): void {
  const { remoteAddress, remotePort } = request.socket;
  const told = headers["x-forwarded-for"];
  const seen = `${remoteAddress}:${remotePort}`;
  headers["x-forwarded-for"] = told === undefined ? seen : `${told}, ${seen}`;
}

const STATUS_BY_PARSER_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_INVALID_VERSION: "505 HTTP Version Not Supported",
};

async function handle(
  app: HttpApp,
  request: IncomingMessage,
  raw: ServerResponse,
  response: ClientResponse,
): Promise<void> {
  const target = readTarget(request.url ?? "/");
  const headers = readHeaders(request);
  const refusal = refusalOf(request, target, headers);
  if (target === undefined || headers === undefined || refusal !== undefined) {
    response.refuse(refusal ?? 400, CLOSING);
    return;
  }
  if (app.intercept !== undefined && (await app.intercept(request, raw))) return;
  if (answerBuiltIn(app, target, request.method ?? "GET", response)) return;
  const match = app.routes.find(request.method ?? "GET", target.path);
  if (match === undefined) {
    response.refuse(404);
    return;
  }
  // There are no function keys on one machine: only anonymous functions can be reached.
  if (match.fn.trigger["authLevel"] !== "anonymous") {
    response.refuse(401);
    return;
  }
  if (app.tellsClientAddress === true) tellClientAddress(request, headers);
  const call = await readCall(request, raw, target, headers, response);
  if (call !== undefined) await answer(app.registry, app.proxy, match, call, response);
}

function refusalOf(
  request: IncomingMessage,
  target: RequestTarget | undefined,
  headers: Record<string, string> | undefined,
): number | undefined {
  const lineLength =
    (request.url ?? "").length + (request.method ?? "").length + "  HTTP/1.1".length;
  if (request.httpVersion === "0.9") return 505;
  if (lineLength > REQUEST_LINE_MAX) return 414;
  if (target === undefined) return 400;
  if (request.rawHeaders.length > 2 * HEADER_COUNT_MAX) return 431;
  const hostName = headers?.["host"];
  if (hostName === undefined) return request.httpVersion === "1.1" ? 400 : undefined;
  return HOST_NAME.test(hostName) ? undefined : 400;
}

/** Lower-case names; repeated values joined by a comma without space. Undefined when the server refuses them. */
function readHeaders(request: IncomingMessage): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = decodeHeader(rawHeaders[index + 1] ?? "");
    const known = headers[name];
    if (value === undefined || (name === "host" && known !== undefined)) return undefined;
    headers[name] = known === undefined ? value : `${known},${value}`;
  }
  return headers;
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** Header bytes are UTF-8 for the real host; Node hands them over as Latin-1. */
function decodeHeader(value: string): string | undefined {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return UTF_8.decode(Buffer.from(value, "latin1"));
  } catch {
    return undefined;
  }
}

/** The few addresses that the real host answers itself. True when it did. */
function answerBuiltIn(
  app: HttpApp,
  target: RequestTarget,
  method: string,
  response: ClientResponse,
): boolean {
  const path = target.path.toLowerCase();
  if (path === "/admin/host/ping")
    response.refuse(200, { "cache-control": "no-store,no-cache", pragma: "no-cache" });
  else if (/^\/admin\/(?:host|functions)(?:\/|$)/.test(path)) response.refuse(401);
  else if (path === "/" && app.routes.find(method, path) === undefined)
    response.refuse(200, { "content-type": "text/html" });
  else return false;
  return true;
}

/** Reads what the function needs. Undefined when the request was refused meanwhile. */
async function readCall(
  request: IncomingMessage,
  raw: ServerResponse,
  target: RequestTarget,
  headers: Record<string, string>,
  response: ClientResponse,
): Promise<FunctionRequest | undefined> {
  const call = {
    method: request.method ?? "GET",
    target,
    host: headers["host"] ?? "localhost",
    headers,
  };
  const isChunked = headers["transfer-encoding"] !== undefined;
  const hasBody = isChunked || Number(headers["content-length"] ?? 0) > 0;
  if (!hasBody) return { ...call, body: undefined, chunks: undefined };
  if (headers["expect"] !== undefined) raw.writeContinue();
  const refuse = (): void => response.refuse(500, CLOSING);
  if (isChunked) return { ...call, body: undefined, chunks: readChunks(request, refuse) };
  const body = await readBody(request, Number(headers["content-length"]));
  if (body === undefined) refuse();
  return body && { ...call, body, chunks: undefined };
}
