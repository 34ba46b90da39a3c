/** API keys as administrators make, rotate, revoke and list them. */
import { createHash } from "node:crypto";

import { beforeEach, describe, expect, test } from "vitest";

import { plainKeys } from "../../local/workspace/testTenant.ts";
import { isForKeys } from "../../shared/domain/permissions.ts";
import { idsOf } from "../../shared/domain/idempotency.ts";
import { CreateApiKeyBody, IssuedApiKey } from "../../shared/schemas/apiKeys.ts";
import { AuditEntry } from "../../shared/schemas/audit.ts";
import { Permission } from "../../shared/schemas/principal.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { createApiKey } from "../../shared/services/createApiKey.ts";
import { createKey, readKey, sendWithKey } from "../../shared/testing/apiKeys.ts";
import { drain, type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, NOW } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { apiKeysCreate, apiKeysGet, apiKeysList, apiKeysRevoke, apiKeysRotate } from "./apiKeys.ts";

const admin = aPrincipal("admin");
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
const DAY_MS = 86_400_000;
let deps: TestDeps;

beforeEach(() => {
  deps = testDeps({ keys: plainKeys });
});

const send = (scopes: string[]) =>
  call(apiKeysCreate, deps, { as: admin, body: { name: "Key", scopes } });

describe("POST admin/api-keys", () => {
  test("201: the key is shown once, and kept only as a hash", async () => {
    const { api_key, id, key_id, location, header_name } = await createKey(deps);
    expect(api_key).toMatch(new RegExp(`^sk_live_${key_id}_[\\w-]{43}$`));
    expect([id, location, header_name]).toEqual([
      `key_${key_id}`,
      `/api/admin/api-keys/key_${key_id}`,
      "X-API-Key",
    ]);
    const stored = JSON.stringify(await deps.documents.query("apiKeys", { limit: 100 }));
    expect(stored).not.toContain(api_key.slice(-43));
    // Without the pepper a copy of the store could be searched for keys, or given a key of one's own.
    expect(stored).not.toContain(createHash("sha256").update(api_key).digest("hex"));
    expect(JSON.stringify(await readKey(deps, id))).not.toContain("hash");
  });

  // The process died after it had written the key: nobody has its secret, and its name would stand there for nothing.
  test("run again after a crash it gives one key that opens; once that was used or rotated, 409", async () => {
    const body = CreateApiKeyBody.parse({ name: "XSOAR", scopes: ["incidents:read"] });
    const run = () =>
      createApiKey({ ...deps, ids: idsOf({ id: "one", created_at: NOW }) }, admin, body);
    const lost = await run();
    const issued = await run();
    expect(issued.id).toBe(lost.id);
    expect(await sendWithKey(deps, lost.api_key)).toMatchObject({ status: 401 });
    expect(await run()).not.toMatchObject({ api_key: issued.api_key });
    const { api_key, id } = await run();
    expect(await sendWithKey(deps, api_key)).toMatchObject({ status: 200 });
    await expect(run()).rejects.toMatchObject({ code: "conflict" });
    expect(await sendWithKey(deps, api_key)).toMatchObject({ status: 200 });
    const { json } = await call(apiKeysList, deps, { as: admin });
    expect(json).toMatchObject({ items: [{ id, status: "active" }] });
  });

  test("defaults: a year, 100 requests a minute, from anywhere", async () => {
    expect(await createKey(deps)).toMatchObject({
      status: "active",
      expires_at: "2027-01-15T12:00:00.000Z",
      rate_limit_per_minute: 100,
      allowed_cidrs: [],
      last_used_at: null,
      uses: [],
    });
  });

  // Each of these would give an integration the rights of an administrator.
  test.each(Permission.options.filter((one) => /manage|audit|health|sync|users/.test(one)))(
    "422: the scope %s is for no key",
    async (scope) => {
      const body = { name: "Too much", scopes: ["incidents:read", scope] };
      const reply = await call(apiKeysCreate, deps, { as: admin, body });
      expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer: "/scopes/1" }] } });
      expect(reply.text).toContain(`A key cannot have ${scope}`);
    },
  );

  // Whoever follows the advice must not be refused the next time.
  test("422: what is offered instead of an unknown scope is what a key may have", async () => {
    const refused = Problem.parse((await send(["everything"])).json);
    const detail = refused.errors?.[0]?.detail ?? "";
    const offered = /^Choose one of (.+)\.$/.exec(detail)?.[1]?.split(", ") ?? [];
    expect(offered).toHaveLength(Permission.options.filter(isForKeys).length);
    expect((await send(offered)).status).toBe(201);
  });

  test.each([
    ["/scopes/0", { scopes: ["everything"] }],
    ["/scopes", { scopes: [] }],
    ["/name", { name: " " }],
    ["/expires_in_days", { expires_in_days: 0 }],
    ["/rate_limit_per_minute", { rate_limit_per_minute: 0.5 }],
    ["/allowed_cidrs/0", { allowed_cidrs: ["300.1.1.1"] }],
    ["/allowed_cidrs/0", { allowed_cidrs: ["10.0.0.0/33"] }],
    ["/allowed_cidrs/0", { allowed_cidrs: ["0x7f.0.0.1/8"] }],
    ["/allowed_cidrs/1", { allowed_cidrs: ["2001:db8::/32", "localhost"] }],
  ])("422 at %s for %j", async (pointer, fields) => {
    const body = { name: "Key", scopes: ["incidents:read"], ...fields };
    const reply = await call(apiKeysCreate, deps, { as: admin, body });
    expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });

  test("403 for an analyst", async () => {
    const body = { name: "Key", scopes: ["incidents:read"] };
    const reply = await call(apiKeysCreate, deps, { as: aPrincipal("analyst"), body });
    expect(reply.status).toBe(403);
  });
});

async function rotate(id: string, query = {}) {
  const reply = await call(apiKeysRotate, deps, { as: admin, params: { id }, query });
  return { status: reply.status, key: IssuedApiKey.safeParse(reply.json).data?.api_key ?? "" };
}

describe("rotation", () => {
  // An integration changes its secret later than the administrator does.
  test("the secret before opens until the overlap ends, and no longer", async () => {
    const { api_key, id } = await createKey(deps);
    const { key } = await rotate(id, { overlap_hours: 2 });
    expect(key).not.toBe(api_key);
    expect([
      (await sendWithKey(deps, api_key)).status,
      (await sendWithKey(deps, key)).status,
    ]).toEqual([200, 200]);
    expect(await readKey(deps, id)).toMatchObject({
      previous_valid_until: "2026-01-15T14:00:00.000Z",
    });
    deps.clock.advance(2 * 3_600_000);
    expect([
      (await sendWithKey(deps, api_key)).status,
      (await sendWithKey(deps, key)).status,
    ]).toEqual([401, 200]);
    expect(await readKey(deps, id)).toMatchObject({ previous_valid_until: null });
  });

  test("without an overlap the secret before is closed at once; of three only two ever open", async () => {
    const { api_key, id } = await createKey(deps);
    const second = await rotate(id);
    const third = await rotate(id);
    expect((await sendWithKey(deps, api_key)).status).toBe(401);
    expect((await sendWithKey(deps, second.key)).status).toBe(200);
    const fourth = await rotate(id, { overlap_hours: 0 });
    expect((await sendWithKey(deps, third.key)).status).toBe(401);
    expect((await sendWithKey(deps, fourth.key)).status).toBe(200);
  });

  test("revoking closes both; a revoked or expired key is not rotated", async () => {
    const { api_key, id } = await createKey(deps);
    const { key } = await rotate(id);
    await call(apiKeysRevoke, deps, { as: admin, params: { id } });
    expect([
      (await sendWithKey(deps, api_key)).status,
      (await sendWithKey(deps, key)).status,
    ]).toEqual([401, 401]);
    expect(await rotate(id)).toMatchObject({ status: 409 });
    const other = await createKey(deps, { expires_in_days: 1 });
    deps.clock.advance(DAY_MS);
    expect(await rotate(other.id)).toMatchObject({ status: 409 });
  });
});

// Keys of a day or two would else fill the list for good.
test("a key leaves the list 90 days after it was revoked or has expired, not before", async () => {
  const [short, long, revoked] = [
    await createKey(deps, { expires_in_days: 1 }),
    await createKey(deps),
    await createKey(deps),
  ];
  await call(apiKeysRotate, deps, { as: admin, params: { id: long.id } });
  await call(apiKeysRevoke, deps, { as: admin, params: { id: revoked.id } });
  const known = () =>
    Promise.all(
      [short, long, revoked].map(
        async ({ id }) => (await call(apiKeysGet, deps, { as: admin, params: { id } })).status,
      ),
    );
  deps.clock.advance(90 * DAY_MS - 1000);
  expect(await known()).toEqual([200, 200, 200]);
  deps.clock.advance(2000);
  expect(await known()).toEqual([200, 200, 404]);
  deps.clock.advance(DAY_MS);
  expect(await known()).toEqual([404, 200, 404]);
});

test("404: another tenant's key cannot be read, rotated or revoked, and is not listed", async () => {
  const { id, api_key } = await createKey(deps);
  for (const endpoint of [apiKeysGet, apiKeysRotate, apiKeysRevoke]) {
    const reply = await call(endpoint, deps, { as: stranger, params: { id } });
    expect(reply.status).toBe(404);
  }
  expect(await call(apiKeysList, deps, { as: stranger })).toMatchObject({ json: { items: [] } });
  expect((await sendWithKey(deps, api_key)).status).toBe(200);
});

test("the list pages through keys, newest first", async () => {
  for (const name of ["one", "two", "three"]) {
    await createKey(deps, { name });
    deps.clock.advance(1000);
  }
  const first = await call(apiKeysList, deps, { as: admin, query: { limit: 2 } });
  expect(first.json).toMatchObject({ items: [{ name: "three" }, { name: "two" }], limit: 2 });
  const cursor = String(Object(first.json).next_cursor);
  const second = await call(apiKeysList, deps, { as: admin, query: { limit: 2, cursor } });
  expect(second.json).toMatchObject({ items: [{ name: "one" }], next_cursor: null });
});

// Whoever looks for what a key did begins here.
test("each act is one line of the audit trail, which holds no secret", async () => {
  const { id, api_key } = await createKey(deps);
  const rotated = await call(apiKeysRotate, deps, { as: admin, params: { id } });
  await call(apiKeysRevoke, deps, { as: admin, params: { id } });
  await call(apiKeysRevoke, deps, { as: admin, params: { id } });
  const told = await drain(deps.queue, "audit");
  const entries = told.map(({ body }) => AuditEntry.parse(body));
  expect(entries.map(({ action, subject_id }) => [action, subject_id])).toEqual([
    ["api_key.create", id],
    ["api_key.rotate", id],
    ["api_key.revoke", id],
  ]);
  for (const text of [api_key, IssuedApiKey.parse(rotated.json).api_key])
    expect(JSON.stringify(told)).not.toContain(text.slice(-43));
});
