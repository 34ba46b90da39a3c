/** OutboundHttp on undici: https to public addresses, checked when connecting; redirects are answers, bodies are thrown away. */
import { Agent, request } from "undici";

import type { OutboundHttp, OutboundPost, OutboundReply } from "../../ports/outboundHttp.ts";
import { type AddressPolicy, refusalOf } from "./addresses.ts";
import {
  AddressRefused,
  createCheckedLookup,
  type Resolve,
  resolveBySystem,
} from "./checkedLookup.ts";
import { Lanes } from "./lanes.ts";

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
const HEADER_BYTES_MAX = 16_384;
const IDLE_MS = 10_000;

export function createOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const lanes = new Lanes();
  const lookup = createCheckedLookup(options, options.resolve ?? resolveBySystem);
  const agent = new Agent({
    connect: { lookup, timeout: timeoutMs },
    headersTimeout: timeoutMs,
    keepAliveTimeout: IDLE_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
  });
  const wire = wireOver(agent);
  const send = options.through?.(wire) ?? wire;
  return {
    refusal: async (url) => refusalOf(url, options),
    async post(post) {
      const refusal = refusalOf(post.url, options);
      if (refusal !== undefined) return { kind: "refused", detail: refusal };
      const lane = await lanes.enter(laneOf(post.url));
      if ("againMs" in lane) return { kind: "busy", againMs: lane.againMs };
      const reply = await posted(send, post, timeoutMs);
      lane.leave(reply.kind !== "timeout");
      return reply;
    },
  };
}

/** Two receivers of one host are two: one that hangs says nothing of the other. */
function laneOf(text: string): string {
  const { origin, pathname } = new URL(text);
  return origin + pathname;
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
function wireOver(agent: Agent): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      method: "POST",
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === "string" ? init.body : "",
      signal: init?.signal ?? null,
    });
    const discarding = AbortSignal.timeout(DISCARD_MS);
    body.dump({ limit: DISCARDED_BYTES_MAX, signal: discarding }).catch(() => body.destroy());
    const retryAfter = headers["retry-after"];
    const kept = typeof retryAfter === "string" ? { "retry-after": retryAfter } : {};
    return new Response(null, { status: statusCode, headers: kept });
  };
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
