/** What people are told of a schedule's runs: the envelopes of the three events, by the text of api.md. */
import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as feed from "../repositories/notifications.ts";
import { NotificationMessage } from "../schemas/messages.ts";
import { drain, type TestDeps } from "../testing/deps.ts";
import { TENANT } from "../testing/fixtures.ts";
import { GUESSED, investigable } from "../testing/investigation.ts";
import { runAt, runsOf, scheduled } from "../testing/schedules.ts";
import { deliverNotification } from "./deliverNotification.ts";

const day = (n: number): string => `2026-01-${15 + n}T08:00:00.000Z`;

/** Delivers what waits, twice, and answers with the feed, oldest first. */
async function delivered(deps: TestDeps) {
  for (const { body } of await drain(deps.queue, "notifications")) {
    await deliverNotification(deps, NotificationMessage.parse(body));
    await deliverNotification(deps, NotificationMessage.parse(body));
  }
  const page = await feed.list(deps.documents, TENANT, feed.feedBucket(deps.clock.now()), {
    limit: 100,
  });
  const events = page.items.map(({ envelope }) => envelope);
  return events.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
}

test("a completed run tells its verdict, and what changed since the run before", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  await runAt(deps, day(1));
  await runAt(deps, day(2));
  const [run] = await runsOf(deps, schedule);
  expect(run?.changes).toMatchObject({ summary: expect.stringMatching(/^No change since/) });
  const events = await delivered(deps);
  expect(events).toHaveLength(2);
  expect(events[1]).toMatchObject({
    type: "investigation-completed",
    tenant_id: TENANT,
    data: {
      session_id: run?.session_id,
      schedule_id: schedule.id,
      schedule_name: "Morning check",
      verdict: "true_positive",
      confidence: expect.any(Number),
      summary: expect.stringContaining("203.0.113.7"),
      changes: { summary: run?.changes?.summary, new: 0, gone: 0, changed: 0 },
      duration_ms: run?.duration_ms,
      url: `https://socmate.example/sessions/${run?.session_id}`,
    },
  });
});

test("what a run finds new is in its notification", async () => {
  const deps = await investigable({});
  const schedule = await scheduled(deps);
  await runAt(deps, day(1));
  const { answers } = await investigable(GUESSED).then(({ siem }) => ({ answers: siem }));
  deps.siem.query = (...asked) => answers.query(...asked);
  await runAt(deps, day(2));
  const [run] = await runsOf(deps, schedule);
  expect(run?.changes?.new.length).toBeGreaterThan(0);
  expect(run?.changes?.verdict).toMatchObject({ after: "true_positive" });
  const [, second] = await delivered(deps);
  expect(second?.data).toMatchObject({ changes: { new: run?.changes?.new.length } });
});

test("failed runs tell the error and the count; the fifth also that the schedule is disabled", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps);
  deps.siem.answers(() => {
    throw new AppError("siem-unavailable", "The workspace does not answer.");
  });
  for (let n = 1; n <= 5; n += 1) await runAt(deps, day(n));
  const events = await delivered(deps);
  const error = { code: "siem-unavailable", detail: "The workspace does not answer." };
  const failed = events.filter(({ type }) => type === "investigation-failed");
  expect(failed).toHaveLength(5);
  expect(failed[2]).toMatchObject({
    data: { schedule_id: schedule.id, error, attempt: 1, consecutive_failures: 3 },
  });
  expect(events.filter(({ type }) => type === "schedule-disabled")).toMatchObject([
    {
      data: {
        schedule_id: schedule.id,
        schedule_name: "Morning check",
        consecutive_failures: 5,
        last_error: error,
        url: `https://socmate.example/schedules/${schedule.id}`,
      },
    },
  ]);
});

test("a run without a session tells the schedule's page instead", async () => {
  const deps = await investigable(GUESSED);
  const schedule = await scheduled(deps, { user_query: "What became of #999999?" });
  await runAt(deps, day(1));
  const [event] = await delivered(deps);
  expect(event?.data).not.toHaveProperty("session_id");
  expect(event?.data).toMatchObject({ url: `https://socmate.example/schedules/${schedule.id}` });
});
