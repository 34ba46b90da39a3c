/** Ways to tell somebody outside the page: each sends one message to one target and says what came of it. */
import type { AttemptOutcome } from "../schemas/deliveries.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";

/** One message: an event, or the events of a digest, oldest first. */
export interface Outgoing {
  /** The same in every attempt, so that a receiver can tell a repeat. */
  id: string;
  events: readonly [NotificationEvent, ...NotificationEvent[]];
}

/** What came of it. */
export type Sent =
  | {
      kind: "attempted";
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
    }
  /** Nothing was sent and nothing is known of the receiver: ask again later. */
  | { kind: "busy"; again_ms: number };

/** An address, opened. `secrets`: the current one first, then one that still signs after a rotation. */
export interface SignedTarget {
  url: string;
  secrets: readonly string[];
}

/** None of them throws for what a receiver, its network or its configuration does. */
export interface Channels {
  webhook(target: SignedTarget, outgoing: Outgoing): Promise<Sent>;
  slack(url: string, outgoing: Outgoing): Promise<Sent>;
  teams(url: string, outgoing: Outgoing): Promise<Sent>;
  email(address: string, outgoing: Outgoing): Promise<Sent>;
  /** Whether this deployment has a mail server. */
  hasEmail: boolean;
}
