/** Every way in which a model fails leaves the rules' report and says why, in plain words; over a real HTTP endpoint. */
import { isDeepStrictEqual } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

import { readSteps } from "../repositories/sessions.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import type { TestDeps } from "../testing/deps.ts";
import {
  type Answer,
  FILTERED,
  OpenAiDouble,
  type Script,
} from "../testing/doubles/openAi/server.ts";
import {
  GUESSED,
  investigable,
  start,
  work,
  answerOf,
  current,
  takeMessage,
} from "../testing/investigation.ts";
import {
  analyst,
  finishing,
  investigableWith,
  isJudgement,
  judging,
  setModels,
  workedOut,
} from "../testing/modelSession.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";

const double = new OpenAiDouble();
let floor: SessionRecord;
beforeAll(async () => {
  await double.start();
  floor = await workedOut(await investigable(GUESSED));
});
afterAll(() => double.stop());

/** How the session ended, and whether its report is the rules' own but for the sentence that says why there is no more. */
function toldBy({ status, driver, degraded, report }: SessionRecord) {
  const gap = report?.not_checked.at(-1);
  const rest = { ...report, not_checked: report?.not_checked.slice(0, -1) };
  return {
    status,
    driver,
    code: degraded?.code,
    reason: degraded?.reason,
    isFloor: isDeepStrictEqual(rest, floor.report) && gap?.reason === degraded?.reason,
  };
}

const left = (code: string, reason: RegExp) => ({
  status: "completed",
  driver: "rules",
  code,
  reason: expect.stringMatching(reason),
  isFloor: true,
});

const tool = (name: string, given: unknown) =>
  ({ kind: "tools", calls: [{ name, arguments: given }] }) satisfies Answer;
const LOOK = tool("get_incident", {});
const always =
  (answer: Answer): Script =>
  () =>
    answer;
const HONEST = analyst([finishing("undetermined", [])], judging("undetermined", []));

test.for<[string, Script, string, RegExp]>([
  [
    "429 that asks for an hour",
    always({ kind: "status", status: 429, headers: { "retry-after": "3600" } }),
    "model-rate-limited",
    /at its limit; try again in 3600 seconds/,
  ],
  [
    "a model that is down",
    always({ kind: "status", status: 503 }),
    "model-unavailable",
    /answered 503/,
  ],
  ["a lost connection", always({ kind: "disconnect" }), "model-unavailable", /cannot be reached/],
  ["a wrong key", always({ kind: "status", status: 401 }), "model-unavailable", /key/],
  ["garbage", always({ kind: "raw", text: "<html>no</html>" }), "model-unavailable", /./],
  ["5 MB", always({ kind: "large", bytes: 5_000_000 }), "model-too-large", /longer than is read/],
  [
    "a refusal",
    always({ kind: "refusal", text: "I will not." }),
    "model-refused",
    /refused to answer/,
  ],
  [
    "a refusal to judge",
    analyst([finishing("undetermined", [])], { kind: "refusal", text: "No." }),
    "model-refused",
    /refused/,
  ],
  ["invalid JSON five times", always(tool("finish", "{ not json")), "model-unusable", /5 answers/],
  [
    "judgements that are no JSON",
    analyst([finishing("undetermined", [])], { kind: "text", text: "TP!" }),
    "model-unusable",
    /5 answers/,
  ],
  [
    "answers that are cut off",
    always({ kind: "text", text: "So", finish: "length" }),
    "model-unusable",
    /5 answers/,
  ],
  ["unknown tools", always(tool("delete_incident", {})), "model-unusable", /5 answers/],
  ["unknown arguments", always(tool("get_incident", { also: 1 })), "model-unusable", /5 answers/],
  [
    "talk without a tool",
    always({ kind: "text", text: "I think it is fine." }),
    "model-unusable",
    /5 answers/,
  ],
  ["a filter that minds everything", always(FILTERED), "model-filtered", /content filter/],
  ["a stream that breaks off", always({ ...LOOK, form: "truncated" }), "model-broken-off", /broke/],
  ["a stream with an error", always({ ...LOOK, form: "error" }), "model-broken-off", /broke off/],
  ["a stream with a limit", always({ ...LOOK, form: "limited" }), "model-rate-limited", /limit/],
  ["a filter in mid-stream", always({ ...LOOK, form: "filtered" }), "model-filtered", /filter/],
  [
    "a filter on the answer",
    always({ kind: "text", text: "", finish: "content_filter" }),
    "model-filtered",
    /content filter/,
  ],
])("%s leaves the rules' report", async ([, script, code, reason]) => {
  double.does(script);
  const session = await workedOut(await investigableWith(double, GUESSED));
  expect(toldBy(session)).toEqual(left(code, reason));
});

test.for<[string, Record<string, number>, RegExp]>([
  ["turns", { turns: 3 }, /3 turns are over/],
  ["tokens", { tokens: 8_000 }, /more than its 8000 tokens/],
  ["money", { usd: 0.001 }, /more than its 0.001 US dollars/],
])(
  "a model that uses up its %s is stopped before it is paid for more",
  async ([what, budget, reason]) => {
    double.does(always(LOOK));
    const prices = { input_per_million: 100, output_per_million: 100 };
    const deps = await investigableWith(double, GUESSED, { prices });
    const session = await workedOut(deps, { budget });
    expect(toldBy(session)).toEqual(left("budget-exhausted", reason));
    expect(double.calls.length).toBe(what === "turns" ? 3 : 0);
  },
);

test("the last turn leaves no choice but to hand in", async () => {
  double.does(always(LOOK));
  await workedOut(await investigableWith(double, GUESSED), { budget: { turns: 2 } });
  const names = double.calls.map(({ body }) => body.tools?.map((one) => one.function.name));
  expect(names[0]?.length).toBeGreaterThan(5);
  expect(names[1]).toEqual(["finish"]);
});

test("a model that uses up its seconds is stopped", async () => {
  double.does(always(LOOK));
  const deps = await investigableWith(double, GUESSED);
  const session = await start(deps, { budget: { seconds: 30 } });
  while (double.calls.length === 0) await advanceInvestigation(deps, await takeMessage(deps));
  deps.clock.advance(31_000);
  await work(deps, 100);
  expect(toldBy(await current(deps, session))).toEqual(
    left("budget-exhausted", /30 seconds are over/),
  );
});

test("a model that does not answer is waited for within the budget's seconds", async () => {
  double.does(always({ kind: "silent" }));
  const deps = await investigableWith(double, GUESSED);
  const session = await workedOut(deps, { budget: { seconds: 1 } });
  expect(toldBy(session)).toEqual(left("model-timeout", /within 1 second/));
});

test.for<[string, Record<string, number>, string]>([
  ["queries", { queries: 1 }, "No queries are left."],
  ["rows", { rows: 5 }, "No rows are left."],
])("a model whose %s are used up is told so, and no more are asked", async ([, budget, told]) => {
  const query = { question: "Who?", kql: "SigninLogs | project Own" };
  double.does(
    analyst(
      [tool("run_kql", query), tool("run_kql", query), finishing("undetermined", [])],
      judging("undetermined", []),
    ),
  );
  const deps = await investigableWith(double, GUESSED);
  deps.siem.answers((asked) =>
    asked.kql.includes("Own")
      ? { columns: [], rows: Array.from({ length: 6 }, () => []), truncated: false, duration_ms: 1 }
      : answerOf(GUESSED, asked),
  );
  const session = await workedOut(deps, { budget });
  expect(session).toMatchObject({ driver: "model" });
  const asked = deps.siem.calls.filter(
    (one) => one.method === "query" && one.query.kql.includes("Own"),
  );
  expect(asked.length).toBe(1);
  expect(JSON.stringify(double.calls[2]?.body.messages).includes(told)).toBe(true);
});

// Attack text trips filters; the model can still judge by what is not attack text.
test("a filter is answered once with the values from logs withheld", async () => {
  double.does((call, number) => {
    const hasPreview = /⟦v[0-9a-f]{12} \w+ \d+ “/.test(JSON.stringify(call.body.messages));
    return hasPreview ? FILTERED : HONEST(call, number);
  });
  const deps = await investigableWith(double, GUESSED);
  const session = await workedOut(deps);
  expect(session).toMatchObject({ status: "completed", driver: "model" });
  expect(double.calls.length).toBe(5);
  const last = JSON.stringify(double.calls.at(-1)?.body.messages);
  expect([last.includes("withheld⟧"), /⟦v[^⟧]*“/.test(last)]).toEqual([true, false]);
  const steps = await readSteps(deps.documents, session);
  expect(steps.some(({ summary }) => summary.includes("withheld"))).toBe(true);
});

test("an endpoint that talks instead of calling is asked in words", async () => {
  const finish = finishing("undetermined", []);
  const given = finish.kind === "tools" ? finish.calls[0]?.arguments : undefined;
  double.does((call, number) => {
    if (isJudgement(call.body)) return HONEST(call, number);
    if (call.body.tools !== undefined) return { kind: "text", text: "Let me think." };
    return { kind: "text", text: JSON.stringify({ tool: "finish", arguments: given }) };
  });
  const session = await workedOut(await investigableWith(double, GUESSED));
  expect(session).toMatchObject({ status: "completed", driver: "model" });
});

test("cost is estimated where the endpoint does not count, and unknown where no prices are set", async () => {
  const uncounted = { ...finishing("undetermined", []), usage: null } as Answer;
  double.does(analyst([uncounted], judging("undetermined", [])));
  const prices = { input_per_million: 1, output_per_million: 1 };
  const estimated = await workedOut(await investigableWith(double, GUESSED, { prices }));
  expect(estimated.spent).toMatchObject({ usd_kind: "estimated", usd: expect.any(Number) });
  expect(estimated.spent?.usd).toBeGreaterThan(0);
  const unknown = await workedOut(await investigableWith(double, GUESSED));
  expect(unknown.spent).toMatchObject({ usd_kind: "unknown", usd: null });
});

test.for<[string, Answer]>([
  ["was too large to read", { kind: "large", bytes: 2_000_000 }],
  ["broke off", { ...LOOK, form: "truncated" }],
])("an answer that %s is not shown as free", async ([, answer]) => {
  double.does(always(answer));
  const prices = { input_per_million: 1, output_per_million: 1 };
  const priced = await workedOut(await investigableWith(double, GUESSED, { prices }));
  expect(priced.spent).toMatchObject({ exchanges: 1, usd_kind: "estimated" });
  const unpriced = await workedOut(await investigableWith(double, GUESSED));
  expect(unpriced.spent).toMatchObject({ usd: null, usd_kind: "unknown" });
});

const failing = async (deps: TestDeps): Promise<SessionRecord> =>
  workedOut(deps, { require_model: true });

test("a session that requires a model fails when the model cannot judge", async () => {
  double.does(always({ kind: "status", status: 503 }));
  expect(await failing(await investigableWith(double, GUESSED))).toMatchObject({
    status: "failed",
    error: { code: "model-unavailable", detail: expect.stringContaining("503") },
  });
});

test("a session that requires a model fails at once when none is set up", async () => {
  const deps = await investigable(GUESSED);
  expect(await failing(deps)).toMatchObject({
    status: "failed",
    error: { code: "model-unavailable" },
  });
  expect(deps.siem.calls.filter(({ method }) => method === "query")).toEqual([]);
});

test("a model that is removed while the session runs leaves the rules' report", async () => {
  double.does(always(LOOK));
  const deps = await investigableWith(double, GUESSED);
  const session = await start(deps);
  await advanceInvestigation(deps, await takeMessage(deps));
  await setModels(deps, []);
  await work(deps, 100);
  expect(toldBy(await current(deps, session))).toEqual(left("model-unavailable", /removed/));
});
