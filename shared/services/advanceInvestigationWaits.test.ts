/** A workspace that limits requests is waited for; the run neither fails nor gives its questions up. */
import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { readSteps } from "../repositories/sessions.ts";
import type { Report } from "../schemas/sessions.ts";
import type { TestDeps } from "../testing/deps.ts";
import {
  answerOf,
  askedFor,
  current,
  finished,
  GUESSED,
  investigable,
  start,
  work,
} from "../testing/investigation.ts";

const limited = (seconds: number): AppError =>
  new AppError("siem-unavailable", `Log Analytics is throttling requests (429).`, {
    retryAfterSeconds: seconds,
  });

/** The workspace takes nothing until then. */
function takesNothingUntil(deps: TestDeps, until: number, seconds: number): void {
  deps.siem.answers((query) => {
    if (deps.clock.now().getTime() < until) throw limited(seconds);
    return answerOf(GUESSED, query);
  });
}

// Many sessions at once exceed the workspace's limit within seconds: without the wait nearly all of them fail.
test("a session that is told to wait asks nothing before that time, then has its whole answer", async () => {
  const deps = await investigable(GUESSED);
  takesNothingUntil(deps, deps.clock.now().getTime() + 20_000, 20);
  const session = await start(deps);
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "running", queries: 1 });
  deps.clock.advance(19_000);
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "running", queries: 1 });
  deps.clock.advance(2_000);
  const { session: done, report } = await finished(deps, session);
  expect(done.status).toBe("completed");
  expect(report.verdict).toBe("true_positive");
  expect(report.not_checked.filter(({ reason }) => reason.includes("429"))).toEqual([]);
  const steps = await readSteps(deps.documents, done);
  expect(
    steps.filter(({ summary }) => summary.includes("waits: Log Analytics is throttling")),
  ).toHaveLength(1);
});

// Without its alerts a session looks for nothing, and ends with a report that says so little that it misleads.
test("a session whose alerts cannot be read now begins when they can", async () => {
  const calm = await investigable(GUESSED);
  const { report: expected } = await finished(calm, await start(calm));
  const deps = await investigable(GUESSED);
  const read = deps.siem.alerts.bind(deps.siem);
  const until = deps.clock.now().getTime() + 20_000;
  deps.siem.alerts = async (...given) => {
    if (deps.clock.now().getTime() < until) throw limited(12);
    return read(...given);
  };
  const session = await start(deps);
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "running", queries: 0, steps: 1 });
  for (let wait = 0; wait < 2; wait += 1) {
    deps.clock.advance(12_000);
    await work(deps);
  }
  const { session: done, report } = await finished(deps, session);
  expect(report.claims).toEqual(expected.claims);
  expect((await readSteps(deps.documents, done)).slice(0, 3).map(({ summary }) => summary)).toEqual(
    [
      expect.stringContaining("alerts waits: Log Analytics is throttling"),
      expect.stringContaining("alerts waits: Log Analytics is throttling"),
      expect.stringMatching(/^Incident 12345 has 1 alerts/),
    ],
  );
});

test("a session whose alerts cannot be read for ten minutes works without them, and says so", async () => {
  const deps = await investigable(GUESSED);
  deps.siem.alerts = () => Promise.reject(limited(60));
  const session = await start(deps);
  for (let minute = 0; minute <= 10; minute += 1) {
    await work(deps);
    deps.clock.advance(60_000);
  }
  const { session: done } = await finished(deps, session);
  const steps = await readSteps(deps.documents, done);
  expect(steps.filter(({ summary }) => summary.includes("alerts could not be read"))).toHaveLength(
    1,
  );
});

// "Running" for ever cannot happen, whatever the workspace asks for.
test.each([
  ["asks for an hour", 3600],
  ["asks for another minute again and again", 60],
])("a session ends when its workspace %s", async (_, seconds) => {
  const deps = await investigable(GUESSED);
  takesNothingUntil(deps, Infinity, seconds);
  const session = await start(deps);
  for (let minute = 0; minute <= 10; minute += 1) {
    await work(deps);
    deps.clock.advance(60_000);
  }
  expect(await current(deps, session)).toMatchObject({
    status: "failed",
    error: { code: "siem-unavailable" },
  });
});

/** The counts of tables are refused so often, everything else is answered. */
function refusesCounts(deps: TestDeps, times: number, error: AppError): () => number {
  const refused = new Map<string, number>();
  deps.siem.answers((query) => {
    const id = askedFor(query);
    const count = refused.get(id) ?? 0;
    if (!id.startsWith("rows:") || count >= times) return answerOf(GUESSED, query);
    refused.set(id, count + 1);
    throw error;
  });
  return () => [...refused.values()].reduce((sum, one) => sum + one, 0);
}

const absences = ({ claims }: Report): string[] =>
  claims
    .filter(({ kind, check }) => kind === "absence" && check === "verified")
    .map(({ id }) => id);

// A limit in the middle of a run would else take away what the run could have proved not to be there.
test.each([
  ["a limit", limited(5)],
  ["a failure", new AppError("siem-unavailable", "Log Analytics does not answer.")],
])(
  "a table whose count met %s once is counted again, and nothing is less proved",
  async (_, error) => {
    const calm = await investigable(GUESSED);
    const { report: expected } = await finished(calm, await start(calm));
    const deps = await investigable(GUESSED);
    const refused = refusesCounts(deps, 1, error);
    const session = await start(deps);
    for (let i = 0; i < 10; i += 1) {
      await work(deps);
      deps.clock.advance(6_000);
    }
    const { report } = await finished(deps, session);
    expect(refused()).toBeGreaterThan(0);
    expect(absences(expected).length).toBeGreaterThan(0);
    expect(absences(report)).toEqual(absences(expected));
    expect(report.not_observable).toEqual(expected.not_observable);
  },
);

test("a table that was never counted leaves its questions not observable, and proves no absence", async () => {
  const deps = await investigable(GUESSED);
  const refused = refusesCounts(deps, Infinity, limited(60));
  const session = await start(deps);
  for (let minute = 0; minute <= 12; minute += 1) {
    await work(deps);
    deps.clock.advance(61_000);
  }
  const { session: done, report } = await finished(deps, session);
  expect(done.status).toBe("completed");
  expect(refused()).toBeGreaterThan(5);
  expect(absences(report)).toEqual([]);
  expect(
    report.not_observable.filter(({ reason }) => /had rows in that time could not be/.test(reason)),
  ).not.toEqual([]);
});
