/** Posting to an address that somebody outside gave: guarded against reaching inside, bounded, never redirected. */

export interface OutboundPost {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
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
  | { kind: "timeout"; latencyMs: number }
  /** Nothing was sent: calls to this receiver are under way, or it rests after it did not answer. */
  | { kind: "busy"; againMs: number };

export interface OutboundHttp {
  /** Why an address would never be posted to, in words for whoever entered it; `undefined` when its form is fine. */
  refusal(url: string): Promise<string | undefined>;
  /** Never throws for what the receiver, its name or its network do. */
  post(post: OutboundPost): Promise<OutboundReply>;
}
