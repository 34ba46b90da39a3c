import { beforeEach, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import type { WorkQueue } from "../ports/workQueue.ts";
import * as incidents from "../repositories/incidents.ts";
import * as notifications from "../repositories/notifications.ts";
import { commit } from "../repositories/outbox.ts";
import * as providers from "../repositories/providers.ts";
import { EnrichmentMessage, NotificationMessage } from "../schemas/messages.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import { aProvider, aSentinelIncident, TENANT, WORKSPACE } from "../testing/fixtures.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { relayOutbox } from "./relayOutbox.ts";
import { syncIncidents } from "./syncIncidents.ts";

let deps: TestDeps;
/** While set, the broker takes nothing. */
let isDown: boolean;
/** Messages that the broker never takes. */
let isRefused: (id: string) => boolean;

beforeEach(async () => {
  isDown = false;
  isRefused = () => false;
  deps = testDeps();
  const { queue } = deps;
  const send: WorkQueue["send"] = async (...message) => {
    if (isDown) throw new AppError("queue-unavailable", "The broker cannot be reached.");
    if (message[1].some(({ id }) => isRefused(id))) throw new RangeError("The id is too long.");
    await queue.send(...message);
  };
  deps.queue = {
    send,
    receive: (...call) => queue.receive(...call),
    deadLetters: (...call) => queue.deadLetters(...call),
    deadLetter: (...call) => queue.deadLetter(...call),
    replayDeadLetter: (...call) => queue.replayDeadLetter(...call),
    dropDeadLetter: (...call) => queue.dropDeadLetter(...call),
    counts: (...call) => queue.counts(...call),
    close: () => queue.close(),
  };
  await providers.create(deps.documents, aProvider());
  const rows = [1, 2, 3].map((number) => aSentinelIncident({ number }));
  deps.siem.holds("sip_contoso", { incidents: rows });
});

const aMessage = (id: string, at: string) =>
  ({
    id,
    queue: "notifications",
    body: { tenant_id: TENANT, event: "incident-alert", subject_id: "w:9", at },
  }) as const;

function anAttempt(id: string, not_before: string) {
  const body = { tenant_id: TENANT, bucket: "b", delivery_id: id, attempts_before: 1 };
  return { id, queue: "deliveries", body, not_before } as const;
}

const aNote = (id: string) => ({ id, type: "note", tenant_id: TENANT, incident_key: "w:9" });

async function deliverAll(): Promise<void> {
  for (const { body } of await drain(deps.queue, "notifications")) {
    await deliverNotification(deps, NotificationMessage.parse(body));
  }
}

async function keysToEnrich(): Promise<string[]> {
  const messages = await drain(deps.queue, "enrichments");
  return messages.map(({ body }) => EnrichmentMessage.parse(body).incident_key).toSorted();
}

async function feed(): Promise<number> {
  const page = await notifications.list(deps.documents, TENANT, "feed:2026-01", { limit: 100 });
  return page.items.length;
}

// The change is acknowledged when the commit is; a broker that is down afterwards must not lose what it causes.
test("a send that fails after the commit is made up for by the sweep, once", async () => {
  isDown = true;
  expect(await syncIncidents(deps)).toMatchObject({ providers: [{ changed: 3 }] });
  expect(await relayOutbox(deps)).toEqual({ sent: 0, failed: 0 });
  deps.clock.advance(6000);
  // Of each incident one message that tells of it and one that has it enriched.
  expect(await relayOutbox(deps)).toEqual({ sent: 0, failed: 6 });
  isDown = false;
  expect(await relayOutbox(deps)).toEqual({ sent: 6, failed: 0 });
  expect(await relayOutbox(deps)).toEqual({ sent: 0, failed: 0 });
  expect(await keysToEnrich()).toEqual([1, 2, 3].map((number) => `${WORKSPACE}:${number}`));
  await deliverAll();
  expect(await feed()).toBe(3);
});

// A crash between the send and the removal of the row repeats the send, at any time later.
test("a row that is sent again tells nobody twice", async () => {
  await syncIncidents(deps);
  await deliverAll();
  const key = `${WORKSPACE}:1`;
  await deps.documents.batch(
    "incidents",
    [TENANT, key],
    [
      {
        kind: "create",
        doc: {
          id: `outbox:incident-alert:${TENANT}:${key}`,
          type: "outbox",
          tenant_id: TENANT,
          incident_key: key,
          queue: "notifications",
          message_id: `incident-alert:${TENANT}:${key}`,
          body: {
            tenant_id: TENANT,
            event: "incident-alert",
            subject_id: key,
            at: deps.clock.now().toISOString(),
          },
          created_at: deps.clock.now().toISOString(),
        },
      },
    ],
  );
  deps.clock.advance(3_600_000);
  expect(await relayOutbox(deps)).toEqual({ sent: 1, failed: 0 });
  await deliverAll();
  expect(await feed()).toBe(3);
});

test("sweeps that race send each row, and the queue keeps one", async () => {
  isDown = true;
  await syncIncidents(deps);
  isDown = false;
  deps.clock.advance(6000);
  await Promise.all([relayOutbox(deps), relayOutbox(deps), relayOutbox(deps)]);
  expect(await drain(deps.queue, "notifications")).toHaveLength(3);
  expect(await keysToEnrich()).toHaveLength(3);
  expect(await incidents.count(deps.documents, TENANT, [])).toBe(3);
});

// One full page of rows that never send would keep everybody's messages from the broker for good.
test("rows that never send hold up no others, however many they are", async () => {
  isDown = true;
  const at = deps.clock.now().toISOString();
  const refused = Array.from({ length: 510 }, (_, i) => `refused-${i}`);
  for (const id of refused) {
    const message = aMessage(id, at);
    await commit(deps, "incidents", [TENANT, id], [], [message]);
  }
  deps.clock.advance(1000);
  await syncIncidents(deps);
  isDown = false;
  isRefused = (id) => id.startsWith("refused-");
  deps.clock.advance(6000);
  expect(await relayOutbox(deps)).toEqual({ sent: 6, failed: 510 });
  expect(await drain(deps.queue, "notifications")).toHaveLength(3);
});

// While the broker is down, the same state may cause the same message again; that change must not fail for ever.
test("a change whose message waits already is written, and the message is sent once", async () => {
  isDown = true;
  const at = deps.clock.now().toISOString();
  const key = [TENANT, "w:9"];
  const first = [{ kind: "create", doc: aNote("a") }] as const;
  const second = [{ kind: "create", doc: aNote("b") }] as const;
  const both = [aMessage("m-1", at), aMessage("m-2", at)];
  expect(await commit(deps, "incidents", key, first, both.slice(0, 1))).toBe("done");
  expect(await commit(deps, "incidents", key, second, both)).toBe("done");
  // What conflicts by itself still does, and leaves no message behind.
  expect(await commit(deps, "incidents", key, second, [...both, aMessage("m-3", at)])).toBe(
    "conflict",
  );
  isDown = false;
  deps.clock.advance(6000);
  expect(await relayOutbox(deps)).toEqual({ sent: 2, failed: 0 });
  const sent = (await drain(deps.queue, "notifications")).map(({ id }) => id);
  expect(sent.toSorted()).toEqual(["m-1", "m-2"]);
});

// A pause between two attempts would be none for whoever has its messages committed with others.
test("messages of one change each wait for their own time", async () => {
  const messages = [
    anAttempt("soon", "2026-01-15T12:05:00.000Z"),
    anAttempt("late", "2026-01-15T14:00:00.000Z"),
  ];
  const key = [TENANT, "w:9"];
  await commit(deps, "incidents", key, [{ kind: "create", doc: aNote("c") }], messages);
  expect(await drain(deps.queue, "deliveries")).toEqual([]);
  deps.clock.set("2026-01-15T12:06:00.000Z");
  expect((await drain(deps.queue, "deliveries")).map(({ id }) => id)).toEqual(["soon"]);
});
