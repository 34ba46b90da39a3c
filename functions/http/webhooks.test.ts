import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { createOutboundHttp } from "../../shared/adapters/outboundHttp/outboundHttp.ts";
import { DeliveryPage } from "../../shared/schemas/deliveries.ts";
import { WebhookWithSecret } from "../../shared/schemas/webhooks.ts";
import { drain } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { deliverDue, notifiableDeps, tell } from "../../shared/testing/notifications.ts";
import { attempted } from "../../shared/testing/scriptedChannels.ts";
import { deliveriesList } from "./deliveries.ts";
import {
  webhooksCreate,
  webhooksDelete,
  webhooksDeliveries,
  webhooksGet,
  webhooksList,
  webhooksRedeliver,
  webhooksRotate,
  webhooksTest,
  webhooksUpdate,
} from "./webhooks.ts";

const admin = aPrincipal("admin");
const as = admin;
const URL_OF = "https://hooks.example.com/soar/alerts?key=s3cr3t-in-query";
const SLACK = "https://hooks.slack.com/services/T00/B00/s3cr3t-in-path-abcd";
let deps: ReturnType<typeof notifiableDeps>;
beforeEach(() => {
  deps = notifiableDeps();
  deps.outbound = createOutboundHttp({ allowLoopback: false });
});

async function create(body: object = {}) {
  const reply = await call(webhooksCreate, deps, {
    as,
    body: { name: "SOAR", url: URL_OF, ...body },
  });
  return { reply, webhook: reply.status === 201 ? WebhookWithSecret.parse(reply.json) : undefined };
}
const idOf = async (body: object = {}) => (await create(body)).webhook?.id ?? "";

describe("setting up", () => {
  test("201 with the secret this once; no later reply holds it, or the address's secret part", async () => {
    const { reply, webhook } = await create();
    expect(webhook?.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook?.url).toBe("https://hooks.example.com/soar/alerts?…");
    expect(reply.headers.get("location")).toBe(`/api/admin/webhooks/${webhook?.id}`);
    await create({ name: "Chat", url: SLACK, format: "slack" });
    const replies = [
      await call(webhooksList, deps, { as }),
      await call(webhooksGet, deps, { as, params: { id: webhook?.id ?? "" } }),
      await call(webhooksUpdate, deps, {
        as,
        params: { id: webhook?.id ?? "" },
        body: { min_severity: "high" },
      }),
    ];
    for (const { status, text } of replies) {
      expect(status).toBe(200);
      expect(text).not.toMatch(/s3cr3t|whsec_|"ct"/);
    }
    const stored = JSON.stringify(
      await deps.documents.read("tenants", [admin.tenant_id], "webhooks"),
    );
    expect(stored).not.toMatch(/s3cr3t|whsec_/);
    expect(JSON.stringify(deps.log.lines)).not.toMatch(/s3cr3t|whsec_/);
    const audited = JSON.stringify(await drain(deps.queue, "audit"));
    expect(audited).toContain("webhook.create");
    expect(audited).not.toMatch(/s3cr3t|whsec_/);
  });

  test("a chat has no secret and shows its host alone", async () => {
    const { webhook } = await create({ url: SLACK, format: "slack" });
    expect(webhook).toMatchObject({ url: "https://hooks.slack.com/…abcd" });
    expect(webhook?.secret).toBeUndefined();
  });

  // An attacker's callback address: nothing stored, nothing sent, and the words say why.
  test.each([
    "http://hooks.example.com/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2130706433/",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com:22/",
    "not an address",
  ])("422 for the address %s", async (url) => {
    const { reply } = await create({ url });
    expect(reply).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: "/url", detail: expect.any(String) }] },
    });
    expect((await call(webhooksList, deps, { as })).json).toMatchObject({ total: 0 });
    const id = await idOf();
    const patched = await call(webhooksUpdate, deps, { as, params: { id }, body: { url } });
    expect(patched.status).toBe(422);
  });

  test.each([
    [{ events: [] }, "/events"],
    [{ events: ["incident-closed"] }, "/events/0"],
    [{ min_severity: "urgent" }, "/min_severity"],
    [{ format: "discord" }, "/format"],
    [{ name: " " }, "/name"],
    [{ secret: "mine" }, "/secret"],
  ])("422 for %j", async (body, pointer) => {
    const { reply } = await create(body);
    expect(reply.status).toBe(422);
    expect(JSON.stringify(reply.json)).toContain(`"${pointer}"`);
  });

  test("409 for a name that is taken, and for the twenty-first", async () => {
    await create();
    expect((await create({ name: "soar" })).reply.status).toBe(409);
    for (let i = 2; i <= 20; i += 1) await create({ name: `W${i}` });
    expect((await create({ name: "W21" })).reply.status).toBe(409);
  });

  test("412 for an edit of a version that is no longer there", async () => {
    const id = await idOf();
    const etag = (await call(webhooksGet, deps, { as, params: { id } })).headers.get("etag") ?? "";
    const edit = (status: string) =>
      call(webhooksUpdate, deps, {
        as,
        params: { id },
        body: { status },
        headers: { "if-match": etag },
      });
    expect((await edit("disabled")).status).toBe(200);
    expect((await edit("active")).status).toBe(412);
  });

  test("403 for an analyst, 404 for another tenant's administrator", async () => {
    const id = await idOf();
    const analyst = aPrincipal("analyst");
    expect((await call(webhooksList, deps, { as: analyst })).status).toBe(403);
    const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
    for (const endpoint of [webhooksGet, webhooksDelete, webhooksTest, webhooksDeliveries]) {
      const reply = await call(endpoint, deps, { as: stranger, params: { id } });
      expect(reply.status).toBe(404);
    }
  });
});

describe("trying", () => {
  test("200 with what came of the test, which is in the log and no event", async () => {
    const id = await idOf();
    const params = { id };
    deps.channels.answer = () =>
      attempted({ outcome: "refused", status_code: 401, detail: "Answered 401." });
    expect((await call(webhooksTest, deps, { as, params })).json).toEqual({
      status: "failed",
      status_code: 401,
      latency_ms: 5,
      detail: "Answered 401.",
    });
    const log = DeliveryPage.parse((await call(webhooksDeliveries, deps, { as, params })).json);
    expect(log.items).toMatchObject([{ event: "test", status: "failed", attempt_count: 1 }]);
    expect(await drain(deps.queue, "deliveries")).toEqual([]);
    expect(deps.channels.sent[0]?.outgoing.events[0].type).toBe("test");
  });
});

describe("rotating", () => {
  test("200 with a new secret; a chat has none to rotate", async () => {
    const { webhook } = await create();
    const params = { id: webhook?.id ?? "" };
    const query = { overlap_hours: 2 };
    const reply = await call(webhooksRotate, deps, { as, params, query });
    const rotated = WebhookWithSecret.parse(reply.json);
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(webhook?.secret);
    expect(rotated.previous_secret_until).toBe("2026-01-15T14:00:00.000Z");
    const chat = { id: await idOf({ name: "Chat", url: SLACK, format: "slack" }) };
    expect((await call(webhooksRotate, deps, { as, params: chat })).status).toBe(409);
  });
});

describe("deliveries", () => {
  test("pages go through the whole log by status and time, of one webhook and of all", async () => {
    const id = await idOf();
    await create({ name: "Other" });
    for (let number = 1; number <= 5; number += 1) {
      await tell(deps, { number });
      deps.clock.advance(1000);
    }
    await deliverDue(deps);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: 2, status: "delivered", ...(cursor !== null && { cursor }) };
      const reply = await call(webhooksDeliveries, deps, { as, params: { id }, query });
      const page = DeliveryPage.parse(reply.json);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(5);
    const count = async (query: Record<string, string>) => {
      const reply = await call(deliveriesList, deps, { as, query });
      return DeliveryPage.parse(reply.json).items.length;
    };
    expect(await count({})).toBe(10);
    expect(await count({ since: "2026-01-15T12:00:03.000Z" })).toBe(4);
    expect(await count({ status: "failed" })).toBe(0);
    expect(await count({ channel: "slack" })).toBe(0);
  });

  test("redelivering one or a range answers how many; an unknown one is 404", async () => {
    const id = await idOf();
    await tell(deps);
    await deliverDue(deps);
    const again = (body: object) =>
      call(webhooksRedeliver, deps, {
        as,
        params: { id },
        body: z.record(z.string(), z.json()).parse(body),
      });
    const range = { since: "2026-01-15T00:00:00.000Z", until: "2026-01-16T00:00:00.000Z" };
    expect((await again(range)).json).toEqual({ redelivered: 0, skipped: 0, more: false });
    expect((await again({ ...range, status: "delivered" })).json).toMatchObject({ redelivered: 1 });
    expect((await again({ delivery_id: "dlv_0" })).status).toBe(404);
    expect((await again({ since: range.since })).status).toBe(422);
    expect((await again({ ...range, delivery_id: "dlv_0" })).status).toBe(422);
    expect(await deliverDue(deps)).toBe(1);
    expect(deps.channels.sent).toHaveLength(2);
  });
});
