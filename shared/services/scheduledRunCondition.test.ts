/** What a schedule's runs make of the answer to its question, and of runs by hand once it is disabled. */
import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { changesSince } from "../domain/scheduleChanges.ts";
import { runSubject } from "../domain/scheduleRuns.ts";
import { scheduleEvent } from "../domain/scheduleEvents.ts";
import { readSession } from "../repositories/sessions.ts";
import type { RunCondition } from "../schemas/conditions.ts";
import type { RunFinding } from "../schemas/scheduleRuns.ts";
import type { TestDeps } from "../testing/deps.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { answerOf, investigable, work } from "../testing/investigation.ts";
import { deliverRuns, runAt, runsOf, scheduled, scheduleNow } from "../testing/schedules.ts";
import { requestRun } from "./requestRun.ts";

const day = (n: number): string => `2026-01-${15 + n}T08:00:00.000Z`;
const user_query = "Did more than 10 sign-ins of ana@contoso.example fail in the last 24 hours?";

const counted = (deps: TestDeps, count: number): void =>
  deps.siem.answers((query) =>
    answerOf(
      {
        asked_signins_failed: {
          columns: ["Count:long", "First:datetime", "Last:datetime"],
          rows: [[count, "2026-01-15T09:00:00Z", "2026-01-15T10:00:00Z"]],
        },
      },
      query,
    ),
  );

async function byHand(deps: TestDeps, id: string): Promise<void> {
  deps.clock.advance(60_000);
  await requestRun(deps, aPrincipal(), id);
  await deliverRuns(deps);
  await work(deps);
  await deliverRuns(deps);
}

// Who is told every morning "completed" reads the change alone: the flip must be in it.
test("an answer that turns is a change of the run and in the words of its notification; the same answer is none", async () => {
  const deps = await investigable({});
  const schedule = await scheduled(deps, { user_query });
  counted(deps, 4);
  await runAt(deps, day(1));
  await runAt(deps, day(2));
  counted(deps, 14);
  await runAt(deps, day(3));
  const [third, second, first] = await runsOf(deps, schedule);
  expect(first?.changes?.summary).toMatch(/^First run: the answer is no\. /);
  expect(second).toMatchObject({ condition: { answer: "no" } });
  expect(second?.changes?.condition).toBeUndefined();
  expect(second?.changes?.summary).toMatch(/^No change since/);
  expect(third).toMatchObject({
    condition: { answer: "yes", text: expect.stringMatching(/^Yes: 14 failed sign-ins of ana/) },
    changes: { condition: { before: "no", after: "yes" } },
  });
  expect(third?.changes?.summary).toContain("the answer is yes after no");
  if (third === undefined) throw new Error("There is no third run.");
  const { session } = (await readSession(deps.documents, TENANT, third.session_id ?? "")) ?? {};
  const event = scheduleEvent(
    {
      tenant_id: TENANT,
      event: "investigation-completed",
      subject_id: runSubject(third),
      at: day(3),
    },
    { schedule, run: third, session },
    "https://page.example",
  );
  expect(event?.data).toMatchObject({
    summary: expect.stringMatching(/^Yes: 14 failed sign-ins/),
    changes: { summary: expect.stringContaining("the answer is yes after no") },
  });
});

// A schedule's question may be changed between two runs: "yes" to the one is no news about the other.
test("answers to different questions are not compared", () => {
  const verdict = "undetermined" as const;
  const no = { asked: "more than 10 failed sign-ins", answer: "no", text: "No." } as const;
  const findings: RunFinding[] = [];
  const earlier = { id: "srn_1", started_at: day(1), findings, verdict, condition: no };
  const changesTo = (condition: typeof no | RunCondition) =>
    changesSince(earlier, { findings, verdict, condition }, () => true).condition;
  expect(changesTo({ ...no, answer: "yes" })).toEqual({ before: "no", after: "yes" });
  expect(changesTo({ ...no, asked: "any alerts", answer: "yes" })).toBeUndefined();
});

// The number says why it was disabled; trying whether the cause is mended must not make it look worse, or mended.
test("runs by hand of a disabled schedule leave its count of failures as it is", async () => {
  const deps = await investigable({});
  const schedule = await scheduled(deps, { user_query });
  deps.siem.answers(() => {
    throw new AppError("siem-unavailable", "The workspace does not answer.");
  });
  for (let n = 1; n <= 5; n += 1) await runAt(deps, day(n));
  const disabled = { status: "FAILED", consecutive_failures: 5 };
  expect(await scheduleNow(deps, schedule)).toMatchObject(disabled);
  await byHand(deps, schedule.id);
  expect(await scheduleNow(deps, schedule)).toMatchObject(disabled);
  expect((await runsOf(deps, schedule))[0]).toMatchObject({
    status: "failed",
    trigger: "manual",
    consecutive_failures: 5,
  });
  counted(deps, 4);
  await byHand(deps, schedule.id);
  expect((await runsOf(deps, schedule))[0]).toMatchObject({ status: "completed" });
  expect(await scheduleNow(deps, schedule)).toMatchObject(disabled);
});
