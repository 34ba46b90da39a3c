/** The channels of both composition roots: which adapter speaks to whom. */
import { createCircuits } from "./adapters/circuits/circuits.ts";
import { lazyChannels, lazyOutboundHttp } from "./lazyPorts.ts";
import type { Channels, SendTo } from "./ports/channels.ts";
import type { Circuits } from "./ports/circuits.ts";
import type { Clock } from "./ports/clock.ts";
import type { OutboundHttp } from "./ports/outboundHttp.ts";

export interface MailServer {
  url: string;
  from: string;
}

interface ChannelOptions {
  clock: Clock;
  /** `undefined` where no mail server is set up. */
  mail: MailServer | undefined;
  /** The local run alone, and only by its setting. */
  allowLoopback: boolean;
  /** What the local run puts in the way of posts. */
  through?: (wire: typeof fetch) => typeof fetch;
}

export function createChannels({ clock, mail, allowLoopback, through }: ChannelOptions): {
  channels: Channels;
  circuits: Circuits;
  outbound: OutboundHttp;
} {
  const outbound = lazyOutboundHttp(async () => {
    const { createOutboundHttp } = await import("./adapters/outboundHttp/outboundHttp.ts");
    return createOutboundHttp({ allowLoopback, ...(through !== undefined && { through }) });
  });
  const channels = lazyChannels(async () => {
    const [webhook, slack, teams] = await Promise.all([
      import("./adapters/webhook/channel.ts"),
      import("./adapters/slack/channel.ts"),
      import("./adapters/teams/channel.ts"),
    ]);
    const needs = { http: outbound, clock };
    const signed = webhook.createWebhookChannel(needs);
    const plain = {
      slack: slack.createSlackChannel(needs),
      teams: teams.createTeamsChannel(needs),
      email: mail === undefined ? withoutMailServer : await smtp(mail),
    };
    return {
      hasEmail: mail !== undefined,
      send: (target, outgoing) =>
        target.channel === "webhook"
          ? signed(target, outgoing)
          : plain[target.channel](target.address, outgoing),
    };
  }, mail !== undefined);
  return { channels, circuits: createCircuits({ clock }), outbound };
}

async function smtp(mail: MailServer): Promise<SendTo> {
  const { createSmtpChannel } = await import("./adapters/smtp/channel.ts");
  return createSmtpChannel(mail);
}

const withoutMailServer: SendTo = async () => ({
  outcome: "unconfigured",
  status_code: null,
  latency_ms: 0,
  request_hash: "",
  detail: "This deployment has no mail server: an operator sets SMTP_URL and MAIL_FROM.",
  retry_after_seconds: undefined,
  is_final: true,
});
