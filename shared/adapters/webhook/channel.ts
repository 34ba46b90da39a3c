/** Outgoing webhooks by Standard Webhooks: the envelope as JSON, signed, with the id that every attempt repeats. */
import { Webhook } from "standardwebhooks";

import { requestHash, sentOver } from "../../domain/attempts.ts";
import type { SendSigned } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OutboundHttp } from "../../ports/outboundHttp.ts";

interface Needs {
  http: OutboundHttp;
  clock: Clock;
}

/** Events of one message are never more than one here: a system gets each event by itself. */
export function createWebhookChannel({ http, clock }: Needs): SendSigned {
  return async ({ url, secrets }, { id, events }) => {
    const body = JSON.stringify(events[0]);
    const at = clock.now();
    const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
    const reply = await http.post({
      url,
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": "SoCMate",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": signatures.join(" "),
      },
    });
    return sentOver(reply, requestHash(body), at);
  };
}
