/** Attempts of a delivery: the published schedule, what ends it, what a repeat does. */
import { beforeEach, expect, test } from "vitest";

import { RETRY_SCHEDULE_MS } from "../domain/deliveries.ts";
import * as webhooks from "../repositories/webhooks.ts";
import { DeliveryMessage, NotificationMessage } from "../schemas/messages.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import {
  aWebhook,
  deliverDue,
  deliveryLog,
  notifiableDeps,
  tell,
} from "../testing/notifications.ts";
import { attempted } from "../testing/scriptedChannels.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { listNotifications } from "./listNotifications.ts";
import { redeliver } from "./redeliver.ts";
import { rotateWebhook } from "./rotateWebhook.ts";
import { sendDelivery } from "./sendDelivery.ts";
import { updateWebhook } from "./updateWebhook.ts";

const admin = aPrincipal("admin");
let deps: ReturnType<typeof notifiableDeps>;
beforeEach(() => {
  deps = notifiableDeps();
});

const log = () => deliveryLog(deps);

const failing = () => attempted({ outcome: "refused", status_code: 500, detail: "Answered 500." });

test("a delivery goes out once with the event's id, and its attempt is logged without the body", async () => {
  const { webhook, secret } = await aWebhook(deps);
  await tell(deps);
  expect(await deliverDue(deps)).toBe(1);
  expect(deps.channels.sent).toMatchObject([
    { channel: "webhook", to: "https://hooks.example.com/soar?key=s3cr3t", secrets: [secret] },
  ]);
  const [delivery] = await log();
  expect(delivery).toMatchObject({
    status: "delivered",
    target_id: webhook.id,
    attempt_count: 1,
    next_attempt_at: null,
    attempts: [{ outcome: "delivered", status_code: 200, latency_ms: 5 }],
  });
  expect(delivery?.message_id).toBe(deps.channels.sent[0]?.outgoing.id);
  expect(delivery?.message_id).toMatch(/^evt_/);
});

// Receivers plan by the published pauses; without jitter all that failed together comes back together.
test("a receiver that fails is tried ten times, each pause within a tenth of the published one", async () => {
  await aWebhook(deps);
  deps.channels.answer = failing;
  await tell(deps);
  const times: number[] = [];
  for (let i = 0; i < RETRY_SCHEDULE_MS.length; i += 1) {
    await deliverDue(deps);
    times.push(deps.clock.now().getTime());
    const next = (await log())[0]?.next_attempt_at;
    if (typeof next !== "string") break;
    // Nothing goes out before its time.
    deps.clock.set(new Date(Date.parse(next) - 1).toISOString());
    expect(await deliverDue(deps)).toBe(0);
    deps.clock.set(next);
  }
  const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  pauses.forEach((pause, i) => {
    const planned = RETRY_SCHEDULE_MS[i + 1] ?? 0;
    expect(Math.abs(pause - planned)).toBeLessThanOrEqual(planned * 0.1 + 1);
  });
  expect(deps.channels.sent).toHaveLength(10);
  expect(new Set(deps.channels.sent.map(({ outgoing }) => outgoing.id)).size).toBe(1);
  expect((await log())[0]).toMatchObject({ status: "failed", attempt_count: 10 });
  expect(deps.log.events()).toContain("delivery.given-up");
});

test("Retry-After that is longer than the pause is honoured, up to a day", async () => {
  await aWebhook(deps);
  await tell(deps);
  deps.channels.answer = () => ({ ...failing(), retry_after_seconds: 600 });
  await deliverDue(deps);
  const waits = async () =>
    Date.parse((await log())[0]?.next_attempt_at ?? "") - deps.clock.now().getTime();
  expect(await waits()).toBe(600_000);
  deps.channels.answer = () => ({ ...failing(), retry_after_seconds: 10_000_000 });
  deps.clock.advance(600_000);
  await deliverDue(deps);
  expect(await waits()).toBe(86_400_000);
});

test("410 turns the webhook off, cancels what waits, and tells administrators alone, once", async () => {
  const { webhook } = await aWebhook(deps);
  await tell(deps, { number: 1 });
  await tell(deps, { number: 2 });
  deps.channels.answer = () => attempted({ outcome: "gone", status_code: 410, is_final: true });
  await deliverDue(deps);
  expect(deps.channels.sent).toHaveLength(1);
  expect((await log()).map(({ status }) => status).toSorted()).toEqual(["cancelled", "failed"]);
  expect(await webhooks.find(deps.documents, TENANT, webhook.id)).toMatchObject({
    status: "disabled",
    disabled_reason: "gone",
  });
  const told = await deps.queue.receive("notifications", 10, 0);
  expect(told).toHaveLength(1);
  await deliverNotification(deps, NotificationMessage.parse(told[0]?.body));
  const inbox = async (role: "admin" | "analyst") => {
    const query = { limit: 20, unread: false };
    const page = await listNotifications(deps, aPrincipal(role), query);
    return page.items.map(({ event }) => event.type);
  };
  expect(await inbox("admin")).toContain("webhook-disabled");
  expect(await inbox("analyst")).not.toContain("webhook-disabled");
});

// Workers run at least once: a repeat must not become a second attempt that nobody recorded.
test("a message that more attempts have outrun sends nothing", async () => {
  await aWebhook(deps);
  await tell(deps);
  deps.channels.answer = failing;
  const [message] = await deps.queue.receive("deliveries", 1, 0);
  const body = DeliveryMessage.parse(message?.body);
  await sendDelivery(deps, body);
  await sendDelivery(deps, body);
  expect(deps.channels.sent).toHaveLength(1);
});

// A process that dies between sending and recording: the receiver sees the same id twice, the log one attempt.
test("a repeat after a crash sends the same message id again", async () => {
  await aWebhook(deps);
  await tell(deps);
  const [message] = await deps.queue.receive("deliveries", 1, 0);
  const body = DeliveryMessage.parse(message?.body);
  const batch = deps.documents.batch.bind(deps.documents);
  deps.documents.batch = async () => {
    throw new Error("The process died.");
  };
  await expect(sendDelivery(deps, body)).rejects.toThrow("died");
  deps.documents.batch = batch;
  await sendDelivery(deps, body);
  expect(new Set(deps.channels.sent.map(({ outgoing }) => outgoing.id)).size).toBe(1);
  expect((await log())[0]).toMatchObject({ status: "delivered", attempt_count: 1 });
});

test("a webhook that was turned off meanwhile gets nothing more", async () => {
  const { webhook } = await aWebhook(deps);
  await tell(deps);
  await updateWebhook(deps, admin, { id: webhook.id, ifMatch: undefined }, { status: "disabled" });
  await deliverDue(deps);
  expect(deps.channels.sent).toEqual([]);
  expect((await log())[0]).toMatchObject({ status: "cancelled" });
});

test("after a rotation both secrets sign until the overlap ends, then the new one alone", async () => {
  const { webhook, secret: old } = await aWebhook(deps);
  const { secret } = await rotateWebhook(deps, admin, webhook.id, 24);
  await tell(deps, { number: 1 });
  await deliverDue(deps);
  deps.clock.advance(24 * 3_600_000);
  await tell(deps, { number: 2 });
  await deliverDue(deps);
  expect(deps.channels.sent.map(({ secrets }) => secrets)).toEqual([[secret, old], [secret]]);
});

test("a delivery that was given up is redelivered under the same id, with all its tries", async () => {
  const { webhook } = await aWebhook(deps);
  deps.channels.answer = () => attempted({ outcome: "refused", is_final: true });
  await tell(deps);
  await deliverDue(deps);
  deps.channels.answer = () => attempted();
  const id = (await log())[0]?.id ?? "";
  const reply = await redeliver(deps, admin, webhook.id, { delivery_id: id });
  expect(reply).toEqual({ redelivered: 1, skipped: 0, more: false });
  await deliverDue(deps);
  expect(new Set(deps.channels.sent.map(({ outgoing }) => outgoing.id)).size).toBe(1);
  expect((await log())[0]).toMatchObject({ status: "delivered", attempt_count: 2, tries: 1 });
});

// Each attempt would be cancelled, and what failed would no longer be found among what failed.
test("a webhook that is off redelivers nothing and says so", async () => {
  const { webhook } = await aWebhook(deps);
  deps.channels.answer = () => attempted({ outcome: "refused", is_final: true });
  await tell(deps);
  await deliverDue(deps);
  const target = { id: webhook.id, ifMatch: undefined };
  await updateWebhook(deps, admin, target, { status: "disabled" });
  const id = (await log())[0]?.id ?? "";
  const again = redeliver(deps, admin, webhook.id, { delivery_id: id });
  await expect(again).rejects.toMatchObject({ code: "conflict" });
  expect((await log())[0]).toMatchObject({ status: "failed" });
});

test("a time range redelivers what failed in it, and nothing of another webhook", async () => {
  const { webhook } = await aWebhook(deps);
  await aWebhook(deps, { name: "Other" });
  deps.channels.answer = () => attempted({ outcome: "refused", is_final: true });
  for (const number of [1, 2, 3]) {
    await tell(deps, { number });
    deps.clock.advance(60_000);
  }
  await deliverDue(deps);
  deps.channels.answer = () => attempted();
  const [since, until] = ["2026-01-15T12:01:00.000Z", "2026-01-15T12:02:00.000Z"];
  const range = { since, until, status: "failed" } as const;
  expect(await redeliver(deps, admin, webhook.id, range)).toEqual({
    redelivered: 2,
    skipped: 0,
    more: false,
  });
  await deliverDue(deps);
  const delivered = (await log()).filter(({ status }) => status === "delivered");
  expect(delivered.map(({ target_id }) => target_id)).toEqual([webhook.id, webhook.id]);
});
