/** Channels that keep what they were given and answer as a test says. */
import { requestHash } from "../domain/deliveries.ts";
import type { Channels, Outgoing, Sent } from "../ports/channels.ts";

type Attempted = Extract<Sent, { kind: "attempted" }>;

export interface SentMessage {
  channel: "webhook" | "slack" | "teams" | "email";
  to: string;
  secrets: readonly string[];
  outgoing: Outgoing;
}

/** An attempt that went well, with what the test says on top. */
export const attempted = (over: Partial<Attempted> = {}): Attempted => ({
  kind: "attempted",
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
  answer: (message: SentMessage) => Sent = () => attempted();

  async webhook(
    { url: to, secrets }: { url: string; secrets: readonly string[] },
    outgoing: Outgoing,
  ): Promise<Sent> {
    return this.#keep({ channel: "webhook", to, secrets, outgoing });
  }

  async slack(to: string, outgoing: Outgoing): Promise<Sent> {
    return this.#keep({ channel: "slack", to, secrets: [], outgoing });
  }

  async teams(to: string, outgoing: Outgoing): Promise<Sent> {
    return this.#keep({ channel: "teams", to, secrets: [], outgoing });
  }

  async email(to: string, outgoing: Outgoing): Promise<Sent> {
    return this.#keep({ channel: "email", to, secrets: [], outgoing });
  }

  #keep(message: SentMessage): Sent {
    this.sent.push(message);
    return this.answer(message);
  }
}
