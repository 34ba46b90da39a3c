/** Ways to tell somebody outside the page. */
import type { Outgoing, Sent } from "../domain/attempts.ts";
import type { OpenTarget } from "../domain/targets.ts";

/** Sends one message to a webhook, signed with each of its secrets. */
export type SendSigned = (
  target: Pick<Extract<OpenTarget, { channel: "webhook" }>, "url" | "secrets">,
  outgoing: Outgoing,
) => Promise<Sent>;
/** Sends one message to an address, opened: a mailbox or a chat. */
export type SendTo = (address: string, outgoing: Outgoing) => Promise<Sent>;

export interface Channels {
  /** Sends one message to one target. Never throws for what a receiver, its network or its configuration does. */
  send(target: OpenTarget, outgoing: Outgoing): Promise<Sent>;
  /** Whether this deployment has a mail server. */
  hasEmail: boolean;
}
