/** Deliveries over all channels: beginning anew what a person or a webhook did not get. */
import { beforeEach, describe, expect, test } from "vitest";

import { createCircuits } from "../../shared/adapters/circuits/circuits.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import { SentChannel } from "../../shared/schemas/notificationPreferences.ts";
import { redeliver as redeliverNow } from "../../shared/services/redeliver.ts";
import { savePreferences } from "../../shared/services/savePreferences.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import {
  aWebhook,
  deliverDue,
  deliveryLog,
  notifiableDeps,
  tell,
} from "../../shared/testing/notifications.ts";
import { attempted } from "../../shared/testing/scriptedChannels.ts";
import { deliveriesRedeliver } from "./deliveries.ts";
import { webhooksUpdate } from "./webhooks.ts";

const admin = aPrincipal("admin");
const ana = aPrincipal("analyst");
const RANGE = { since: "2026-01-15T00:00:00.000Z", until: "2026-01-16T00:00:00.000Z" };
const ALL_ON = {
  channels: { email: true, slack: true, teams: true },
  slack_url: "https://hooks.slack.com/services/T0/B0/ana",
  teams_url: "https://prod.logic.azure.com/workflows/ana",
};
let deps: ReturnType<typeof notifiableDeps>;

/** Every channel was told of an event, and none took it. */
beforeEach(async () => {
  deps = notifiableDeps();
  await savePreferences(deps, ana, ALL_ON, undefined);
  deps.channels.answer = () => attempted({ outcome: "refused", is_final: true });
  await tell(deps);
  await deliverDue(deps);
  deps.channels.answer = () => attempted();
  deps.clock.advance(60_000);
});

const redeliver = (body: JsonObject, as = admin) => call(deliveriesRedeliver, deps, { as, body });
const sentAgain = async () => {
  const before = deps.channels.sent.length;
  await deliverDue(deps);
  return deps.channels.sent.slice(before);
};

describe("POST /api/admin/deliveries/redeliver", () => {
  test.each(SentChannel.options)(
    "200: a delivery by %s goes out again as the same event",
    async (channel) => {
      const failed = (await deliveryLog(deps)).find((one) => one.channel === channel);
      const reply = await redeliver({ delivery_id: failed?.id ?? "" });
      expect(reply.json).toEqual({ redelivered: 1, skipped: 0, more: false });
      const again = await sentAgain();
      expect(again).toMatchObject([{ channel, outgoing: { id: failed?.message_id } }]);
      expect(again[0]?.outgoing.events[0].id).toBe(failed?.envelopes[0]?.id);
    },
  );

  test("200: a time range begins what failed in it over every channel, or over one", async () => {
    expect((await redeliver({ ...RANGE, channel: "teams" })).json).toMatchObject({
      redelivered: 1,
    });
    expect((await redeliver(RANGE)).json).toMatchObject({ redelivered: 2, more: false });
    const again = await sentAgain();
    expect(again.map(({ channel }) => channel).toSorted()).toEqual(["email", "slack", "teams"]);
    expect((await redeliver(RANGE)).json).toMatchObject({ redelivered: 0 });
    const early = { since: "2026-01-14T00:00:00.000Z", until: "2026-01-14T12:00:00.000Z" };
    expect((await redeliver({ ...early, status: "delivered" })).json).toMatchObject({
      redelivered: 0,
    });
  });

  // Each of them would be cancelled and no longer be found among what failed.
  test("what nobody wants any more stays as it is: 409 for one, passed over in a range", async () => {
    await savePreferences(deps, ana, { channels: { email: false } }, undefined);
    const mail = (await deliveryLog(deps)).find(({ channel }) => channel === "email");
    expect((await redeliver({ delivery_id: mail?.id ?? "" })).status).toBe(409);
    expect((await redeliver(RANGE)).json).toEqual({ redelivered: 2, skipped: 1, more: false });
    const statuses = await deliveryLog(deps);
    expect(statuses.find(({ channel }) => channel === "email")?.status).toBe("failed");
  });

  test("a range passes over the deliveries of a webhook that is off", async () => {
    const { webhook } = await aWebhook(deps);
    deps.channels.answer = () => attempted({ outcome: "refused", is_final: true });
    await tell(deps, { number: 2 });
    await deliverDue(deps);
    const params = { id: webhook.id };
    await call(webhooksUpdate, deps, { as: admin, params, body: { status: "disabled" } });
    const reply = await redeliver({ ...RANGE, channel: "webhook" });
    expect(reply.json).toEqual({ redelivered: 0, skipped: 1, more: false });
  });

  // Workers take the first ones while the others are still begun: 500 calls would hang at once.
  test("a receiver that hangs is called once for a whole range", async () => {
    await aWebhook(deps);
    deps.channels.answer = () => attempted({ outcome: "refused", is_final: true });
    for (const number of [2, 3, 4]) await tell(deps, { number });
    await deliverDue(deps);
    deps.circuits = createCircuits({ clock: deps.clock, patienceMs: 1 });
    deps.channels.answer = () => new Promise(() => {});
    const { queue } = deps;
    const send: typeof queue.send = async (name, messages) => {
      await queue.send(name, messages);
      if (name === "deliveries") await deliverDue(deps);
    };
    const busy = { ...deps, queue: { ...queue, send } };
    const before = deps.channels.sent.length;
    const { redelivered } = await redeliverNow(busy, admin, undefined, {
      ...RANGE,
      channel: "webhook",
    });
    expect(redelivered).toBe(3);
    expect(deps.channels.sent.length - before).toBe(1);
  });

  test("404: another tenant's delivery looks absent, and its range is empty", async () => {
    const [theirs] = await deliveryLog(deps);
    const eve = { ...admin, tenant_id: "fabrikam" };
    expect((await redeliver({ delivery_id: theirs?.id ?? "" }, eve)).status).toBe(404);
    expect((await redeliver(RANGE, eve)).json).toMatchObject({ redelivered: 0, skipped: 0 });
  });

  test("403 for analysts; 422 for half a range, both or nothing, or a channel that is none", async () => {
    expect((await redeliver(RANGE, ana)).status).toBe(403);
    const bad = [
      {},
      { since: RANGE.since },
      { until: RANGE.until },
      { ...RANGE, delivery_id: "dlv_0" },
      { ...RANGE, channel: "fax" },
      { ...RANGE, status: "pending" },
      { ...RANGE, since: "yesterday" },
    ];
    for (const body of bad) expect((await redeliver(body)).status).toBe(422);
    expect(await sentAgain()).toEqual([]);
  });
});
