import { expect, test } from "vitest";

import { plainKeys } from "../../../local/workspace/testTenant.ts";
import type { ChatReply, ChatRequest } from "../../schemas/modelExchanges.ts";
import { openAiDoubles } from "../../testing/doubles/openAi/doubles.ts";
import type { Answer, OpenAiDouble } from "../../testing/doubles/openAi/server.ts";
import type { StreamForm } from "../../testing/doubles/openAi/stream.ts";
import { aModel } from "../../testing/fixtures.ts";
import { createOpenAiModels } from "./languageModel.ts";

const answering = openAiDoubles();
const models = (idleMs = 5_000) => createOpenAiModels({ keys: plainKeys, retryDelayMs: 1, idleMs });

const PLAIN: ChatRequest = {
  messages: [{ role: "user", content: "What happened?" }],
  tools: [],
  max_output_tokens: 50,
};
const ask = (double: OpenAiDouble, idleMs?: number, timeoutMs = 10_000): Promise<ChatReply> =>
  models(idleMs).chat(aModel({ api_base: double.url }), PLAIN, timeoutMs);

/** Characters of one to four bytes, so that cuts fall within them. */
const WORDS = 'Ana’s session — größer als 東京, 🦊🦊 and 👩‍💻; \\n "quoted"\n';
const TEXT = { kind: "text", text: WORDS.repeat(5) } as const;
const CALLS = {
  kind: "tools",
  calls: [
    { name: "run_kql", arguments: { question: WORDS, kql: "SigninLogs | take 1" } },
    { name: "get_alerts", arguments: {} },
  ],
} as const;

const withoutStreams: Answer = {
  kind: "status",
  status: 400,
  body: { error: { message: "streaming is not supported", param: "stream" } },
};
const said = ({ abilities: _abilities, ...rest }: ChatReply): unknown => rest;

// Whoever reads a stream by packets or by lines loses half characters, or whole calls.
test.for<[string, Answer]>([
  ["a text", { kind: "text", text: WORDS }],
  ["calls of tools", CALLS],
  ["a refusal", { kind: "refusal", text: WORDS }],
  ["a cut-off answer", { kind: "text", text: WORDS, finish: "length" }],
])("%s is the same whole, streamed, cut anywhere, and among garbage", async ([, answer]) => {
  const whole = await ask(await answering(withoutStreams, answer));
  expect(whole.abilities.streaming).toBe("none");
  for (const form of [undefined, "split", "garbage"] as const) {
    const streamed = await answering({ ...answer, ...(form && { form }) });
    const reply = await ask(streamed);
    expect(streamed.calls[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(said(reply)).toEqual(said(whole));
  }
});

test("a stream that drips is waited for as long as something comes", async () => {
  const double = await answering({ ...TEXT, form: "drip" });
  expect((await ask(double, 1_000)).text).toBe(TEXT.text);
  expect(double.calls.length).toBe(1);
});

// The exchange's own limit is a minute and a half: a dead stream would hold a worker and a session for all of it.
test("a stream that stalls is noticed long before the exchange's own limit", async () => {
  const double = await answering({ ...TEXT, form: "stalled" }, TEXT);
  const startedAt = performance.now();
  const reply = await ask(double, 50, 60_000);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(reply).toMatchObject({ text: TEXT.text, lost_tries: 1 });
  // Nor may it hold its connection.
  await expect.poll(() => double.leftEarly).toBe(1);
});

// A half report that counts as whole would be judged, and its half be paid for again.
test.for<StreamForm>(["truncated", "disconnect", "error", "stalled", "no-json"])(
  "%s: half an answer is none, is asked for again, and is counted as paid for",
  async (form) => {
    const double = await answering({ ...TEXT, form }, { ...CALLS, form }, TEXT);
    expect(await ask(double, 50)).toMatchObject({ text: TEXT.text, tool_calls: [], lost_tries: 2 });
    const broken = await answering({ ...TEXT, form });
    await expect(ask(broken, 50)).rejects.toMatchObject({ code: "model-broken-off" });
    expect(broken.calls.length).toBe(3);
  },
);

test("a limit that is reached in the middle of an answer is told as one", async () => {
  const double = await answering({ ...TEXT, form: "limited" });
  await expect(ask(double)).rejects.toMatchObject({ code: "model-rate-limited" });
});

test("429 before the stream is waited for, and the stream then read", async () => {
  const busy: Answer = { kind: "status", status: 429, headers: { "retry-after": "0" } };
  const double = await answering(busy, TEXT);
  expect(await ask(double)).toMatchObject({ text: TEXT.text });
  expect((await ask(double)).lost_tries).toBeUndefined();
});

// What the filter let through until then is no answer.
test.for<StreamForm>(["filtered", "filter-error"])(
  "%s: a filter in the middle of a stream is a filtered answer",
  async (form) => {
    const double = await answering({ ...CALLS, form });
    expect(await ask(double)).toMatchObject({ finish: "content_filter" });
    expect(double.calls.length).toBe(1);
  },
);

test("Azure's first event without a choice, and no count of tokens, make a reply without usage", async () => {
  const double = await answering({ ...CALLS, form: "azure" });
  const reply = await ask(double);
  expect(reply).toMatchObject({ finish: "tool_calls", usage: null });
  expect(reply.tool_calls).toHaveLength(2);
  expect(reply.answered_by).toBe("scripted-1-2026-01-01");
});

test("a whole answer does not wait for an end that never comes", async () => {
  const double = await answering({ ...TEXT, form: "open" });
  expect(await ask(double, 50)).toMatchObject({ text: TEXT.text, usage: null });
});

// An endless answer would fill the worker's memory.
test("reading stops where an answer passes the limit", async () => {
  const double = await answering({ kind: "large", bytes: 5_000_000 });
  await expect(ask(double)).rejects.toMatchObject({ code: "model-too-large" });
  expect(double.calls.length).toBe(1);
  await expect.poll(() => double.leftEarly).toBe(1);
  const event = `data: {"choices":[{"delta":{"content":"${"x".repeat(2_000_000)}"}}]}`;
  const one = await answering({ kind: "events", text: event });
  await expect(ask(one)).rejects.toMatchObject({ code: "model-too-large" });
});

const refusing = (param: string): Answer => ({
  kind: "status",
  status: 400,
  body: { error: { message: `Unknown parameter: '${param}'.`, param } },
});

test.for<[string, Answer[], string, object[]]>([
  [
    "counts",
    [refusing("stream_options")],
    "without_usage",
    [{ stream: true, stream_options: { include_usage: true } }, { stream: true }, { stream: true }],
  ],
  [
    "streams",
    [refusing("stream_options"), refusing("stream")],
    "none",
    [{ stream: true, stream_options: { include_usage: true } }, { stream: true }, {}, {}],
  ],
])("an endpoint that knows no %s is asked without, and from then on at once", async (given) => {
  const [, answers, streaming, asked] = given;
  const double = await answering(...answers, TEXT);
  const port = models();
  const model = aModel({ api_base: double.url });
  const reply = await port.chat(model, PLAIN, 5_000);
  expect(reply).toMatchObject({ text: TEXT.text, abilities: { streaming } });
  await port.chat(model, PLAIN, 5_000);
  const sent = double.calls.map(({ body: { stream, stream_options } }) => ({
    ...(stream !== undefined && { stream }),
    ...(stream_options !== undefined && { stream_options }),
  }));
  expect(sent).toEqual(asked);
});

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

// Some endpoints send each call whole, all as number 0, or with no number at all.
test.for<[string, object]>([
  ["all as number 0", { index: 0 }],
  ["without numbers", {}],
])("calls that come %s are told apart by their ids", async ([, number]) => {
  const call = (id: string) =>
    chunk({ tool_calls: [{ ...number, id, function: { name: "get_alerts", arguments: "{}" } }] });
  const text = `${call("a")}${call("b")}${chunk({}, "tool_calls")}data: [DONE]\n\n`;
  const reply = await ask(await answering({ kind: "events", text }));
  expect(reply.tool_calls).toEqual([
    { id: "a", name: "get_alerts", arguments: "{}" },
    { id: "b", name: "get_alerts", arguments: "{}" },
  ]);
});

test("a stream without a word of an answer is no chat completion", async () => {
  const double = await answering({ kind: "events", text: ": nothing\n\ndata: [DONE]\n\n" });
  await expect(ask(double)).rejects.toMatchObject({ code: "model-unavailable" });
});
