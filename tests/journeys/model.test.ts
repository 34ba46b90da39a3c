/** The whole product with a model set up by its administrator: an incident is investigated, judged, and never made milder. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { OpenAiDouble } from "../../shared/testing/doubles/openAi/server.ts";
import { analyst, finishing, isJudgement, judging } from "../../shared/testing/modelSession.ts";
import { brokenProof, ended, Session } from "../product/investigation.ts";
import { Product } from "../product/product.ts";
import { until } from "../product/until.ts";

const ANALYST = "analyst@contoso.example";
const ADMIN = "admin@contoso.example";
const ModelledSession = Session.extend({
  model_name: z.string(),
  degraded: z.object({ code: z.string(), reason: z.string() }).optional(),
  cost: z.object({ model_tokens: z.int(), usd: z.number().nullable(), usd_kind: z.string() }),
});

const double = new OpenAiDouble();
let product: Product;
let number: number;
beforeAll(async () => {
  await double.start();
  product = await Product.start();
  await product.ask(ADMIN, "POST", "/api/admin/models", {
    model_name: "judge",
    provider: "openai_compatible",
    model_id: "scripted-1",
    api_base: double.url,
    api_key: "a-key-that-nobody-may-see",
    prices: { input_per_million: 1, output_per_million: 4 },
  });
  const played = await product.ask(undefined, "POST", "/local/tenant/stories", {
    family: "signin_attack",
    truth: "true_positive",
    seed: 4,
  });
  [number = 0] = z.array(z.int()).parse(played["incident_numbers"]);
  await product.ask(undefined, "POST", "/local/timers/sync-incidents");
  await until("the incident", async () => {
    const reply = await product.call(ANALYST, "GET", `/api/v1/incidents/${number}`);
    return reply.status === 200 ? true : undefined;
  });
});
afterAll(async () => {
  await product?.stop();
  await double.stop();
});

async function investigated(more: Record<string, string> = {}) {
  const started = await product.ask(ANALYST, "POST", "/api/v1/investigations/start", {
    query: `What happened in #${number}?`,
    ...more,
  });
  const session = await ended(product, ANALYST, z.string().parse(started["session_id"]));
  const read = await product.ask(ANALYST, "GET", `/api/v1/sessions/${session.id}`);
  return ModelledSession.parse(read);
}

test("a model that hunts over the real wire is judged by its checked claims, and its cost is shown", async () => {
  const hunt = {
    name: "run_kql",
    arguments: {
      question: "How many sign-ins are there by result?",
      kql: "SigninLogs | summarize Signins = count() by ResultType | order by Signins desc",
    },
  };
  const broken = {
    name: "run_kql",
    arguments: { question: "What else?", kql: "SigninLogs | wher x" },
  };
  const cell = { evidence_id: "ev_asked_1_1", row: 1, value: null, count: null };
  const claim = {
    text: "There were {1} sign-ins with the result {2}.",
    kind: "value",
    is_key: false,
    refs: [
      { ...cell, column: "Signins" },
      { ...cell, column: "ResultType" },
    ],
  };
  double.does(
    analyst(
      [{ kind: "tools", calls: [hunt, broken] }, finishing("true_positive", [claim])],
      judging("true_positive", ["m1"]),
    ),
  );
  const session = await investigated();
  expect(session).toMatchObject({ status: "completed", driver: "model", model_name: "judge" });
  expect(session.report?.verdict).toBe("true_positive");
  expect(session.report?.claims.find(({ id }) => id === "clm_m1")).toMatchObject({
    check: "verified",
  });
  expect(await brokenProof(product, ANALYST, session)).toEqual([]);
  // Five exchanges of 1000 and 100 tokens.
  expect(session.cost).toEqual({
    model_tokens: 5500,
    usd: 0.007,
    usd_kind: "measured",
  });
  const refusal = double.calls[1]?.body.messages
    .filter(({ role }) => role === "tool")
    .at(-1)?.content;
  expect(refusal).toMatch(/^Not run: /);
});

test("a model that says false alarm to everything changes nothing of the rules' verdict", async () => {
  double.does(({ body }) =>
    isJudgement(body)
      ? judging("false_positive", ["clm_1", "clm_2"])
      : finishing("false_positive", []),
  );
  const session = await investigated();
  expect(session).toMatchObject({ status: "completed", driver: "model" });
  expect(session.report?.verdict).toBe("true_positive");
});

test("a model that goes down leaves the rules' report, which says so; changed, it is used at once", async () => {
  double.does(() => ({ kind: "status", status: 429, headers: { "retry-after": "600" } }));
  const session = await investigated();
  expect(session).toMatchObject({
    status: "completed",
    driver: "rules",
    degraded: { code: "model-rate-limited" },
  });
  expect(session.report?.verdict).toBe("true_positive");
  double.does(analyst([finishing("true_positive", [])], judging("undetermined", [])));
  await product.ask(ADMIN, "PATCH", "/api/admin/models/judge", { model_id: "scripted-2" });
  expect(await investigated()).toMatchObject({ driver: "model" });
  expect(double.calls.every(({ body }) => body.model === "scripted-2")).toBe(true);
});

// Whoever rehearses an outage of the model needs the product's own calls to meet it, not a stand-in's.
test("a fault of the local controls stands between the product and its model until it is cleared", async () => {
  double.does(() => finishing("true_positive", []));
  await product.ask(undefined, "POST", "/local/faults", {
    target: "model",
    kind: "status",
    status: 429,
    retry_after: 600,
  });
  expect(await investigated()).toMatchObject({
    driver: "rules",
    degraded: { code: "model-rate-limited" },
  });
  expect(double.calls).toEqual([]);
  await product.ask(undefined, "DELETE", "/local/faults");
});
