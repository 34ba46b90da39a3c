/**
 * A database account that speaks the wire protocol of Azure Cosmos DB for NoSQL on loopback, for tests of the adapter
 * with the real SDK. It is strict where the service is strict, has one physical partition, and can fail on demand.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { Account } from "./account.ts";
import type { CosmosReply, CosmosRequest } from "./account.ts";
import { CosmosError, readSessionNotAvailable, throttled } from "./cosmosError.ts";

/** What happens to the next requests on documents. */
export type Fault =
  | { kind: "throttle"; retryAfterMs: number }
  /** The request is not carried out and the connection is cut. */
  | { kind: "cut-before" }
  /** The request is carried out, but its answer never arrives. */
  | { kind: "cut-after" }
  | { kind: "unavailable" }
  /** The replica that answers is behind the client's session. */
  | { kind: "behind-session" };

export interface CosmosDouble {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  advanceSeconds: (seconds: number) => void;
  /** The next `times` requests on documents, apart from query plans, meet this fault. */
  failNext: (fault: Fault, times?: number) => void;
  /** Requests on documents so far, by method and kind, e.g. `POST batch`. */
  requests: readonly string[];
  close: () => Promise<void>;
}

/** Starts the double on a free port. Its clock starts at 2026-01-01 and stands still until it is advanced. */
export async function startCosmosDouble(): Promise<CosmosDouble> {
  let now = Date.UTC(2026, 0, 1) / 1000;
  const account = new Account(() => now);
  const faults: Fault[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, { account, faults, requests });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    advanceSeconds: (seconds) => {
      now += seconds;
    },
    failNext: (fault, times = 1) => {
      faults.push(...Array.from({ length: times }, () => fault));
    },
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface State {
  account: Account;
  faults: Fault[];
  requests: string[];
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  { account, faults, requests }: State,
): Promise<void> {
  const request = await requestFrom(incoming);
  const kind = documentRequest(request);
  if (kind !== undefined) requests.push(`${request.method} ${kind}`);
  const fault = kind === undefined ? undefined : faults.shift();
  if (fault?.kind === "cut-before") {
    incoming.socket.destroy();
    return;
  }
  const reply =
    fault === undefined || fault.kind === "cut-after"
      ? replyOf(account, request)
      : errorReply(refusal(fault));
  if (fault?.kind === "cut-after") {
    incoming.socket.destroy();
    return;
  }
  response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
  response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
}

async function requestFrom(incoming: IncomingMessage): Promise<CosmosRequest> {
  const { pathname } = new URL(incoming.url ?? "/", "http://double");
  return {
    method: incoming.method ?? "GET",
    path: pathname.split("/").filter(Boolean).map(decodeURIComponent),
    header: (name) => incoming.headers[name]?.toString(),
    body: await text(incoming),
  };
}

/** What a request on documents does; `undefined` for any other request. */
function documentRequest({ path, header }: CosmosRequest): string | undefined {
  if (path[4] !== "docs" || header("x-ms-cosmos-is-query-plan-request") === "True")
    return undefined;
  if (header("x-ms-cosmos-is-batch-request")) return "batch";
  return path[5] === undefined ? "query" : "document";
}

function replyOf(account: Account, request: CosmosRequest): CosmosReply {
  try {
    const reply = account.handle(request);
    return { ...reply, headers: { "x-ms-request-charge": "1", ...reply.headers } };
  } catch (error) {
    if (error instanceof CosmosError) return errorReply(error);
    return errorReply(new CosmosError(500, "InternalServerError", String(error)));
  }
}

function refusal(fault: Exclude<Fault, { kind: "cut-before" | "cut-after" }>): CosmosError {
  switch (fault.kind) {
    case "throttle":
      return throttled(fault.retryAfterMs);
    case "behind-session":
      return readSessionNotAvailable();
    case "unavailable":
      break;
  }
  return new CosmosError(503, "ServiceUnavailable", "Service is unavailable.");
}

function errorReply({ status, code, message, details }: CosmosError): CosmosReply {
  const headers: Record<string, string> = {};
  if (details.substatus !== undefined) headers["x-ms-substatus"] = String(details.substatus);
  if (details.retryAfterMs !== undefined) {
    headers["x-ms-retry-after-ms"] = String(details.retryAfterMs);
  }
  return { status, body: { code, message }, headers };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new Error("The double has no port.");
  return address.port;
}
