import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { plainKeys } from "../../../local/workspace/testTenant.ts";
import { seal } from "../../domain/sealing.ts";
import type { ChatRequest } from "../../schemas/modelExchanges.ts";
import type { ModelRecord } from "../../schemas/models.ts";
import { openAiDoubles } from "../../testing/doubles/openAi/doubles.ts";
import { type Answer, FILTERED, type OpenAiDouble } from "../../testing/doubles/openAi/server.ts";
import { aModel } from "../../testing/fixtures.ts";
import { createOpenAiModels } from "./languageModel.ts";

const answering = openAiDoubles();
const models = () => createOpenAiModels({ keys: plainKeys, retryDelayMs: 1 });

const keyed = async (over: Partial<ModelRecord>): Promise<ModelRecord> => {
  const model = aModel(over);
  const place = {
    tenant_id: model.tenant_id,
    subject_id: `model:${model.model_name}`,
    field: "api_key",
  };
  const api_key = await seal("the-key-of-the-model", place, plainKeys, randomBytes);
  return { ...model, auth: "api_key", api_key };
};

const SHAPE = {
  type: "object",
  properties: { words: { type: "string" } },
  required: ["words"],
  additionalProperties: false,
};
const PLAIN: ChatRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "What happened?" },
  ],
  tools: [],
  max_output_tokens: 50,
};
const WITH_TOOL: ChatRequest = {
  ...PLAIN,
  tools: [{ name: "search_past", description: "Searches.", parameters: SHAPE }],
};

const chat = async (double: OpenAiDouble, request = PLAIN, timeoutMs = 5_000) =>
  models().chat(aModel({ api_base: double.url }), request, timeoutMs);

test("an answer comes with its usage, cached tokens included, and without a key none is sent", async () => {
  const double = await answering({
    kind: "text",
    text: "Nothing.",
    usage: {
      prompt_tokens: 40,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 30 },
    },
  });
  expect(await chat(double)).toMatchObject({
    text: "Nothing.",
    finish: "stop",
    usage: { input_tokens: 40, cached_input_tokens: 30, output_tokens: 2 },
    answered_by: "scripted-1-2026-01-01",
  });
  expect(double.calls[0]?.path).toBe("/v1/chat/completions");
  expect(double.calls[0]?.headers.authorization).toBeUndefined();
});

test("Azure is asked by its deployment and version with the key in its own header", async () => {
  const double = await answering({ kind: "text", text: "ready" });
  const model = await keyed({
    provider: "azure",
    model_id: "gpt-x",
    api_base: double.url.replace("/v1", "/"),
    api_version: "2025-01-01",
  });
  await models().chat(model, PLAIN, 5_000);
  const [call] = double.calls;
  expect(call?.path).toBe("/openai/deployments/gpt-x/chat/completions?api-version=2025-01-01");
  expect(call?.headers["api-key"]).toBe("the-key-of-the-model");
  expect(call?.body.max_completion_tokens).toBe(50);
});

test("tools are sent strict, and their calls come back as the model wrote them", async () => {
  const double = await answering({
    kind: "tools",
    calls: [{ name: "search_past", arguments: "{ not json" }],
  });
  const reply = await chat(double, WITH_TOOL);
  expect(reply.tool_calls).toMatchObject([{ name: "search_past", arguments: "{ not json" }]);
  expect(reply.abilities.tools).toBe(true);
  expect(double.calls[0]?.body.tools?.[0]?.function).toMatchObject({ strict: true });
});

const UNKNOWN_TOOLS: Answer = {
  kind: "status",
  status: 400,
  body: { error: { message: "this model does not support tools", param: "tools" } },
};

test("an endpoint without tools is asked in words, and once seen not with tools again", async () => {
  const inWords = {
    kind: "text",
    text: 'Sure:\n```json\n{"tool": "search_past", "arguments": {"words": "ana"}}\n```',
  } as const;
  const double = await answering(UNKNOWN_TOOLS, inWords, inWords);
  const port = models();
  const model = aModel({ api_base: double.url });
  const reply = await port.chat(model, WITH_TOOL, 5_000);
  expect(reply).toMatchObject({
    tool_calls: [{ name: "search_past", arguments: '{"words":"ana"}' }],
    abilities: { tools: false },
  });
  await port.chat(model, WITH_TOOL, 5_000);
  expect(double.calls.map(({ body }) => body.tools !== undefined)).toEqual([true, false, false]);
  expect(double.calls[1]?.body.messages[0]?.content).toContain("search_past");
});

test("an endpoint without schemas is told the schema in words", async () => {
  const unknown: Answer = {
    kind: "status",
    status: 400,
    body: { error: { message: "response_format json_schema is not supported" } },
  };
  const double = await answering(unknown, { kind: "text", text: '{"words":"x"}' });
  const reply = await chat(double, { ...PLAIN, response_schema: { name: "w", schema: SHAPE } });
  expect(reply.abilities.json_schema).toBe(false);
  expect(double.calls[1]?.body.response_format).toBeUndefined();
  expect(double.calls[1]?.body.messages.at(-1)?.content).toContain('"additionalProperties":false');
});

test("the other name of the output's bound is found", async () => {
  const unknown: Answer = {
    kind: "status",
    status: 400,
    body: {
      error: {
        message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        param: "max_tokens",
      },
    },
  };
  const double = await answering(unknown, { kind: "text", text: "ready" });
  expect((await chat(double)).abilities.output_limit).toBe("max_completion_tokens");
  expect(double.calls[1]?.body).toMatchObject({ max_completion_tokens: 50 });
  expect(double.calls[1]?.body.max_tokens).toBeUndefined();
});

test.for<[string, Answer, string, string | null]>([
  ["a refusal", { kind: "refusal", text: "I cannot." }, "refusal", "I cannot."],
  ["a cut-off answer", { kind: "text", text: "So", finish: "length" }, "length", "So"],
  ["a filtered answer", { kind: "text", text: "", finish: "content_filter" }, "content_filter", ""],
  ["a filtered question", FILTERED, "content_filter", null],
])("%s is a reply that says so", async ([, answer, finish, text]) => {
  expect(await chat(await answering(answer))).toMatchObject({ finish, text });
});

test("429 is waited for when the endpoint asks for little, and tried again", async () => {
  const busy: Answer = { kind: "status", status: 429, headers: { "retry-after": "0" } };
  const double = await answering(busy, { kind: "disconnect" }, { kind: "text", text: "ready" });
  expect((await chat(double)).text).toBe("ready");
  expect(double.calls.length).toBe(3);
});

// A session that slept for an hour inside a worker would hold its lock and its owner's place.
test("429 that asks to wait long is not waited for", async () => {
  const busy: Answer = { kind: "status", status: 429, headers: { "retry-after": "3600" } };
  const double = await answering(busy);
  await expect(chat(double)).rejects.toMatchObject({
    code: "model-rate-limited",
    retryAfterSeconds: 3600,
  });
  expect(double.calls.length).toBe(1);
});

test.for<[string, Answer, string, RegExp]>([
  ["5 MB", { kind: "large", bytes: 5_000_000 }, "model-too-large", /longer than is read/],
  ["silence", { kind: "silent" }, "model-timeout", /within 1 second/],
  ["garbage", { kind: "raw", text: "<html>" }, "model-unavailable", /./],
  ["other JSON", { kind: "raw", text: '{"a":1}' }, "model-unavailable", /no chat completion/],
  ["401", { kind: "status", status: 401 }, "model-unavailable", /Enter the key again/],
  ["500", { kind: "status", status: 500 }, "model-unavailable", /answered 500/],
  ["a lost connection", { kind: "disconnect" }, "model-unavailable", /cannot be reached/],
])("%s ends the exchange with words for an administrator", async ([, answer, code, detail]) => {
  const double = await answering(answer);
  // Only silence may take all of its time: a busy machine may need more than a second for the others.
  const limitMs = code === "model-timeout" ? 1_000 : 60_000;
  const failure = chat(double, PLAIN, limitMs);
  await expect(failure).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
  expect(double.calls.length).toBeLessThanOrEqual(3);
});

// A key that follows a redirect goes to whoever the endpoint names.
test("a redirect is not followed, and the key goes nowhere else", async () => {
  const elsewhere = await answering({ kind: "text", text: "stolen" });
  const location = `${elsewhere.url}/chat/completions`;
  const double = await answering({ kind: "status", status: 307, headers: { location } });
  const model = await keyed({ api_base: double.url });
  await expect(models().chat(model, PLAIN, 5_000)).rejects.toMatchObject({
    code: "model-unavailable",
    detail: expect.stringContaining("redirects"),
  });
  expect(double.calls[0]?.headers.authorization).toBe("Bearer the-key-of-the-model");
  expect(elsewhere.calls).toEqual([]);
});

// Whoever names the host that the identity signs in to would get its token.
test("the deployment's identity shows itself only to Azure's own hosts", async () => {
  const double = await answering({ kind: "text", text: "ready" });
  let asked = 0;
  const credential = {
    getToken: async () => ((asked += 1), { token: "t", expiresOnTimestamp: 0 }),
  };
  const port = createOpenAiModels({ keys: plainKeys, credential });
  const model = aModel({ provider: "azure", auth: "managed_identity", api_base: double.url });
  await expect(port.chat(model, PLAIN, 5_000)).rejects.toMatchObject({ code: "model-unavailable" });
  expect([asked, double.calls.length]).toEqual([0, 0]);
});
