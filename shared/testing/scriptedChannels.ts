/** Channels that keep what they were given and answer as a test says. */
import { type Outgoing, requestHash, type Sent } from "../domain/attempts.ts";
import type { OpenTarget } from "../domain/targets.ts";
import type { Channels } from "../ports/channels.ts";

export interface SentMessage {
  channel: "webhook" | "slack" | "teams" | "email";
  to: string;
  secrets: readonly string[];
  outgoing: Outgoing;
}

/** An attempt that went well, with what the test says on top. */
export const attempted = (over: Partial<Sent> = {}): Sent => ({
  outcome: "delivered",
  status_code: 200,
  latency_ms: 5,
  request_hash: requestHash("body"),
  detail: "Answered 200.",
  retry_after_seconds: undefined,
  is_final: false,
  ...over,
});

export class ScriptedChannels implements Channels {
  hasEmail = true;
  readonly sent: SentMessage[] = [];
  /** What each message is answered with; delivered until told. */
  answer: (message: SentMessage) => Sent | Promise<Sent> = () => attempted();

  async send(target: OpenTarget, outgoing: Outgoing): Promise<Sent> {
    const message =
      target.channel === "webhook"
        ? { channel: target.channel, to: target.url, secrets: target.secrets, outgoing }
        : { channel: target.channel, to: target.address, secrets: [], outgoing };
    this.sent.push(message);
    return this.answer(message);
  }
}
