/** Setting up language models: what is kept, what is shown, what is refused, and the test against a real HTTP endpoint. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { plainKeys } from "../../local/workspace/testTenant.ts";
import { createOpenAiModels } from "../../shared/adapters/openAi/languageModel.ts";
import * as models from "../../shared/repositories/models.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import { ModelList, ModelTestReply } from "../../shared/schemas/models.ts";
import { rewrapSecrets } from "../../shared/services/rewrapSecrets.ts";
import { drain, testDeps } from "../../shared/testing/deps.ts";
import { type Answer, OpenAiDouble } from "../../shared/testing/doubles/openAi/server.ts";
import { aPrincipal, TENANT } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import {
  modelsCreate,
  modelsDefault,
  modelsDelete,
  modelsGet,
  modelsList,
  modelsNames,
  modelsTest,
  modelsUpdate,
} from "./models.ts";

const double = new OpenAiDouble();
beforeAll(() => double.start());
afterAll(() => double.stop());

const admin = aPrincipal("admin");
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
const makeDeps = () =>
  testDeps({ keys: plainKeys, model: createOpenAiModels({ keys: plainKeys, retryDelayMs: 1 }) });
let deps: ReturnType<typeof makeDeps>;
beforeEach(() => {
  deps = makeDeps();
});

const KEY = "the-key-of-the-model-1234";
const body = (more: JsonObject = {}): JsonObject => ({
  model_name: "judge",
  provider: "openai_compatible",
  model_id: "some-model",
  api_base: double.url,
  api_key: KEY,
  ...more,
});
const create = (more: JsonObject = {}, as = admin) =>
  call(modelsCreate, deps, { as, body: body(more) });
const onOne =
  (endpoint: typeof modelsGet) =>
  (name: string, request: TestRequest = {}) =>
    call(endpoint, deps, { as: admin, ...request, params: { name } });
const get = onOne(modelsGet);
const patch = onOne(modelsUpdate);
const list = async () => ModelList.parse((await call(modelsList, deps, { as: admin })).json).items;

test("201: the first model is the default, and its key is shown by its end only", async () => {
  const reply = await create();
  expect(reply.status).toBe(201);
  expect(reply.headers.get("location")).toBe("/api/admin/models/judge");
  expect(reply.json).toMatchObject({
    is_default: true,
    api_key_masked: "****1234",
    auth: "api_key",
  });
  expect(reply.text + (await get("judge")).text).not.toContain(KEY);
  expect(JSON.stringify(await models.list(deps.documents, TENANT))).not.toContain(KEY);
});

test("one model is the default; making another one so takes it from the first", async () => {
  await create();
  await create({ model_name: "second" });
  expect((await list()).map(({ is_default }) => is_default)).toEqual([true, false]);
  await onOne(modelsDefault)("second");
  expect((await list()).map(({ is_default }) => is_default)).toEqual([false, true]);
  await onOne(modelsDelete)("second");
  expect((await list()).map(({ is_default }) => is_default)).toEqual([false]);
});

test("200: a patch changes what it names, keeps the key, and is audited by its fields", async () => {
  await create();
  const prices = { input_per_million: 1, output_per_million: 2 };
  expect((await patch("JUDGE", { body: { prices } })).json).toMatchObject({
    prices,
    api_key_masked: "****1234",
  });
  const audit = (await drain(deps.queue, "audit")).map((one) => one.body);
  expect(audit).toMatchObject([
    { action: "model.create" },
    { action: "model.patch", fields: ["prices"] },
  ]);
  expect((await patch("judge", { body: { api_key: null } })).json).toMatchObject({ auth: "none" });
});

// Whoever may change the address could otherwise have the key sent to a server of their own.
test("422: a changed address asks for the key again", async () => {
  await create();
  const reply = await patch("judge", { body: { api_base: "https://elsewhere.example/v1" } });
  expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer: "/api_key" }] } });
});

test.for<[string, JsonObject, string]>([
  ["metadata of a machine", { api_base: "http://169.254.169.254/v1" }, "/api_base"],
  ["a password in the address", { api_base: "https://a:b@host.example/v1" }, "/api_base"],
  ["a file", { api_base: "file:///etc/passwd" }, "/api_base"],
  ["a name with white space", { model_name: "a b" }, "/model_name"],
  ["a key with a line break", { api_key: "a\nb" }, "/api_key"],
  [
    "a negative price",
    { prices: { input_per_million: -1, output_per_million: 0 } },
    "/prices/input_per_million",
  ],
])("422: %s is refused with its field", async ([, more, pointer]) => {
  expect(await create(more)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
});

// The identity's token would go to the server that the administrator names.
test("422: without a key only Azure's own hosts, and only the deployment's own tenant, use its identity", async () => {
  const { api_key: _, ...keyless } = body({ provider: "azure" });
  const elsewhere = await call(modelsCreate, deps, { as: admin, body: keyless });
  expect(elsewhere).toMatchObject({ status: 422, json: { errors: [{ pointer: "/api_base" }] } });
  const azure = { ...keyless, api_base: "https://name.openai.azure.com" };
  const other = await call(modelsCreate, deps, { as: stranger, body: azure });
  expect(other).toMatchObject({ status: 422, json: { errors: [{ pointer: "/api_key" }] } });
  const own = await call(modelsCreate, deps, { as: admin, body: azure });
  expect(own).toMatchObject({ status: 201, json: { auth: "managed_identity" } });
});

test("404: another tenant's model looks absent; 409: a name is taken in any case; 412: it changed", async () => {
  await create();
  expect(await get("judge", { as: stranger })).toMatchObject({ status: 404 });
  expect(await create({ model_name: "Judge" })).toMatchObject({ status: 409 });
  const stale = { headers: { "if-match": '"other"' }, body: { context_tokens: 9_000 } };
  expect(await patch("judge", stale)).toMatchObject({ status: 412 });
});

test("401 and 403: only administrators", async () => {
  expect(await call(modelsList, deps, {})).toMatchObject({ status: 401 });
  expect(await call(modelsList, deps, { as: aPrincipal("analyst") })).toMatchObject({
    status: 403,
  });
});

const names = (role: "analyst" | "viewer", tenant_id = TENANT) =>
  call(modelsNames, deps, { as: aPrincipal(role, { tenant_id }) });

// Who starts an investigation chooses among names; addresses, prices and keys stay with the administrators.
test("200: analysts read the names of the models and nothing else of them; viewers do not", async () => {
  await create();
  await create({ model_name: "rival" });
  expect(await names("analyst")).toMatchObject({
    status: 200,
    json: {
      items: [
        { model_name: "judge", is_default: true },
        { model_name: "rival", is_default: false },
      ],
      total: 2,
    },
  });
  expect(JSON.stringify((await names("analyst")).json)).not.toMatch(/api_|key|127/);
  expect((await names("analyst", "fabrikam")).json).toEqual({ items: [], total: 0 });
  expect(await names("viewer")).toMatchObject({ status: 403 });
});

const testing = async (script: (number: number) => Answer) => {
  double.does((_, number) => script(number));
  await create();
  return ModelTestReply.parse((await onOne(modelsTest)("judge")).json);
};

test("200: the test says what the endpoint knows, and the model remembers it", async () => {
  const reply = await testing((number) =>
    number === 2
      ? { kind: "tools", calls: [{ name: "say", arguments: { answer: "ready" } }] }
      : { kind: "text", text: '{"answer":"ready"}' },
  );
  expect(reply).toMatchObject({ status: "healthy" });
  expect(reply.checks.map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
  expect((await list())[0]).toMatchObject({
    abilities: { tools: true, json_schema: true },
    last_test: { status: "healthy" },
  });
});

test("200: an endpoint that refuses the key fails its test in words that help", async () => {
  const reply = await testing(() => ({ kind: "status", status: 401 }));
  expect(reply).toMatchObject({ status: "error" });
  expect(reply.checks.map(({ state }) => state)).toEqual(["failed", "skipped", "skipped"]);
  expect(reply.checks[0]?.detail).toContain("Enter the key again");
});

test("the deployment's own model serves until the tenant sets up one", async () => {
  const prices = { input_per_million: 2, output_per_million: 8 };
  const endpoint = "https://x.openai.azure.com";
  const azure = { endpoint, deployment: "gpt", apiVersion: "v", prices };
  const settings = { ...deps.settings, models: { ...deps.settings.models, azure } };
  const withOwn = { ...deps, settings };
  const listed = async () =>
    ModelList.parse((await call(modelsList, withOwn, { as: admin })).json).items;
  expect(await listed()).toMatchObject([{ source: "settings", model_id: "gpt", is_default: true }]);
  await create();
  expect(await listed()).toMatchObject([{ source: "tenant", model_name: "judge" }]);
});

test("a rotated wrapping key takes the models' keys along", async () => {
  await create();
  deps.keys = {
    ...plainKeys,
    wrap: async (key) => ({ ...(await plainKeys.wrap(key)), kid: "new" }),
  };
  expect(await rewrapSecrets(deps)).toEqual({ rewrapped: 1, failed: 0 });
  expect((await models.list(deps.documents, TENANT))[0]?.api_key?.kid).toBe("new");
});
