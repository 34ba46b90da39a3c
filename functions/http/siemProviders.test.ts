/** Creating, reading and changing SIEM providers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { createLocalKeyWrapper } from "../../shared/adapters/localKeys/keyWrapper.ts";
import { open } from "../../shared/domain/sealing.ts";
import * as providers from "../../shared/repositories/providers.ts";
import * as syncState from "../../shared/repositories/syncState.ts";
import { JsonObject } from "../../shared/schemas/json.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import { ProviderList, ProviderView } from "../../shared/schemas/siemProviders.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, NOW, TENANT } from "../../shared/testing/fixtures.ts";
import { call, type TestReply, type TestRequest } from "../../shared/testing/http.ts";
import {
  siemProvidersCreate,
  siemProvidersDelete,
  siemProvidersGet,
  siemProvidersList,
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
const remove = onOne(siemProvidersDelete);
const idOf = ({ json }: TestReply): string => ProviderView.parse(json).id;
async function list(as = admin) {
  return ProviderList.parse((await call(siemProvidersList, deps, { as })).json);
}
const pointers = ({ json }: TestReply) => JsonObject.parse(json)["errors"];

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
    const made = replies.filter(({ status }) => status === 201);
    expect(made).toHaveLength(3);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(3);
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
    ["half an address", { ...PRODUCTION, resource_group: "soc" }, ["/resource_group"]],
    ["write-back to nowhere", { ...PRODUCTION, writeback_enabled: true }, ["/writeback_enabled"]],
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

  // A workspace that fails now and then would throw away every edit that takes longer than five minutes.
  test("an edit goes through although the provider's health changed meanwhile, and a cache sees the health", async () => {
    const id = idOf(await create());
    const before = await get(id);
    const etag = before.headers.get("etag") ?? "";
    deps.clock.advance(60_000);
    const stored = await providers.read(deps.documents, TENANT, id);
    const record = stored?.record;
    if (record === undefined) throw new Error("the provider is gone");
    await providers.setStatus(deps.documents, record, "error");
    const flipped = await providers.read(deps.documents, TENANT, id);
    if (flipped === undefined) throw new Error("the provider is gone");
    await providers.recordHealth(deps, flipped, "error", [], []);
    const seen = await get(id, { headers: { "if-none-match": etag } });
    expect(seen).toMatchObject({ status: 200, json: { status: "error" } });
    const headers = { "if-match": etag };
    expect((await patch(id, { body: { name: "First" }, headers })).status).toBe(200);
    expect((await patch(id, { body: { name: "Second" }, headers })).status).toBe(412);
  });

  test("409: another provider's name", async () => {
    await create();
    const id = idOf(await create({ ...PRODUCTION, name: "Lab" }));
    expect((await patch(id, { body: { name: "Production Sentinel" } })).status).toBe(409);
    expect((await patch(id, { body: { name: "LAB" } })).status).toBe(200);
  });
});

const syncOf = async () => (await list()).providers[0]?.last_sync;

// An administrator who sees only "error" must guess what to repair.
test("200: the list says what the last sync failed with, until one goes well", async () => {
  const id = idOf(await create());
  const set_aside = { count: 0, is_more: false };
  expect(await syncOf()).toEqual({ last_success_at: null, error: null, set_aside });
  const owner = { tenant_id: TENANT, id };
  const error = { code: "siem-unavailable", detail: "The role is missing (403).", at: NOW };
  await syncState.update(deps.documents, owner, 1, (state) => ({ ...state, error }));
  expect(await syncOf()).toEqual({ last_success_at: null, error, set_aside });
  await syncState.update(deps.documents, owner, 2, ({ error: _error, ...state }) => ({
    ...state,
    last_success_at: NOW,
  }));
  expect(await syncOf()).toEqual({ last_success_at: NOW, error: null, set_aside });
});
