/** What a model adds to a session, and what it cannot: over a real HTTP endpoint that answers by script. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { exchangesOf } from "../repositories/modelExchanges.ts";
import * as models from "../repositories/models.ts";
import { readSteps } from "../repositories/sessions.ts";
import type { Report, SessionRecord } from "../schemas/sessions.ts";
import { OpenAiDouble } from "../testing/doubles/openAi/server.ts";
import { drain } from "../testing/deps.ts";
import { aModel, TENANT } from "../testing/fixtures.ts";
import {
  askedFor,
  current,
  GUESSED,
  investigable,
  start,
  takeMessage,
  work,
} from "../testing/investigation.ts";
import {
  analyst,
  FAILURES,
  finishing,
  HONEST,
  investigableWith,
  isJudgement,
  judging,
  ref,
  setModels,
  THIN,
  workedOut,
} from "../testing/modelSession.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { exportBundle } from "./exportBundle.ts";

const double = new OpenAiDouble();
beforeAll(() => double.start());
afterAll(() => double.stop());
beforeEach(() => double.does(() => ({ kind: "status", status: 500 })));

function reportOf({ report, error }: SessionRecord): Report {
  if (report === undefined) throw new Error(`No report: ${JSON.stringify(error)}`);
  return report;
}

test("without a model a session is the rules' alone, and asks nobody", async () => {
  const deps = await investigable(THIN);
  const session = await workedOut(deps);
  expect(session).toMatchObject({ status: "completed", driver: "rules" });
  expect(session.degraded).toBeUndefined();
  expect(session.report?.verdict).toBe("undetermined");
});

test("an honest model raises the verdict on checked claims, in 3 of 3 judgements, and its cost is measured", async () => {
  double.does(HONEST);
  const prices = { input_per_million: 2, output_per_million: 10 };
  const deps = await investigableWith(double, THIN, { prices });
  const session = await workedOut(deps);
  const { report } = session;
  expect(session).toMatchObject({ status: "completed", driver: "model", model_name: "judge" });
  expect(report).toMatchObject({
    verdict: "true_positive",
    check: "verified",
    stability: 1,
    judgements: { agree: 3, of: 3 },
  });
  expect(report?.claims.find(({ id }) => id === "clm_m1")).toMatchObject({
    text: "There were 3 failures from 203.0.113.7.",
    check: "verified",
  });
  expect(report?.summary[0]).toMatchObject({ claim_ids: ["clm_m1"] });
  // One exchange looked and three judged, each of 1000 and 100 tokens.
  expect(session.spent).toEqual({
    exchanges: 4,
    input_tokens: 4000,
    output_tokens: 400,
    usd: 0.012,
    usd_kind: "measured",
  });
  const steps = await readSteps(deps.documents, session);
  expect(steps.filter(({ kind }) => kind === "model").length).toBeGreaterThanOrEqual(4);
  expect(steps.find(({ model }) => model !== undefined)?.summary).toMatch(
    /of \d+ tokens of context/,
  );
});

test("everything of the rules' report stays in the model's", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, GUESSED);
  const report = reportOf(await workedOut(deps));
  const floor = reportOf(await workedOut(await investigable(GUESSED)));
  expect(report.claims).toEqual(expect.arrayContaining(floor.claims));
  expect(report.entities.map(({ value }) => value)).toEqual(
    expect.arrayContaining(floor.entities.map(({ value }) => value)),
  );
  expect(report.actions).toEqual(expect.arrayContaining(floor.actions));
  expect(report.summary).toEqual(expect.arrayContaining(floor.summary));
  expect(report.not_checked).toEqual(expect.arrayContaining(floor.not_checked));
});

// A model that obeys what attackers write must not close what the rules found.
test("no model makes the rules' verdict milder on evidence that attackers may have written", async () => {
  double.does(
    analyst([finishing("false_positive", [FAILURES])], judging("false_positive", ["clm_m1"])),
  );
  const attack = await workedOut(await investigableWith(double, GUESSED));
  expect(attack.report).toMatchObject({
    verdict: "true_positive",
    judgements: { agree: 3, of: 3 },
  });
  const thin = await workedOut(await investigableWith(double, THIN));
  expect(thin.report?.verdict).toBe("undetermined");
});

test("a judgement that rests on no verified claim counts as undetermined", async () => {
  double.does(analyst([finishing("true_positive", [])], judging("true_positive", ["clm_m9"])));
  const { report } = await workedOut(await investigableWith(double, THIN));
  expect(report?.verdict).toBe("undetermined");
});

test("judgements that differ are shown as such, and more than half of them decide", async () => {
  const verdicts = ["true_positive", "undetermined", "true_positive"];
  let judged = 0;
  double.does(
    analyst([finishing("true_positive", [FAILURES])], () =>
      judging(verdicts[(judged += 1) - 1] ?? "undetermined", ["clm_m1"]),
    ),
  );
  const { report } = await workedOut(await investigableWith(double, THIN));
  expect(report).toMatchObject({ verdict: "true_positive", judgements: { agree: 2, of: 3 } });
  expect(report?.stability).toBeCloseTo(0.67);
});

test("all judgements are asked the same, whatever the incident becomes meanwhile", async () => {
  double.does(HONEST);
  await workedOut(await investigableWith(double, THIN));
  const asked = double.calls
    .filter(({ body }) => isJudgement(body))
    .map(({ body }) => body.messages);
  expect(asked.length).toBe(3);
  expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(1);
});

test("a false claim is struck and shown, and a struck key claim leaves the report unverified", async () => {
  const wrong = [
    { ...FAILURES, text: "There were 4 failures from {1}." },
    { ...FAILURES, refs: [ref("ev_s01", { row: 1, column: "IPAddress", value: "198.51.100.1" })] },
    { ...FAILURES, refs: [ref("ev_s01", { row: 9, column: "IPAddress" })] },
    { ...FAILURES, refs: [ref("ev_nothing", { count: 3 })], kind: "count" },
  ];
  const summary = [
    { text: "An address failed often.", claim_ids: ["m1"] },
    { text: "It came from evil.example.", claim_ids: ["m5"] },
    { text: "Nobody vouches for this.", claim_ids: [] },
    { text: "The failures are from 203.0.113.7.", claim_ids: ["m5"] },
  ];
  const finish = finishing("true_positive", [...wrong, FAILURES], { summary });
  double.does(analyst([finish], judging("true_positive", ["clm_m5"])));
  const { report } = await workedOut(await investigableWith(double, THIN));
  const own = report?.claims.filter(({ id }) => id.startsWith("clm_m")) ?? [];
  expect(own.map(({ check }) => check)).toEqual([...wrong.map(() => "struck"), "verified"]);
  expect(own.every(({ reason }) => reason !== "")).toBe(true);
  expect(report?.check).toBe("unverified");
  const sentences = report?.summary.map(({ text }) => text) ?? [];
  expect(sentences).toContain("The failures are from 203.0.113.7.");
  expect(sentences.join(" ")).not.toMatch(/often|evil|vouches/);
});

test("an answer that was stored is not paid for again when the slice dies before its commit", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, THIN);
  const session = await start(deps);
  const before = deps.documents.batch.bind(deps.documents);
  let hasDied = false;
  deps.documents.batch = async (container, key, writes) => {
    const isSlice = writes.some(
      (one) =>
        one.kind === "create" &&
        JSON.stringify(one.doc).includes('"prompt_hash"') &&
        one.doc["type"] === "step",
    );
    if (isSlice && !hasDied) {
      hasDied = true;
      throw new Error("The process dies here.");
    }
    return before(container, key, writes);
  };
  await expect(work(deps, 100)).rejects.toThrow("dies");
  const { slices } = await current(deps, session);
  await advanceInvestigation(deps, {
    tenant_id: TENANT,
    session_id: session.session_id,
    slice: slices,
  });
  await work(deps, 100);
  expect((await current(deps, session)).report).toMatchObject({ verdict: "true_positive" });
  expect(hasDied).toBe(true);
  expect(double.calls.length).toBe(4);
  expect((await exchangesOf(deps.documents, session)).map(({ turn }) => turn)).toEqual([
    1, 2, 3, 4,
  ]);
});

test("two workers on one turn leave one result, of the answer that was stored first", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, THIN);
  const session = await start(deps);
  for (;;) {
    const [message] = await drain(deps.queue, "investigations");
    if (message === undefined) break;
    const { slices } = await current(deps, session);
    const body = { tenant_id: TENANT, session_id: session.session_id, slice: slices };
    await Promise.all([advanceInvestigation(deps, body), advanceInvestigation(deps, body)]);
  }
  const after = await current(deps, session);
  expect(after).toMatchObject({ status: "completed", driver: "model" });
  expect(after.spent?.exchanges).toBe(4);
  expect((await exchangesOf(deps.documents, session)).length).toBe(4);
});

test("a model that is changed while the session runs is asked as it then is", async () => {
  const deps = await investigableWith(double, THIN);
  double.does((call, number) => {
    if (isJudgement(call.body)) return HONEST(call, number);
    return { kind: "tools", calls: [{ name: "get_incident", arguments: {} }] };
  });
  const session = await start(deps);
  while (double.calls.length === 0) await advanceInvestigation(deps, await takeMessage(deps));
  double.does(HONEST);
  await setModels(deps, [aModel({ api_base: double.url, model_id: "scripted-2" })]);
  await work(deps, 100);
  expect(await current(deps, session)).toMatchObject({ status: "completed" });
  expect(double.calls[0]?.body.model).toBe("scripted-2");
});

test("what was seen of an endpoint is kept with its model", async () => {
  double.does((call, number) =>
    call.body.tools === undefined
      ? isJudgement(call.body)
        ? judging("undetermined", [])
        : { kind: "text", text: '{"tool":"finish","arguments":{"nothing":1}}' }
      : HONEST(call, number),
  );
  const deps = await investigableWith(double, THIN);
  await workedOut(deps);
  expect((await models.list(deps.documents, TENANT))[0]?.abilities).toMatchObject({
    tools: true,
    json_schema: true,
  });
});

test("the bundle names the model and the hashes of what it was asked", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, THIN);
  deps.keys = {
    wrap: async (key) => ({
      kid: "k",
      alg: "none",
      wrapped: Buffer.from(key).toString("base64url"),
    }),
    unwrap: async ({ wrapped }) => Buffer.from(wrapped, "base64url"),
  };
  const { session_id } = await workedOut(deps);
  const { content } = await exportBundle(deps, TENANT, session_id);
  expect(content.model?.name).toBe("judge");
  expect(content.model?.prompt_hashes.length).toBe(4);
});

test("the rules' questions are asked as without a model", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, GUESSED);
  await workedOut(deps);
  const plain = await investigable(GUESSED);
  await workedOut(plain);
  const asked = (of: typeof plain) =>
    of.siem.calls.flatMap((one) => (one.method === "query" ? [askedFor(one.query)] : []));
  expect(asked(deps)).toEqual(asked(plain));
});
