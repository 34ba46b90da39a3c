/** Attempts to send: what goes out, what comes back, what an answer means. */
import { createHash } from "node:crypto";

import type { AttemptOutcome } from "../schemas/deliveries.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";

const SECOND_MS = 1_000;
const GONE = 410;

/** One message: an event, or the events of a digest, oldest first. */
export interface Outgoing {
  /** The same in every attempt, so that a receiver can tell a repeat. */
  id: string;
  events: readonly [NotificationEvent, ...NotificationEvent[]];
}

/** What came of sending it once. */
export interface Sent {
  outcome: AttemptOutcome;
  status_code: number | null;
  latency_ms: number;
  /** SHA-256 of the body that was sent, hex. */
  request_hash: string;
  /** For the delivery log, in words; nothing of the answer's body, no secret. */
  detail: string;
  /** How long the receiver asked to be left alone, in seconds. */
  retry_after_seconds: number | undefined;
  /** Trying again cannot help. */
  is_final: boolean;
  /** The receiver is well and refused this message alone, such as a mail server one mailbox. */
  is_of_message?: boolean;
}

/** What came of a post. Nothing of the receiver's body is kept. */
export type OutboundReply =
  | {
      kind: "answered";
      status: number;
      /** The header Retry-After as it was sent; `undefined` without one. */
      retryAfter: string | undefined;
      latencyMs: number;
    }
  /** The guard refused the address, or what its name resolves to; nothing was sent. */
  | { kind: "refused"; detail: string }
  /** No connection, no TLS, or it was cut; `detail` names the system's error code only. */
  | { kind: "unreachable"; detail: string; latencyMs: number }
  | { kind: "timeout"; latencyMs: number };

/** What an answer of a receiver means. Only 2xx is success; a redirect is not followed and so is a failure. */
export function sentOver(reply: OutboundReply, hash: string, now: Date): Sent {
  const told = {
    status_code: null,
    latency_ms: "latencyMs" in reply ? reply.latencyMs : 0,
    request_hash: hash,
    retry_after_seconds: undefined,
    is_final: false,
  };
  if (reply.kind === "refused") return { ...told, outcome: "blocked", detail: reply.detail };
  if (reply.kind === "timeout") {
    return { ...told, outcome: "timeout", detail: "No answer in 15 seconds." };
  }
  if (reply.kind === "unreachable") {
    return { ...told, outcome: "unreachable", detail: `No connection: ${reply.detail}.` };
  }
  const { status: status_code, retryAfter } = reply;
  const retry_after_seconds = retryAfter === undefined ? undefined : secondsOf(retryAfter, now);
  return { ...told, ...answered(status_code), status_code, retry_after_seconds };
}

function answered(status: number) {
  if (status >= 200 && status < 300) {
    return { outcome: "delivered" as const, detail: `Answered ${status}.` };
  }
  if (status === GONE) {
    return {
      outcome: "gone" as const,
      detail: "Answered 410: the receiver is gone.",
      is_final: true,
    };
  }
  if (status >= 300 && status < 400) {
    const detail = `Answered ${status}: redirects are not followed; enter the new address.`;
    return { outcome: "redirected" as const, detail };
  }
  return { outcome: "refused" as const, detail: `Answered ${status}.` };
}

/** Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3); `undefined` when it is neither. */
function secondsOf(text: string, now: Date): number | undefined {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text.trim());
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / SECOND_MS));
}

/** SHA-256 of a body, hex: tells in the log what was sent without keeping it. */
export const requestHash = (body: string): string =>
  createHash("sha256").update(body).digest("hex");
