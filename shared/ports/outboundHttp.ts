/** Posting to an address that somebody outside gave: guarded against reaching inside, bounded, never redirected. */
import type { OutboundReply } from "../domain/attempts.ts";

export interface OutboundPost {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface OutboundHttp {
  /** Why an address would never be posted to, in words for whoever entered it; `undefined` when its form is fine. */
  refusal(url: string): Promise<string | undefined>;
  /** Never throws for what the receiver, its name or its network do. */
  post(post: OutboundPost): Promise<OutboundReply>;
}
