/** What validating shows of a run: each question run once for its count, and a question that a model wrote better. */
import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as models from "../repositories/models.ts";
import type { ChatReply, ChatRequest } from "../schemas/modelExchanges.ts";
import { UNKNOWN_ABILITIES } from "../schemas/models.ts";
import { ValidateScheduleBody } from "../schemas/scheduleValidation.ts";
import type { TestDeps } from "../testing/deps.ts";
import { aModel, aPrincipal, TENANT } from "../testing/fixtures.ts";
import { answerOf, investigable } from "../testing/investigation.ts";
import { validateSchedule } from "./validateSchedule.ts";

const GOOD =
  "Triage: did more than 10 sign-ins of ana@contoso.example from 203.0.113.7 fail in the last 24 hours?";
const VAGUE = "Check sign-ins of ana@contoso.example every morning";
const BETTER =
  "Triage: did more than 10 sign-ins of ana@contoso.example fail in the last 24 hours?";

let deps: TestDeps;
let asked: string[];
beforeEach(async () => {
  deps = await investigable({});
  asked = [];
  deps.siem.answers((query) => {
    asked.push(query.kql);
    return answerOf({}, query);
  });
});

const validate = (query: string, quick = false) =>
  validateSchedule(deps, aPrincipal(), ValidateScheduleBody.parse({ query, quick }));
const runsOf = (reply: Awaited<ReturnType<typeof validate>>) =>
  reply.plan.map(({ dry_run }) => dry_run);
const counts = () => asked.filter((kql) => kql.endsWith("\n| count"));

describe("dry run", () => {
  test("each question that a run asks for certain is run for its count; others wait, and say why", async () => {
    const empty = { "rows:SigninLogs": { columns: ["Rows:long"], rows: [[0]] } };
    deps.siem.answers((query) => {
      asked.push(query.kql);
      return answerOf(empty, query);
    });
    const { plan } = await validate(GOOD);
    const certain = plan.filter(({ is_certain }) => is_certain);
    expect(certain.length).toBeGreaterThan(3);
    expect(counts()).toHaveLength(certain.length);
    for (const { dry_run } of certain)
      expect(dry_run).toMatchObject({ state: "answered", rows: 0, duration_ms: 1 });
    for (const { dry_run, is_certain } of plan)
      expect(dry_run?.state).toBe(is_certain ? "answered" : "not_run");
    const signIns = plan.find(({ tables }) => tables.includes("SigninLogs"));
    expect(signIns?.dry_run?.empty_tables).toEqual(["SigninLogs"]);
  });

  // While somebody types, every pause would else cost the workspace a whole investigation.
  test("a quick validation runs none of them", async () => {
    const { plan } = await validate(GOOD, true);
    expect(new Set(plan.map(({ dry_run }) => dry_run))).toEqual(new Set([null]));
    expect(counts()).toEqual([]);
  });

  test("a workspace that stops answering is named once, is left in peace, and fails nothing", async () => {
    deps.siem.answers((query) => {
      asked.push(query.kql);
      if (!query.kql.endsWith("\n| count")) return answerOf({}, query);
      throw new AppError("siem-unavailable", "The workspace asks to wait.");
    });
    const reply = await validate(GOOD);
    expect(reply).toMatchObject({ valid: true });
    const away = reply.issues.filter(({ code }) => code === "provider-unreachable");
    expect(away).toMatchObject([{ message: expect.stringContaining("asks to wait") }]);
    expect(counts().length).toBeLessThanOrEqual(3);
  });

  test("a slow question and one that the workspace refuses are named; the others are still run", async () => {
    const failures = [
      new AppError("query-timeout", "Too slow."),
      new AppError("kql-refused", "No such column."),
    ];
    deps.siem.answers((query) => {
      const failure = query.kql.endsWith("\n| count") ? failures.shift() : undefined;
      if (failure !== undefined) throw failure;
      return answerOf({}, query);
    });
    const reply = await validate(GOOD);
    expect(new Set(reply.issues.map(({ code }) => code))).toEqual(
      new Set(["slow-question", "question-refused"]),
    );
    expect(runsOf(reply).filter((run) => run?.state === "answered").length).toBeGreaterThan(1);
  });

  test("what may not run is not run, and no query runs that was not looked at with its count", async () => {
    const analysed: string[] = [];
    deps.kql = {
      ...deps.kql,
      analyse: async (kql) => {
        analysed.push(kql);
        const rule = { rule: "tables", message: "Not allowed.", line: 1, column: 1 } as const;
        const policy = kql.includes("SigninLogs") ? [rule] : [];
        const nothing = { tables: [], functions: [], columns: [], output: [] };
        return { ok: true, diagnostics: [], policy, ...nothing };
      },
    };
    await validate(GOOD);
    expect(counts().some((kql) => kql.includes("SigninLogs"))).toBe(false);
    expect(counts().length).toBeGreaterThan(0);
    expect(counts().every((kql) => analysed.includes(kql))).toBe(true);
  });
});

/** The tenant's model, and what it was asked. */
async function withModel(answer: (request: ChatRequest) => Partial<ChatReply>) {
  const requests: ChatRequest[] = [];
  await models.change(deps, TENANT, () => ({
    items: [aModel()],
    messages: [],
    result: undefined,
  }));
  deps.model = {
    chat: async (_model, request) => {
      requests.push(request);
      const usage = { input_tokens: 200, cached_input_tokens: 0, output_tokens: 40 };
      const rest = { tool_calls: [], usage, answered_by: "m", abilities: UNKNOWN_ABILITIES };
      return { text: null, finish: "stop", ...rest, ...answer(request) };
    },
  };
  return requests;
}
const writes = (query: string) => () => ({ text: JSON.stringify({ query }) });

describe("a model's rewritten question", () => {
  test("is shown when the rules call it specific; what it cost is said", async () => {
    const requests = await withModel(writes(BETTER));
    const { model_rewrite } = await validate(VAGUE);
    expect(model_rewrite).toMatchObject({
      query: BETTER,
      model: aModel().model_name,
      cost: { model_tokens: 240 },
    });
    expect(model_rewrite?.score).toBeGreaterThan(0.9);
    expect(requests).toHaveLength(1);
    expect(JSON.stringify(deps.log.lines)).not.toContain("ana@contoso.example");
  });

  // The rules decide what is better: a model that flatters, invents or forgets must not be passed on.
  test.for<[string, string]>([
    ["no better", "Check the sign-ins of ana@contoso.example often"],
    ["about somebody else", BETTER.replaceAll("ana@", "bo@")],
    ["about an incident that nobody named", `${BETTER} See #777.`],
    ["nothing", " "],
    ["too long", `${BETTER} ${"very ".repeat(1000)}`],
  ])("is dropped when it is %s", async ([, text]) => {
    await withModel(writes(text));
    expect(await validate(VAGUE)).toMatchObject({ model_rewrite: null });
  });

  test.for<[string, () => Partial<ChatReply>]>([
    ["is no JSON", () => ({ text: "Sure! Here it is." })],
    ["is cut off", () => ({ ...writes(BETTER)(), finish: "length" })],
    ["is a refusal", () => ({ finish: "refusal" })],
    [
      "does not come",
      () => {
        throw new AppError("model-unavailable", "The endpoint is away.");
      },
    ],
  ])("is left out when the answer %s", async ([, answer]) => {
    await withModel(answer);
    expect(await validate(VAGUE)).toMatchObject({ model_rewrite: null, score: expect.any(Number) });
  });

  test("is not asked for without a model, of a question that lacks nothing, while typing, or beyond the budget", async () => {
    expect(await validate(VAGUE)).toMatchObject({ model_rewrite: null });
    const requests = await withModel(writes(BETTER));
    await validate(GOOD);
    await validate(VAGUE, true);
    const { models: given } = deps.settings;
    deps.settings = {
      ...deps.settings,
      models: { ...given, budget: { ...given.budget, tokens: 1_000 } },
    };
    await validate(VAGUE);
    expect(requests).toEqual([]);
  });
});
