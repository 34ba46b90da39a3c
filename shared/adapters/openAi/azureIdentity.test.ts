/** Azure OpenAI by the deployment's own identity, over TLS: the wire of a real Azure host, served on loopback. */
import type { TokenCredential } from "@azure/identity";
import { generate } from "selfsigned";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Agent, fetch as undiciFetch } from "undici";

import type { KeyWrapper } from "../../ports/keyWrapper.ts";
import type { ChatRequest } from "../../schemas/modelExchanges.ts";
import { OpenAiDouble } from "../../testing/doubles/openAi/server.ts";
import { aModel } from "../../testing/fixtures.ts";
import { createOpenAiModels } from "./languageModel.ts";

const HOST = "socmate.openai.azure.com";
const PLAIN: ChatRequest = {
  messages: [{ role: "user", content: "Say ready." }],
  tools: [],
  max_output_tokens: 10,
};
const noKeys: KeyWrapper = {
  wrap: () => Promise.reject(new Error("No key is needed.")),
  unwrap: () => Promise.reject(new Error("No key is needed.")),
};

const double = new OpenAiDouble();
let certificate = "";
const agents: Agent[] = [];
beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: "commonName", value: HOST }], {
    keySize: 2048,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: HOST }] }],
  });
  certificate = cert;
  await double.start({ key, cert });
});
beforeEach(() => double.does(() => ({ kind: "text", text: "ready" })));
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.close()));
  await double.stop();
});

/** Reaches every host at the double; only who trusts the certificate gets through. */
function fetchTrusting(ca: string | undefined): typeof fetch {
  const agent = new Agent({
    connect: {
      ...(ca !== undefined && { ca }),
      lookup: (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
    },
  });
  agents.push(agent);
  const reached: unknown = (input: string, init: Record<string, unknown>) =>
    undiciFetch(input, { ...init, dispatcher: agent });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undici's own types of the same function differ from the global ones
  return reached as typeof fetch;
}

class CountingCredential implements TokenCredential {
  readonly scopes: (string | string[])[] = [];
  failure: Error | undefined;
  async getToken(scopes: string | string[]) {
    this.scopes.push(scopes);
    if (this.failure !== undefined) throw this.failure;
    return { token: `token-${this.scopes.length}`, expiresOnTimestamp: 0 };
  }
}

const chat = (credential: TokenCredential, outboundFetch = fetchTrusting(certificate)) =>
  createOpenAiModels({ keys: noKeys, credential, outboundFetch, retryDelayMs: 1 }).chat(
    aModel({
      provider: "azure",
      auth: "managed_identity",
      model_id: "gpt-judge",
      api_base: `https://${HOST}:${double.port}`,
    }),
    PLAIN,
    5_000,
  );

test("the identity's token for Cognitive Services stands in the request, and no key", async () => {
  const credential = new CountingCredential();
  expect((await chat(credential)).text).toBe("ready");
  expect(credential.scopes).toEqual(["https://cognitiveservices.azure.com/.default"]);
  const [call] = double.calls;
  expect(call?.path).toBe("/openai/deployments/gpt-judge/chat/completions?api-version=2024-10-21");
  expect(call?.headers).toMatchObject({ authorization: "Bearer token-1" });
  expect(call?.headers["api-key"]).toBeUndefined();
});

// Tokens last an hour, processes last longer.
test("each exchange asks the credential anew, which renews what has run out", async () => {
  const credential = new CountingCredential();
  await chat(credential);
  await chat(credential);
  expect(double.calls.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer token-1",
    "Bearer token-2",
  ]);
});

test("an identity that cannot sign in is told in words, and nothing is sent", async () => {
  const credential = new CountingCredential();
  credential.failure = new Error("AADSTS700016: the secret inner text");
  await expect(chat(credential)).rejects.toMatchObject({
    code: "model-unavailable",
    detail: "The deployment's identity cannot sign in to the model's endpoint.",
  });
  expect(double.calls).toEqual([]);
});

test("an identity without the role is told to ask for it", async () => {
  double.does(() => ({
    kind: "status",
    status: 403,
    body: { error: { message: "PermissionDenied" } },
  }));
  await expect(chat(new CountingCredential())).rejects.toMatchObject({ code: "model-unavailable" });
  expect(double.calls.length).toBe(1);
});

// Whoever stands between could read the token and the evidence.
test("a certificate that nobody vouches for ends the exchange before anything is sent", async () => {
  await expect(chat(new CountingCredential(), fetchTrusting(undefined))).rejects.toMatchObject({
    code: "model-unavailable",
  });
  expect(double.calls).toEqual([]);
});
