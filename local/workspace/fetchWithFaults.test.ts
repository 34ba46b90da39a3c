/** Faults of webhooks and models: the caller's own client meets them over a real connection. */
import { createServer, type Server } from "node:http";

import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createFaults, FaultSpec } from "./faults.ts";
import { fetchWithFaults } from "./fetchWithFaults.ts";

const REPLY = {
  id: "c1",
  object: "chat.completion",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "fine" } }],
};
let calls = 0;
let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(REPLY));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => server.close());

const faults = createFaults();
const webhook = fetchWithFaults(faults, "webhook");

/** Puts one fault in place, makes the call, and clears. */
async function under<T>(spec: object, call: () => Promise<T>): Promise<T> {
  faults.add(FaultSpec.parse(spec));
  try {
    return await call();
  } finally {
    faults.clear();
  }
}

test("without a fault the receiver is asked, and its answer arrives whole", async () => {
  expect(await (await webhook(url)).json()).toEqual(REPLY);
});

// Retries and dead letters of deliveries are shown with these; a receiver that was asked would count twice.
test("status and error code answer instead of the receiver, with how long to wait", async () => {
  const before = calls;
  const status = { target: "webhook", kind: "status", status: 503, retry_after: 7 };
  const busy = await under(status, () => webhook(url));
  expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "7"]);
  const code = { target: "webhook", kind: "error_code", code: "gone", status: 410 };
  const gone = await under(code, () => webhook(url));
  expect(gone.status).toBe(410);
  expect(await gone.json()).toMatchObject({ error: { code: "gone" } });
  expect(calls).toBe(before);
});

test("a cut connection and half an answer fail as in Node's own fetch", async () => {
  const cut = under({ target: "webhook", kind: "disconnect" }, () => webhook(url));
  await expect(cut).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  const half = await under({ target: "webhook", kind: "truncated" }, () => webhook(url));
  expect(half.status).toBe(200);
  await expect(half.text()).rejects.toThrow(TypeError);
});

test("a delay ends when the caller gives up", async () => {
  const slow = { target: "webhook", kind: "latency", delay_ms: 60_000 };
  const call = under(slow, () => webhook(url, { signal: AbortSignal.timeout(5) }));
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

// The model's own client has to see what Azure OpenAI would send, or its retries are never tried.
test("the model's client meets limits, expired keys and cut answers, and others are left alone", async () => {
  const client = new OpenAI({
    apiKey: "none",
    baseURL: url,
    maxRetries: 0,
    fetch: fetchWithFaults(faults, "model"),
  });
  const ask = () => client.chat.completions.create({ model: "m", messages: [] });
  const limited = under({ target: "model", kind: "status", status: 429, retry_after: 3 }, ask);
  await expect(limited).rejects.toMatchObject({ status: 429 });
  await expect(under({ target: "model", kind: "expired_token" }, ask)).rejects.toMatchObject({
    status: 401,
    code: "invalid_api_key",
  });
  await expect(under({ target: "model", kind: "disconnect" }, ask)).rejects.toThrow(/Connection/);
  await expect(under({ target: "model", kind: "truncated" }, ask)).rejects.toThrow(/terminated/);
  await under({ target: "webhook", kind: "status" }, async () =>
    expect(await ask()).toMatchObject({ id: "c1" }),
  );
});
