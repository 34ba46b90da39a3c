/** Ways to tell somebody outside the page. */
import type { Outgoing, Sent } from "../domain/attempts.ts";
import type { OpenTarget } from "../domain/targets.ts";

/** An address, opened. `secrets`: the current one first, then one that still signs after a rotation. */
export type SendSigned = (
  target: Pick<Extract<OpenTarget, { channel: "webhook" }>, "url" | "secrets">,
  outgoing: Outgoing,
) => Promise<Sent>;
export type SendTo = (address: string, outgoing: Outgoing) => Promise<Sent>;

export interface Channels {
  /** Sends one message to one target. Never throws for what a receiver, its network or its configuration does. */
  send(target: OpenTarget, outgoing: Outgoing): Promise<Sent>;
  /** Whether this deployment has a mail server. */
  hasEmail: boolean;
}
