import { beforeEach, describe, expect, test } from "vitest";

import * as incidents from "../../shared/repositories/incidents.ts";
import { createSession } from "../../shared/repositories/sessions.ts";
import type { NotificationMessage } from "../../shared/schemas/messages.ts";
import { InboxPage } from "../../shared/schemas/notifications.ts";
import { testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { anIncident, aPrincipal, NOW, TENANT, WORKSPACE } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { deliverNotificationWorker } from "../queues/notifications.ts";
import { notificationsList, notificationsRead, notificationsReadAll } from "./notifications.ts";

const viewer = aPrincipal("viewer");
const analyst = aPrincipal("analyst");
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
let deps: TestDeps;

beforeEach(() => {
  deps = testDeps();
});

const message = (number: number, at = NOW): NotificationMessage => ({
  tenant_id: TENANT,
  event: "incident-alert",
  subject_id: `${WORKSPACE}:${number}`,
  at,
});

/** Incidents that arrived, one a second, and were told of. */
async function deliver(...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    await incidents.create(deps, anIncident({ number }), []);
    await deliverNotificationWorker.deliver(deps, message(number, deps.clock.now().toISOString()));
    deps.clock.advance(1000);
  }
}

const read = (id: string, as = viewer) => call(notificationsRead, deps, { as, params: { id } });
const list = (query: TestRequest["query"] = {}, as = viewer) =>
  call(notificationsList, deps, { as, query });
async function inbox(query: TestRequest["query"] = {}, as = viewer) {
  const page = InboxPage.parse((await list(query, as)).json);
  const numbers = page.items.map(({ event }) =>
    event.type === "incident-alert" ? event.data.incident_number : event.type,
  );
  return { numbers, unread: page.unread, ids: page.items.map((item) => item.id), page };
}

describe("delivery", () => {
  test("puts the envelope of an incident into the feed", async () => {
    await incidents.create(deps, anIncident({ local_severity: "critical" }), []);
    await deliverNotificationWorker.deliver(deps, message(12345));
    expect((await list()).json).toMatchObject({
      items: [
        {
          read: false,
          event: {
            id: expect.stringMatching(/^evt_[0-9a-f]{26}$/),
            type: "incident-alert",
            timestamp: NOW,
            tenant_id: TENANT,
            data: {
              incident_number: 12345,
              title: "Password spray against many accounts",
              severity: "critical",
              status: "new",
              provider: "Production Sentinel",
              url: "https://socmate.example/incidents/12345",
            },
          },
        },
      ],
      unread: 1,
    });
  });

  // Queues hand a message out at least once: also much later, and in another month.
  test("of a message that comes twice tells once", async () => {
    await deliver(1);
    deps.clock.set("2026-02-03T00:00:00.000Z");
    await deliverNotificationWorker.deliver(deps, message(1));
    expect(await inbox()).toMatchObject({ numbers: [1], unread: 1 });
  });

  test("of an incident that is not there tells nobody, and does not come again", async () => {
    await deliverNotificationWorker.deliver(deps, message(404));
    expect(await inbox()).toMatchObject({ numbers: [] });
    expect(deps.log.events()).toContain("notification.without-subject");
  });

  test("a message that is none is not taken for delivered", async () => {
    const delivered = deliverNotificationWorker.deliver(deps, { event: "x" });
    await expect(delivered).rejects.toMatchObject({ name: "ZodError" });
  });

  test("a session that failed is told of with its error", async () => {
    const session_id = "ses_01JD0000000000000000000000";
    await createSession(
      deps,
      {
        type: "session",
        id: "session",
        tenant_id: TENANT,
        session_id,
        status: "failed",
        stage: "execution",
        query: "q",
        persona: "soc_analyst",
        provider_id: "sip_contoso",
        provider: "Production Sentinel",
        timespan: { from: NOW, to: NOW },
        created_by: "user-analyst",
        created_at: NOW,
        updated_at: NOW,
        started_at: NOW,
        completed_at: NOW,
        slices: 1,
        steps: 0,
        driver: "rules",
        error: { code: "siem-unavailable", detail: "down" },
        queries: 0,
      },
      [],
    );
    const event = "investigation-failed";
    const body = { tenant_id: TENANT, event, subject_id: session_id, at: NOW };
    await deliverNotificationWorker.deliver(deps, body);
    expect((await list({ event })).json).toMatchObject({
      items: [
        {
          event: {
            data: {
              error: { code: "siem-unavailable" },
              url: `https://socmate.example/sessions/${session_id}`,
            },
          },
        },
      ],
    });
    expect(await inbox({ event: "incident-alert" })).toMatchObject({ numbers: [] });
  });
});

describe("GET /api/v1/notifications", () => {
  test("200: newest first, page by page, over the turn of the month, each once", async () => {
    deps.clock.set("2025-12-31T23:59:58.000Z");
    await deliver(1, 2, 3, 4, 5);
    expect((await inbox()).numbers).toEqual([5, 4, 3, 2, 1]);
    const seen: (number | string)[] = [];
    let cursor: string | null | undefined;
    do {
      const { numbers, page } = await inbox({ limit: 2, ...(cursor && { cursor }) });
      seen.push(...numbers);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  test("200: unread=true leaves out what this reader has read", async () => {
    await deliver(1, 2, 3);
    const { ids } = await inbox();
    await call(notificationsRead, deps, { as: viewer, params: { id: ids[1] ?? "" } });
    expect(await inbox({ unread: "true" })).toMatchObject({ numbers: [3, 1], unread: 2 });
    expect(await inbox({ unread: "false" })).toMatchObject({ numbers: [3, 2, 1], unread: 2 });
  });

  test("304: nothing new for this reader since the ETag was given", async () => {
    await deliver(1);
    const etag = (await list()).headers.get("etag") ?? "";
    const headers = { "if-none-match": etag };
    expect((await call(notificationsList, deps, { as: viewer, headers })).status).toBe(304);
    await deliver(2);
    expect((await call(notificationsList, deps, { as: viewer, headers })).status).toBe(200);
  });

  test("200: another tenant sees none of it", async () => {
    await deliver(1);
    expect(await inbox({}, stranger)).toMatchObject({ numbers: [], unread: 0 });
  });

  test.each([
    ["unread", "maybe", "/query/unread"],
    ["event", "party", "/query/event"],
    ["limit", "0", "/query/limit"],
    ["cursor", "nonsense", "/query/cursor"],
    [
      "cursor",
      Buffer.from('{"bucket":"reader:user-admin"}').toString("base64url"),
      "/query/cursor",
    ],
    [
      "cursor",
      Buffer.from('{"bucket":"feed:2026-01","at":"x"}').toString("base64url"),
      "/query/cursor",
    ],
  ])("422: %s=%s is named", async (name, value, pointer) => {
    const reply = await list({ [name]: value });
    expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });

  test("401: nobody is signed in", async () => {
    expect(await call(notificationsList, deps)).toMatchObject({ status: 401 });
  });
});

// The bell of every open page asks for it again and again.
test("200: the count of unread ones stops at 100 and reads no further, and goes on behind read ones", async () => {
  await deliver(...Array.from({ length: 220 }, (_, i) => i + 1));
  const query = deps.documents.query.bind(deps.documents);
  let looked = 0;
  deps.documents.query = async (...asked) => {
    const page = await query(...asked);
    looked += page.items.length;
    return page;
  };
  expect((await inbox({ limit: 1 })).unread).toBe(100);
  expect(looked).toBeLessThanOrEqual(101);
  for (const id of (await inbox({ limit: 100 })).ids) await read(id);
  expect((await inbox({ limit: 1 })).unread).toBe(100);
  expect((await inbox({ limit: 1, unread: "true" })).numbers).toEqual([120]);
});

describe("POST /api/v1/notifications/{id}/read and /read-all", () => {
  test("200: one event is read, for this reader alone, also when marked twice", async () => {
    await deliver(1, 2);
    const [newest = ""] = (await inbox()).ids;
    expect((await read(newest)).json).toMatchObject({ id: newest, read: true });
    expect((await read(newest)).status).toBe(200);
    expect(await inbox()).toMatchObject({ unread: 1 });
    expect(await inbox({}, analyst)).toMatchObject({ unread: 2 });
  });

  test("200: all that is there is read; what comes afterwards is not, however old its event", async () => {
    await deliver(1, 2);
    expect((await call(notificationsReadAll, deps, { as: viewer })).json).toEqual({ unread: 0 });
    expect(await inbox()).toMatchObject({ unread: 0 });
    await incidents.create(deps, anIncident({ number: 3 }), []);
    await deliverNotificationWorker.deliver(deps, message(3, NOW));
    expect(await inbox({ unread: "true" })).toMatchObject({ numbers: [3], unread: 1 });
    expect(await inbox({}, analyst)).toMatchObject({ unread: 3 });
  });

  // Two clicks at once must not undo each other.
  test("200: marks made at the same time all stay", async () => {
    await deliver(1, 2, 3, 4, 5);
    const { ids } = await inbox();
    await Promise.all(ids.map((id) => read(id)));
    expect(await inbox()).toMatchObject({ unread: 0 });
  });

  test("404: another tenant's event, and one that is not there", async () => {
    await deliver(1);
    const [id = ""] = (await inbox()).ids;
    expect((await read(id)).status).toBe(200);
    expect((await read(id, stranger)).status).toBe(404);
    expect((await read("evt_none")).status).toBe(404);
    expect((await read("../marks")).status).toBe(404);
  });
});
