/** The end of a session is told, once and in the commit of the end, to those who asked for it and to nobody else. */
import { expect, test } from "vitest";

import { InvestigationMessage, NotificationMessage } from "../schemas/messages.ts";
import { StartInvestigationBody } from "../schemas/investigations.ts";
import { drain, type TestDeps } from "../testing/deps.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { current, finished, GUESSED, investigable, start, work } from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { cancelInvestigation } from "./cancelInvestigation.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { sweepSessions } from "./sweepSessions.ts";

const told = (deps: TestDeps) => drain(deps.queue, "notifications");

test("a session started with notify tells that it completed, and the message finds its report", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps, { notify: true }));
  const messages = await told(deps);
  expect(messages).toEqual([
    {
      id: `investigation-completed:${TENANT}:${session.session_id}`,
      body: {
        tenant_id: TENANT,
        event: "investigation-completed",
        subject_id: session.session_id,
        at: session.completed_at,
      },
    },
  ]);
  await deliverNotification(deps, NotificationMessage.parse(messages[0]?.body));
  expect(deps.log.events()).toContain("notification.delivered");
});

test("a session that the sweep fails tells that it failed", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps, { notify: true });
  const [first] = await drain(deps.queue, "investigations");
  await advanceInvestigation(deps, InvestigationMessage.parse(first?.body));
  for (const minutes of [10, 5]) {
    deps.clock.advance(minutes * 60_000);
    await sweepSessions(deps);
  }
  expect(await current(deps, session)).toMatchObject({ status: "failed" });
  expect(await told(deps)).toMatchObject([
    {
      id: `investigation-failed:${TENANT}:${session.session_id}`,
      body: { event: "investigation-failed", subject_id: session.session_id },
    },
  ]);
});

// An end whose message is sent beside its commit is told to nobody when the sender dies in between.
test("while the queue is down the message waits in the store with the end that it tells of", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps, { notify: true });
  const send = deps.queue.send.bind(deps.queue);
  deps.queue.send = async (name, messages) => {
    if (name === "notifications") throw new Error("The queue is down.");
    await send(name, messages);
  };
  await finished(deps, session);
  const page = await deps.documents.query("sessions", {
    partition: [TENANT, session.session_id],
    where: [{ op: "eq", field: "type", value: "outbox" }],
    limit: 10,
  });
  expect(page.items.map(({ doc }) => doc["message_id"])).toEqual([
    `investigation-completed:${TENANT}:${session.session_id}`,
  ]);
});

test("nobody is told of a session that did not ask for it, or that a person cancelled", async () => {
  const deps = await investigable(GUESSED);
  await finished(deps, await start(deps));
  const { session_id } = await start(deps, { notify: true });
  await cancelInvestigation(deps, aPrincipal(), session_id);
  await work(deps);
  expect(await told(deps)).toEqual([]);
});

test("a start that says nothing of it is not told of", () => {
  expect(StartInvestigationBody.parse({ query: "Is #12345 real?" }).notify).toBe(false);
});
