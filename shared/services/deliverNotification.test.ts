/** Who is told of an event: each channel and target once, by preferences, quiet hours and digests. */
import { beforeEach, expect, test } from "vitest";

import type { SavePreferencesBody } from "../schemas/notificationPreferences.ts";
import { aPrincipal } from "../testing/fixtures.ts";
import { aWebhook, deliverDue, happened, notifiableDeps, tell } from "../testing/notifications.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { listNotifications } from "./listNotifications.ts";
import { savePreferences } from "./savePreferences.ts";
import { sendDigests } from "./sendDigests.ts";

const ana = aPrincipal("analyst");
const CHATS = {
  slack_url: "https://hooks.slack.com/services/T0/B0/ana",
  teams_url: "https://prod.logic.azure.com/workflows/ana",
};
const ALL = { channels: { email: true, slack: true, teams: true }, ...CHATS } as const;
let deps: ReturnType<typeof notifiableDeps>;
beforeEach(() => {
  deps = notifiableDeps();
});

const save = (body: SavePreferencesBody, who = ana) => savePreferences(deps, who, body, undefined);
const sent = () => deps.channels.sent.map(({ channel, to }) => `${channel} ${to}`).toSorted();
const inbox = async (who = ana) =>
  (await listNotifications(deps, who, { limit: 20, unread: false })).items.length;

test("every channel that is on and every webhook is told once, however often the message comes", async () => {
  await save(ALL);
  await aWebhook(deps);
  await aWebhook(deps, { name: "Chat", format: "teams", url: "https://prod.logic.azure.com/soc" });
  const message = await happened(deps);
  await Promise.all([deliverNotification(deps, message), deliverNotification(deps, message)]);
  await deliverDue(deps);
  // Long after: what a broker's duplicate detection remembers is over.
  deps.clock.advance(24 * 3_600_000);
  await deliverNotification(deps, message);
  await deliverDue(deps);
  expect(sent()).toEqual([
    "email analyst@contoso.example",
    "slack https://hooks.slack.com/services/T0/B0/ana",
    "teams https://prod.logic.azure.com/soc",
    "teams https://prod.logic.azure.com/workflows/ana",
    "webhook https://hooks.example.com/soar?key=s3cr3t",
  ]);
  expect(new Set(deps.channels.sent.map(({ outgoing }) => outgoing.id)).size).toBe(1);
});

// A process that died after the feed was written and before the deliveries were: the repeat must do the rest.
test("a repeat completes what the first run left undone, with the event as it was first told", async () => {
  await aWebhook(deps);
  const message = await happened(deps);
  const send = deps.queue.send.bind(deps.queue);
  const batch = deps.documents.batch.bind(deps.documents);
  let writes = 0;
  deps.documents.batch = async (...call) => {
    writes += 1;
    if (writes > 1) throw new Error("The process died.");
    return batch(...call);
  };
  await expect(deliverNotification(deps, message)).rejects.toThrow("died");
  deps.documents.batch = batch;
  deps.queue.send = send;
  await deliverNotification(deps, message);
  await deliverDue(deps);
  expect(sent()).toHaveLength(1);
});

test("events and severities that are not wanted reach neither channels nor inbox", async () => {
  await save({ ...ALL, min_severity: "high" });
  await aWebhook(deps, { min_severity: "critical" });
  await aWebhook(deps, { name: "Failures", events: ["investigation-failed"] });
  await tell(deps, { number: 1, severity: "medium" });
  await tell(deps, { number: 2, severity: "high" });
  await deliverDue(deps);
  expect(deps.channels.sent.map(({ channel }) => channel).toSorted()).toEqual([
    "email",
    "slack",
    "teams",
  ]);
  expect(await inbox()).toBe(1);
  await save({ events: { "incident-alert": false } });
  await tell(deps, { number: 3 });
  expect(await deliverDue(deps)).toBe(0);
  expect(await inbox()).toBe(0);
  // Others see the feed by their own preferences.
  expect(await inbox(aPrincipal("viewer"))).toBe(3);
});

test("another tenant's people and webhooks are told nothing", async () => {
  const stranger = aPrincipal("analyst", { tenant_id: "fabrikam" });
  await save(ALL, stranger);
  await tell(deps);
  await deliverDue(deps);
  expect(sent()).toEqual([]);
  expect(await inbox(stranger)).toBe(0);
});

test("in quiet hours nothing goes out; at their end what came is one message a channel", async () => {
  deps.clock.set("2026-01-15T22:30:00.000Z");
  const quiet_hours = { start: "23:00", end: "07:00", timezone: "Europe/Berlin" };
  await save({ ...ALL, channels: { email: true }, quiet_hours });
  for (const number of [1, 2, 3]) await tell(deps, { number });
  expect(await deliverDue(deps)).toBe(0);
  deps.clock.set("2026-01-16T05:59:00.000Z");
  await sendDigests(deps);
  expect(await deliverDue(deps)).toBe(0);
  deps.clock.set("2026-01-16T06:00:00.000Z");
  expect(await sendDigests(deps)).toEqual({ digests: 1, events: 3 });
  await deliverDue(deps);
  expect(deps.channels.sent.map(({ outgoing }) => outgoing.events.length)).toEqual([3]);
  // What was sent is not held again when the message comes once more.
  await deliverNotification(deps, await messageOf(1));
  deps.clock.advance(24 * 3_600_000);
  expect(await sendDigests(deps)).toEqual({ digests: 0, events: 0 });
  deps.clock.set("2026-01-17T23:00:00.000Z");
  await tell(deps, { number: 4 });
  deps.clock.set("2026-01-18T06:00:00.000Z");
  expect(await sendDigests(deps)).toEqual({ digests: 1, events: 1 });
  // The inbox is a view: it never waits.
  expect(await inbox()).toBe(4);
});

const messageOf = async (number: number) => ({
  ...(await happened(deps, { number: 999 })),
  subject_id: `11111111-1111-4111-8111-111111111111:${number}`,
});

// A message that failed halfway comes again minutes later: who was told by then must not wait to be told once more.
test("a repeat in quiet hours, or after them, tells nobody twice", async () => {
  const quiet_hours = { start: "23:00", end: "07:00", timezone: "UTC" };
  await save({ ...ALL, channels: { email: true }, quiet_hours });
  deps.clock.set("2026-01-15T22:59:00.000Z");
  const evening = await happened(deps, { number: 1 });
  await deliverNotification(deps, evening);
  deps.clock.set("2026-01-15T23:01:00.000Z");
  await deliverNotification(deps, evening);
  const night = await happened(deps, { number: 2 });
  await deliverNotification(deps, night);
  deps.clock.set("2026-01-16T07:01:00.000Z");
  await deliverNotification(deps, night);
  await sendDigests(deps);
  await deliverDue(deps);
  const events = deps.channels.sent.flatMap(({ outgoing }) => outgoing.events.map(({ id }) => id));
  expect(events).toHaveLength(2);
  expect(new Set(events).size).toBe(2);
});

test("two runs of the digest at once send each event once", async () => {
  await save({ ...ALL, channels: { email: true }, digest: "hourly" });
  for (let number = 1; number <= 95; number += 1) await tell(deps, { number });
  deps.clock.set("2026-01-15T13:00:00.000Z");
  await Promise.all([sendDigests(deps), sendDigests(deps)]);
  await deliverDue(deps);
  const events = deps.channels.sent.flatMap(({ outgoing }) => outgoing.events.map(({ id }) => id));
  expect(events).toHaveLength(95);
  expect(new Set(events).size).toBe(95);
});

test("a channel that was turned off while a message waited gets nothing", async () => {
  await save({ ...ALL, channels: { email: true }, digest: "hourly" });
  await tell(deps);
  await save({ channels: { email: false } });
  deps.clock.set("2026-01-15T13:00:00.000Z");
  await sendDigests(deps);
  await deliverDue(deps);
  expect(sent()).toEqual([]);
});
