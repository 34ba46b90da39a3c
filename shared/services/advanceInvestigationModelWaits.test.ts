/** A model's tools wait for a workspace that limits its requests, as the rules' questions do. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { readSteps } from "../repositories/sessions.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import type { TestDeps } from "../testing/deps.ts";
import { OpenAiDouble } from "../testing/doubles/openAi/server.ts";
import { answerOf, current, start, work } from "../testing/investigation.ts";
import {
  analyst,
  finishing,
  investigableWith,
  judging,
  ref,
  THIN,
} from "../testing/modelSession.ts";

const double = new OpenAiDouble();
beforeAll(() => double.start());
afterAll(() => double.stop());
beforeEach(() => double.does(() => ({ kind: "status", status: 500 })));

const AGENTS = {
  name: "run_kql",
  arguments: { question: "Which agents signed in?", kql: "SigninLogs | project UserAgent" },
};
const CLAIM = {
  text: "An agent gave its name as {1}.",
  kind: "value",
  is_key: false,
  refs: [ref("ev_asked_1_2", { row: 1, column: "UserAgent" })],
};

const limited = (seconds: number): AppError =>
  new AppError("siem-unavailable", "Log Analytics limits our requests (429).", {
    retryAfterSeconds: seconds,
  });

/** The model asks a query and then hands in what it found; its query is refused until then. */
async function refusedUntil(until: (deps: TestDeps) => number, seconds: number) {
  const incident = { name: "get_incident", arguments: {} };
  double.does(
    analyst(
      [{ kind: "tools", calls: [incident, AGENTS] }, finishing("undetermined", [CLAIM])],
      judging("undetermined", ["clm_m1"]),
    ),
  );
  const deps = await investigableWith(double, THIN);
  const end = until(deps);
  deps.siem.answers((query) => {
    if (!query.kql.includes("UserAgent")) return answerOf(THIN, query);
    if (deps.clock.now().getTime() < end) throw limited(seconds);
    const columns = [{ name: "UserAgent", type: "string" as const }];
    return { columns, rows: [["curl/8.0"]], truncated: false, duration_ms: 1 };
  });
  return deps;
}

const notes = async (deps: TestDeps, session: SessionRecord): Promise<string[]> =>
  (await readSteps(deps.documents, session)).map(({ summary }) => summary);

// The model would else judge without the answer, only because other sessions asked much at that moment.
test("a query of a model that is told to wait is asked again then, and its turn is paid for once", async () => {
  const deps = await refusedUntil(({ clock }) => clock.now().getTime() + 30_000, 20);
  const session = await start(deps);
  await work(deps, 100);
  expect(await current(deps, session)).toMatchObject({ status: "running" });
  const asked = double.calls.length;
  for (let wait = 0; wait < 2; wait += 1) {
    expect(double.calls).toHaveLength(asked);
    deps.clock.advance(20_000);
    await work(deps, 100);
  }
  const done = await current(deps, session);
  expect(done).toMatchObject({ status: "completed", driver: "model" });
  expect(done.report?.claims.find(({ id }) => id === "clm_m1")).toMatchObject({
    check: "verified",
  });
  expect(done.spent?.exchanges).toBe(double.calls.length);
  const steps = await notes(deps, done);
  expect(steps.filter((text) => text.startsWith("A query of the model waits:"))).toHaveLength(2);
  expect(steps.filter((text) => text === "The model read the incident.")).toHaveLength(1);
});

// The model's own limit of time holds, whatever the workspace asks for.
test("a wait that is longer than the run or the model has time for is none: the model hears that there is no answer", async () => {
  const deps = await refusedUntil(() => Infinity, 601);
  const session = await start(deps);
  await work(deps, 100);
  const done = await current(deps, session);
  expect(done).toMatchObject({ status: "completed", driver: "model" });
  expect(JSON.stringify(double.calls.map(({ body }) => body.messages))).toContain(
    "No answer: Log Analytics limits our requests (429).",
  );
  expect((await notes(deps, done)).filter((text) => text.includes(" waits: "))).toEqual([]);
});

test("alerts that cannot be read are no missing alerts: the model is told why", async () => {
  const alerts = { name: "get_alerts", arguments: {} };
  double.does(
    analyst(
      [{ kind: "tools", calls: [alerts] }, finishing("undetermined", [])],
      judging("undetermined", []),
    ),
  );
  const deps = await investigableWith(double, THIN);
  const read = deps.siem.alerts.bind(deps.siem);
  deps.siem.alerts = (...given) => {
    if (double.calls.length === 0) return read(...given);
    throw new AppError("siem-unavailable", "Log Analytics does not answer.");
  };
  const session = await start(deps);
  await work(deps, 100);
  expect(await current(deps, session)).toMatchObject({ status: "completed", driver: "model" });
  const told = JSON.stringify(double.calls.map(({ body }) => body.messages));
  expect(told).toContain("The alerts could not be read: Log Analytics does not answer.");
});
