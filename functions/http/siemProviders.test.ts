import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { createLocalKeyWrapper } from "../../shared/adapters/localKeys/keyWrapper.ts";
import { open } from "../../shared/domain/sealing.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { containersWithOutbox } from "../../shared/repositories/outbox.ts";
import { JsonObject } from "../../shared/schemas/json.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import type { ConnectionCheck } from "../../shared/schemas/providers.ts";
import { ProviderList, ProviderView } from "../../shared/schemas/siemProviders.ts";
import { drain, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, NOW, TENANT } from "../../shared/testing/fixtures.ts";
import { call, type TestReply, type TestRequest } from "../../shared/testing/http.ts";
import {
  siemProvidersCreate,
  siemProvidersDefault,
  siemProvidersDelete,
  siemProvidersGet,
  siemProvidersList,
  siemProvidersTest,
  siemProvidersTestSaved,
  siemProvidersUpdate,
} from "./siemProviders.ts";

const folder = mkdtempSync(path.join(tmpdir(), "providers-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keys = createLocalKeyWrapper(path.join(folder, "keys.json"));

const admin = aPrincipal("admin", { email: "admin@example.com" });
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
/** The seed's bodies, to the letter. */
const CONNECTION = {
  provider_type: "sentinel",
  workspace_id: "your-log-analytics-workspace-id",
  tenant_id: "your-azure-tenant-id",
  client_id: "your-app-registration-client-id",
  client_secret: "your-client-secret",
};
const PRODUCTION = { name: "Production Sentinel", ...CONNECTION };
const FAILED: ConnectionCheck[] = [
  { name: "token", state: "ok", detail: "Signed in." },
  { name: "query", state: "failed", detail: "Give the role Log Analytics Reader." },
];

const makeDeps = () => testDeps({ keys });
let deps: ReturnType<typeof makeDeps>;
beforeEach(() => {
  deps = makeDeps();
});

const create = (body: JsonObject = PRODUCTION, as: Principal = admin) =>
  call(siemProvidersCreate, deps, { as, body });
const onOne =
  (endpoint: typeof siemProvidersGet) =>
  (id: string, request: TestRequest = {}) =>
    call(endpoint, deps, { as: admin, ...request, params: { id } });
const get = onOne(siemProvidersGet);
const patch = onOne(siemProvidersUpdate);
const testSaved = onOne(siemProvidersTestSaved);
const setDefault = onOne(siemProvidersDefault);
const remove = onOne(siemProvidersDelete);
const idOf = ({ json }: TestReply): string => ProviderView.parse(json).id;
async function list(as = admin) {
  return ProviderList.parse((await call(siemProvidersList, deps, { as })).json);
}
const pointers = ({ json }: TestReply) => JsonObject.parse(json)["errors"];
async function audited(): Promise<unknown[]> {
  return (await drain(deps.queue, "audit")).map(({ body }) => body);
}

describe("creating", () => {
  test("201: the seed's body gives the seed's reply, and the first becomes the default", async () => {
    const reply = await create();
    expect(reply.status).toBe(201);
    const id = idOf(reply);
    expect(id).toMatch(/^sip_/);
    expect(reply.headers.get("location")).toBe(`/api/admin/siem-providers/${id}`);
    expect(reply.json).toMatchObject({
      id,
      name: "Production Sentinel",
      provider_type: "sentinel",
      status: "active",
      workspace_id: "your-log-analytics-workspace-id",
      tenant_id: "your-azure-tenant-id",
      client_id: "your-app-registration-client-id",
      client_secret_masked: "****cret",
      is_default: true,
      last_health_check: null,
      last_health_status: null,
      created_by: "admin@example.com",
      created_at: NOW,
      updated_at: NOW,
    });
    expect(reply.json).not.toHaveProperty("client_secret");
  });

  test("what is left out has its default", async () => {
    expect((await create()).json).toMatchObject({
      auth: "client_secret",
      cloud: "public",
      sync_enabled: true,
      sync_interval: "PT5M",
      sync_window: "P1D",
      writeback_enabled: false,
      subscription_id: null,
      kql_policy: { allowed_tables: [], needs_time_bound: false },
    });
  });

  test("the second is not the default, and both are listed, oldest first", async () => {
    const first = idOf(await create());
    deps.clock.advance(1000);
    const second = idOf(await create({ ...PRODUCTION, name: "Lab" }));
    const { providers: found, total } = await list();
    expect(total).toBe(2);
    expect(found.map(({ id, is_default }) => [id, is_default])).toEqual([
      [first, true],
      [second, false],
    ]);
  });

  // Four characters of a short secret are too much of it.
  test.each([
    ["0123456789abcdef", "****cdef"],
    ["0123456789abcde", "****"],
    ["x", "****"],
  ])("the secret %s is masked as %s", async (client_secret, masked) => {
    const reply = await create({ ...PRODUCTION, client_secret });
    expect(reply.json).toMatchObject({ client_secret_masked: masked });
    expect((await get(idOf(reply))).json).toMatchObject({ client_secret_masked: masked });
  });

  test("the secret opens in the provider's place", async () => {
    const id = idOf(await create());
    const stored = await providers.read(deps.documents, TENANT, id);
    const place = { tenant_id: TENANT, subject_id: id, field: "client_secret" };
    if (stored?.record.client_secret === undefined) throw new Error("No secret is stored.");
    expect(await open(stored.record.client_secret, place, keys)).toBe("your-client-secret");
  });

  test("409: a name is taken once, in any case, until its provider is deleted", async () => {
    const id = idOf(await create());
    expect(await create({ ...PRODUCTION, name: "production SENTINEL" })).toMatchObject({
      status: 409,
      json: { code: "conflict" },
    });
    await remove(id);
    expect((await create()).status).toBe(201);
  });

  // Two administrators who begin at the same moment must not end with two defaults, or twins of one name.
  test("of many created at once one is the default, and one of each name stays", async () => {
    const names = ["A", "B", "C", "a", "b", "c"];
    const replies = await Promise.all(names.map((name) => create({ ...PRODUCTION, name })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 409, 409, 409]);
    expect((await list()).providers.filter(({ is_default }) => is_default)).toHaveLength(1);
  });

  test("a managed identity has no secret, and is the home tenant's alone", async () => {
    const { client_id: _id, client_secret: _secret, ...rest } = PRODUCTION;
    const body = { ...rest, auth: "managed_identity" };
    expect((await create(body)).json).toMatchObject({
      auth: "managed_identity",
      client_id: null,
      client_secret_masked: null,
    });
    const foreign = await create(body, stranger);
    expect(foreign.status).toBe(422);
    expect(pointers(foreign)).toMatchObject([{ pointer: "/auth" }]);
  });

  test.each<[string, JsonObject, string[]]>([
    [
      "nothing",
      {},
      ["/name", "/provider_type", "/workspace_id", "/tenant_id", "/client_id", "/client_secret"],
    ],
    ["no secret", { ...PRODUCTION, client_secret: "" }, ["/client_secret"]],
    ["a pasted line break", { ...PRODUCTION, client_secret: "secret\n" }, ["/client_secret"]],
    ["an unknown field", { ...PRODUCTION, is_default: true }, ["/is_default"]],
    ["another SIEM", { ...PRODUCTION, provider_type: "splunk" }, ["/provider_type"]],
    ["a path as workspace", { ...PRODUCTION, workspace_id: "../x" }, ["/workspace_id"]],
    ["the word for the default", { ...PRODUCTION, name: "Sentinel" }, ["/name"]],
    ["a name of spaces", { ...PRODUCTION, name: "   " }, ["/name"]],
    ["a wrong cloud", { ...PRODUCTION, cloud: "mars" }, ["/cloud"]],
    ["no duration", { ...PRODUCTION, sync_interval: "5m" }, ["/sync_interval"]],
    ["too often", { ...PRODUCTION, sync_interval: "PT10S" }, ["/sync_interval"]],
    ["too far back", { ...PRODUCTION, sync_window: "P1Y" }, ["/sync_window"]],
    ["a secret for an identity", { ...PRODUCTION, auth: "managed_identity" }, ["/client_secret"]],
    ["a policy with a typo", { ...PRODUCTION, kql_policy: { deny: ["X"] } }, ["/kql_policy/deny"]],
    [
      "half an address",
      { ...PRODUCTION, resource_group: "soc" },
      ["/subscription_id", "/workspace_name"],
    ],
    [
      "write-back to nowhere",
      { ...PRODUCTION, writeback_enabled: true },
      ["/subscription_id", "/resource_group", "/workspace_name"],
    ],
  ])("422: %s", async (_, body, expected) => {
    const reply = await create(body);
    expect(reply.status).toBe(422);
    expect(pointers(reply)).toMatchObject(expected.map((pointer) => ({ pointer })));
    expect(JSON.stringify(reply.json)).not.toContain("your-client-secret");
    expect((await list()).total).toBe(0);
  });
});

describe("reading and changing", () => {
  test("304: a provider that has not changed", async () => {
    const id = idOf(await create());
    const etag = (await get(id)).headers.get("etag") ?? "";
    expect((await get(id, { headers: { "if-none-match": etag } })).status).toBe(304);
    await patch(id, { body: { name: "Renamed" } });
    expect((await get(id, { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  test("a patch sets what it names and leaves the rest, the secret included", async () => {
    const id = idOf(await create());
    const before = await providers.read(deps.documents, TENANT, id);
    deps.clock.advance(1000);
    const reply = await patch(id, { body: { name: "Renamed", sync_interval: "PT10M" } });
    expect(reply).toMatchObject({
      status: 200,
      json: { name: "Renamed", sync_interval: "PT10M", client_secret_masked: "****cret" },
    });
    const after = await providers.read(deps.documents, TENANT, id);
    expect(after?.record.client_secret).toEqual(before?.record.client_secret);
    expect(after?.record.updated_at).not.toBe(before?.record.updated_at);
  });

  test("a new secret replaces the old one and forgets the health of the old connection", async () => {
    const id = idOf(await create());
    await testSaved(id);
    const reply = await patch(id, { body: { client_secret: "another-long-secret!" } });
    expect(reply.json).toMatchObject({
      client_secret_masked: "****ret!",
      last_health_check: null,
      last_health_status: null,
    });
  });

  test("a switch to the managed identity drops the secret, a switch back needs one", async () => {
    const id = idOf(await create());
    expect((await patch(id, { body: { auth: "managed_identity" } })).json).toMatchObject({
      client_secret_masked: null,
    });
    const stored = await providers.read(deps.documents, TENANT, id);
    expect(stored?.record).not.toHaveProperty("client_secret");
    const back = await patch(id, { body: { auth: "client_secret" } });
    expect(back.status).toBe(422);
    expect(pointers(back)).toMatchObject([{ pointer: "/client_secret" }]);
  });

  test("412: the provider changed since it was read", async () => {
    const id = idOf(await create());
    const etag = (await get(id)).headers.get("etag") ?? "";
    const headers = { "if-match": etag };
    expect((await patch(id, { body: { name: "First" }, headers })).status).toBe(200);
    const late = await patch(id, { body: { name: "Second" }, headers });
    expect(late).toMatchObject({ status: 412, json: { code: "precondition-failed" } });
    expect((await get(id)).json).toMatchObject({ name: "First" });
  });

  test("409: another provider's name", async () => {
    await create();
    const id = idOf(await create({ ...PRODUCTION, name: "Lab" }));
    expect((await patch(id, { body: { name: "Production Sentinel" } })).status).toBe(409);
    expect((await patch(id, { body: { name: "LAB" } })).status).toBe(200);
  });
});

describe("testing", () => {
  test("200: what is filled in is tried, and nothing is stored", async () => {
    const reply = await call(siemProvidersTest, deps, { as: admin, body: CONNECTION });
    expect(reply).toMatchObject({
      status: 200,
      json: {
        status: "healthy",
        message: "Connected to Sentinel workspace successfully",
        latency_ms: expect.any(Number),
        checks: [{ name: "token", state: "ok" }],
      },
    });
    expect(deps.siem.calls).toMatchObject([
      { secret: "your-client-secret", provider: { workspace_id: CONNECTION.workspace_id } },
    ]);
    expect((await list()).total).toBe(0);
    expect(await audited()).toEqual([]);
  });

  test("200: a failure has the seed's message; what is wrong stands in the checks and the log", async () => {
    deps.siem.finds(FAILED);
    const reply = await call(siemProvidersTest, deps, { as: admin, body: CONNECTION });
    expect(reply).toMatchObject({
      status: 200,
      json: {
        status: "error",
        message: "Connection test failed. Check server logs for details.",
        checks: FAILED,
      },
    });
    expect(deps.log.lines).toMatchObject([
      { level: "warn", event: "provider.test-failed", fields: { failed: [FAILED[1]] } },
    ]);
  });

  test("a changed form is tried with the saved secret, which is not typed again", async () => {
    const id = idOf(await create());
    const { client_secret: _, ...form } = CONNECTION;
    const body = { ...form, workspace_id: "another", provider_id: id };
    expect((await call(siemProvidersTest, deps, { as: admin, body })).status).toBe(200);
    expect(deps.siem.calls).toMatchObject([
      { provider: { id, workspace_id: "another", client_secret: { v: 1 } }, secret: undefined },
    ]);
    expect((await get(id)).json).toMatchObject({ workspace_id: CONNECTION.workspace_id });
    const foreign = await call(siemProvidersTest, deps, { as: stranger, body });
    expect(foreign.status).toBe(404);
  });

  test("a saved provider's test sets its status and health", async () => {
    const id = idOf(await create());
    deps.clock.advance(1000);
    deps.siem.finds(FAILED);
    expect((await testSaved(id)).json).toMatchObject({ status: "error" });
    expect((await get(id)).json).toMatchObject({
      status: "error",
      last_health_status: "error",
      last_health_check: deps.clock.now().toISOString(),
      last_health_checks: FAILED,
    });
    deps.siem.finds([{ name: "token", state: "ok", detail: "Signed in." }]);
    expect((await testSaved(id)).json).toMatchObject({ status: "healthy" });
    expect((await get(id)).json).toMatchObject({ status: "active", last_health_status: "healthy" });
  });

  // A test that ends after the provider was deleted must not bring it back.
  test("404: a provider that is deleted while it is tried stays deleted", async () => {
    const id = idOf(await create());
    const check = deps.siem.check.bind(deps.siem);
    deps.siem.check = async (provider, secret) => {
      await remove(id);
      return check(provider, secret);
    };
    expect((await testSaved(id)).status).toBe(404);
    expect((await list()).total).toBe(0);
  });
});

describe("the default", () => {
  async function three(): Promise<string[]> {
    const ids: string[] = [];
    for (const name of ["A", "B", "C"]) ids.push(idOf(await create({ ...PRODUCTION, name })));
    return ids;
  }
  const defaults = async () =>
    (await list()).providers.filter(({ is_default }) => is_default).map(({ id }) => id);

  test("200: the seed's message, and the previous one is not the default any more", async () => {
    const [, second = ""] = await three();
    expect(await setDefault(second)).toMatchObject({
      status: 200,
      json: { message: "'B' set as default provider" },
    });
    expect(await defaults()).toEqual([second]);
    expect((await setDefault(second)).status).toBe(200);
    expect(await defaults()).toEqual([second]);
  });

  test("nobody is the default after it was deleted, until somebody is made it", async () => {
    const [first = "", second = "", third = ""] = await three();
    expect((await remove(first)).status).toBe(204);
    expect(await defaults()).toEqual([]);
    // Two who choose at once meet nothing that both of them would have to change.
    await Promise.all([setDefault(second), setDefault(third)]);
    expect(await defaults()).toHaveLength(1);
  });

  test("of many who choose at once exactly one provider stays the default", async () => {
    const ids = await three();
    const choices = Array.from({ length: 30 }, (_, i) => ids[i % 3] ?? "");
    const replies = await Promise.all(choices.map((id) => setDefault(id)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await defaults()).toHaveLength(1);
  });
});

test("204: a deleted provider is out of use, and its secret is gone", async () => {
  const id = idOf(await create());
  expect((await remove(id)).status).toBe(204);
  expect(await list()).toEqual({ providers: [], total: 0 });
  const stored = await providers.read(deps.documents, TENANT, id);
  expect(stored?.record).toMatchObject({ status: "inactive", is_default: false });
  expect(stored?.record).not.toHaveProperty("client_secret");
  expect(await providers.toSync(deps.documents, TENANT)).toEqual([]);
  for (const again of [get(id), patch(id, { body: {} }), testSaved(id), setDefault(id), remove(id)])
    expect((await again).status).toBe(404);
});

const EVERY = [
  [siemProvidersTest, CONNECTION],
  [siemProvidersCreate, PRODUCTION],
  [siemProvidersList, undefined],
  [siemProvidersGet, undefined],
  [siemProvidersUpdate, {}],
  [siemProvidersTestSaved, undefined],
  [siemProvidersDefault, undefined],
  [siemProvidersDelete, undefined],
] as const;

describe.each(EVERY.map((one) => [one[0].name, ...one] as const))("%s", (_, endpoint, body) => {
  const request = (as?: Principal): TestRequest => ({
    ...(as !== undefined && { as }),
    ...(body !== undefined && { body }),
    params: { id: "sip_unknown" },
  });

  test("401 and 403: administrators only", async () => {
    expect((await call(endpoint, deps, request())).status).toBe(401);
    for (const as of [aPrincipal("viewer"), aPrincipal("analyst")])
      expect(await call(endpoint, deps, request(as))).toMatchObject({
        status: 403,
        json: { detail: expect.stringContaining("role admin") },
      });
  });

  test("404: another tenant's provider looks absent", async () => {
    const id = idOf(await create());
    if (!endpoint.route.includes("{id}")) {
      expect((await list(stranger)).total).toBe(0);
      return;
    }
    const reply = await call(endpoint, deps, { ...request(stranger), params: { id } });
    expect(reply.status).toBe(404);
    expect((await get(id)).json).toMatchObject({ status: "active", is_default: true });
  });
});

// An administrator's act that leaves no trace cannot be accounted for.
test("every change is audited by the names of its fields", async () => {
  expect(containersWithOutbox()).toContain("tenants");
  const id = idOf(await create());
  await patch(id, { body: { client_secret: "another-long-secret!", tenant_id: "other" } });
  await testSaved(id);
  await setDefault(id);
  const second = idOf(await create({ ...PRODUCTION, name: "Lab" }));
  await setDefault(second);
  await remove(second);
  const subject = { tenant_id: TENANT, actor_id: admin.id, subject_id: id };
  expect(await audited()).toMatchObject([
    { ...subject, action: "provider.create" },
    { ...subject, action: "provider.patch", fields: ["tenant_id", "client_secret"] },
    { ...subject, action: "provider.test" },
    { action: "provider.create", subject_id: second },
    { action: "provider.default", subject_id: second, fields: ["is_default"] },
    { action: "provider.delete", subject_id: second, fields: ["status", "is_default"] },
  ]);
});
