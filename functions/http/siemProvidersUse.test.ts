/** What happens to saved SIEM providers: tests, the default, deletion, and who may. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { createLocalKeyWrapper } from "../../shared/adapters/localKeys/keyWrapper.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { containersWithOutbox } from "../../shared/repositories/outbox.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import type { ConnectionCheck } from "../../shared/schemas/providers.ts";
import { ProviderList, ProviderView } from "../../shared/schemas/siemProviders.ts";
import { drain, testDeps } from "../../shared/testing/deps.ts";
import { anIncident, aPrincipal, TENANT } from "../../shared/testing/fixtures.ts";
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
async function audited(): Promise<unknown[]> {
  return (await drain(deps.queue, "audit")).map(({ body }) => body);
}

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
      updated_at: deps.clock.now().toISOString(),
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

async function three(): Promise<string[]> {
  const ids: string[] = [];
  for (const name of ["A", "B", "C"]) ids.push(idOf(await create({ ...PRODUCTION, name })));
  return ids;
}
const defaults = async () =>
  (await list()).providers.filter(({ is_default }) => is_default).map(({ id }) => id);

describe("the default", () => {
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
  for (const again of [
    get(id),
    patch(id, { body: { name: "Again" } }),
    testSaved(id),
    setDefault(id),
    remove(id),
  ])
    expect((await again).status).toBe(404);
});

const EVERY = [
  [siemProvidersTest, CONNECTION],
  [siemProvidersCreate, PRODUCTION],
  [siemProvidersList, undefined],
  [siemProvidersGet, undefined],
  [siemProvidersUpdate, { name: "Changed" }],
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
});

test("another tenant sees none of the providers", async () => {
  await create();
  expect(await list(stranger)).toEqual({ providers: [], total: 0 });
});

test.each(EVERY.filter(([{ route }]) => route.includes("{id}")))(
  "404: another tenant's provider looks absent (%#)",
  async (endpoint, body) => {
    const id = idOf(await create());
    const reply = await call(endpoint, deps, {
      as: stranger,
      params: { id },
      ...(body !== undefined && { body }),
    });
    expect(reply.status).toBe(404);
    expect((await get(id)).json).toMatchObject({ status: "active", is_default: true });
  },
);

// An administrator's act that leaves no trace cannot be accounted for.
// They could never be synchronised again, and every later change in Sentinel would go unseen.
test("422: a provider whose incidents are here stays with their workspace; a mistyped one can be mended", async () => {
  const id = idOf(await create());
  const typo = await patch(id, { body: { workspace_id: "ws-right" } });
  expect(typo).toMatchObject({ status: 200, json: { workspace_id: "ws-right" } });
  const known = anIncident({ provider_id: id, incident_key: "ws-right:12345" });
  await incidents.create(deps, known, []);
  const reply = await patch(id, { body: { name: "Moved", workspace_id: "ws-other" } });
  const detail = expect.stringMatching(
    /^1 incident came from the workspace ws-right .* Add a provider/,
  );
  const errors = [{ pointer: "/workspace_id", detail }];
  expect(reply).toMatchObject({ status: 422, json: { errors } });
  const rest = { workspace_id: "ws-right", client_secret: "another-long-secret!" };
  expect(await patch(id, { body: rest })).toMatchObject({
    status: 200,
    json: { name: "Production Sentinel" },
  });
});

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
