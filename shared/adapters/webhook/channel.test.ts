/** Outgoing webhooks, checked by the library that receivers use. */
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { Sent } from "../../domain/attempts.ts";
import { anEvent, outgoing, postingChannelContract } from "../../testing/channel.contract.ts";
import { ManualClock } from "../../testing/deps.ts";
import { type LoopbackReceiver, startReceiver } from "../../testing/loopbackReceiver.ts";
import { createOutboundHttp } from "../outboundHttp/outboundHttp.ts";
import { createWebhookChannel } from "./channel.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const OLD = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

postingChannelContract("webhook", (needs) => {
  const send = createWebhookChannel(needs);
  return (url, message) => send({ url, secrets: [SECRET] }, message);
});

let receiver: LoopbackReceiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => receiver.close());

/** The library's receivers refuse timestamps that are five minutes off their own clock. */
async function post(secrets: string[], at = new Date()): Promise<Sent> {
  const clock = new ManualClock();
  clock.set(at.toISOString());
  const http = createOutboundHttp({ allowLoopback: true });
  return createWebhookChannel({ http, clock })({ url: receiver.url, secrets }, outgoing());
}

function verify(secret: string, change: (body: string) => string = (body) => body): unknown {
  const last = receiver.posts.at(-1);
  const own = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [
    name,
    String(last?.headers[name]),
  ]);
  return new Webhook(secret).verify(change(last?.body ?? ""), Object.fromEntries(own));
}

test("a receiver verifies the envelope with the secret, by the event's id", async () => {
  await post([SECRET]);
  expect(verify(SECRET)).toEqual(anEvent());
  expect(receiver.posts[0]?.headers["webhook-id"]).toBe(anEvent().id);
});

test("another secret, a changed body and an old timestamp do not verify", async () => {
  await post([SECRET]);
  expect(() => verify(OTHER)).toThrow("No matching signature");
  expect(() => verify(SECRET, (body) => body.replace("high", "low"))).toThrow("No matching");
  await post([SECRET], new Date(Date.now() - 6 * 60_000));
  expect(() => verify(SECRET)).toThrow("too old");
});

// Without it receivers fail from the rotation until they have the new secret.
test("while a rotation overlaps both secrets verify", async () => {
  await post([SECRET, OLD]);
  expect(verify(SECRET)).toEqual(anEvent());
  expect(verify(OLD)).toEqual(anEvent());
});
