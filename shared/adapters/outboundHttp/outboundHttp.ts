/** OutboundHttp on Node's own client: https to public addresses, checked when connecting; redirects are answers, bodies are thrown away. */
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";

import type { OutboundReply } from "../../domain/attempts.ts";
import type { OutboundHttp, OutboundPost } from "../../ports/outboundHttp.ts";
import { type AddressPolicy, refusalOf } from "./addresses.ts";
import {
  AddressRefused,
  createCheckedLookup,
  type Resolve,
  resolveBySystem,
} from "./checkedLookup.ts";

export interface OutboundHttpOptions extends AddressPolicy {
  /** Puts something between the guard and the wire, e.g. the local run's faults; the wire alone unless told. */
  through?: (wire: typeof fetch) => typeof fetch;
  resolve?: Resolve;
  /** For everything from the name's resolution to the answer's head; 15 s unless told. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** What a connection that shall serve again may still carry after the answer's head. */
const DISCARDED_BYTES_MAX = 16_384;
const DISCARD_MS = 1_000;
const IDLE_MS = 10_000;

export function createOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const lookup = createCheckedLookup(options, options.resolve ?? resolveBySystem);
  const wire = wireOver(lookup);
  const send = options.through?.(wire) ?? wire;
  return {
    refusal: async (url) => refusalOf(url, options),
    async post(post) {
      const refusal = refusalOf(post.url, options);
      if (refusal !== undefined) return { kind: "refused", detail: refusal };
      return posted(send, post, timeoutMs);
    },
  };
}

async function posted(
  send: typeof fetch,
  { url, headers, body }: OutboundPost,
  timeoutMs: number,
): Promise<OutboundReply> {
  const startedAt = performance.now();
  const latency = () => Math.round(performance.now() - startedAt);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { status, headers: answered } = await send(url, {
      method: "POST",
      headers,
      body,
      signal,
    });
    const retryAfter = answered.get("retry-after") ?? undefined;
    return { kind: "answered", status, retryAfter, latencyMs: latency() };
  } catch (error) {
    if (causesOf(error).some((cause) => cause instanceof AddressRefused)) {
      const detail = "The name resolves to an address that is not public.";
      return { kind: "refused", detail };
    }
    if (signal.aborted || causesOf(error).some(isTimeout)) {
      return { kind: "timeout", latencyMs: latency() };
    }
    return { kind: "unreachable", detail: codeOf(error), latencyMs: latency() };
  }
}

/** The wire as a fetch: one exchange, no redirects, the answer's status and headers alone. */
function wireOver(lookup: LookupFunction): typeof fetch {
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agents = { "http:": new http.Agent(kept), "https:": new https.Agent(kept) };
  const exchange = (url: URL, init: RequestInit): Promise<Response> => {
    const isPlain = url.protocol === "http:";
    return new Promise((resolve, reject) => {
      const request = (isPlain ? http : https).request(url, {
        agent: agents[isPlain ? "http:" : "https:"],
        method: "POST",
        headers: Object.fromEntries(new Headers(init.headers)),
        lookup,
        ...(init.signal != null && { signal: init.signal }),
      });
      request.once("response", (answer) => {
        discard(answer);
        resolve(replyOf(answer));
      });
      request.on("error", (error) => {
        // The receiver closed a connection that was kept: nothing is known of it, and the message has the same id.
        const isStale = request.reusedSocket && "code" in error && error.code === "ECONNRESET";
        if (isStale) resolve(exchange(url, init));
        else reject(error);
      });
      request.end(typeof init.body === "string" ? init.body : "");
    });
  };
  return (input, init = {}) =>
    exchange(new URL(input instanceof Request ? input.url : input.toString()), init);
}

function replyOf({ statusCode = 0, headers }: IncomingMessage): Response {
  const retryAfter = headers["retry-after"];
  // What no server may send counts as a failure of the server.
  const status = statusCode >= 200 && statusCode <= 599 ? statusCode : 599;
  return new Response(null, {
    status,
    headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
  });
}

/** Reads a short rest, so that the connection can serve again; a long or slow one ends it. */
function discard(answer: IncomingMessage): void {
  let size = 0;
  const slow = setTimeout(() => answer.destroy(), DISCARD_MS);
  answer.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > DISCARDED_BYTES_MAX) answer.destroy();
  });
  answer.once("close", () => clearTimeout(slow));
  answer.on("error", () => undefined);
}

const isTimeout = (error: Error): boolean =>
  error.name === "TimeoutError" || ("code" in error && String(error.code).endsWith("TIMEOUT"));

/** A connection's error may hold those of each address that was tried. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [error, ...inner.flatMap(causesOf)];
}

/** The system's own code, such as ECONNREFUSED; never the message, which may quote the address. */
function codeOf(error: unknown): string {
  const codes = causesOf(error).flatMap((cause) =>
    "code" in cause && typeof cause.code === "string" ? [cause.code] : [],
  );
  return codes.at(-1) ?? "The connection failed.";
}
