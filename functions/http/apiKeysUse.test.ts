/** What an API key opens and what it does not, through the same sign-in as every request. */
import { beforeEach, describe, expect, test } from "vitest";

import { plainKeys } from "../../local/workspace/testTenant.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { addUses } from "../../shared/domain/apiKeys.ts";
import { AppError } from "../../shared/domain/errors.ts";
import { idsOf } from "../../shared/domain/idempotency.ts";
import type { WrappedKey } from "../../shared/ports/keyWrapper.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { createSchedule } from "../../shared/services/createSchedule.ts";
import { createKey, readKey, sendWith, sendWithKey } from "../../shared/testing/apiKeys.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, aProvider, NOW, TENANT } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { aScheduleBody } from "../../shared/testing/schedules.ts";
import { edge } from "../edge.ts";
import { createSignIn } from "../kit/signIn.ts";
import { apiKeysRevoke } from "./apiKeys.ts";
import { incidentsList, incidentsSync } from "./incidents.ts";

const admin = aPrincipal("admin");
const DAY_MS = 86_400_000;
let deps: TestDeps;

beforeEach(() => {
  deps = testDeps({ keys: plainKeys });
});

describe("a request with a key", () => {
  test("200: it is the key's tenant, with its scopes and its app scope and nothing else", async () => {
    const { api_key, id } = await createKey(deps, { scopes: ["incidents:read", "incidents:read"] });
    for (const headers of [{ "x-api-key": api_key }, { authorization: `Bearer ${api_key}` }]) {
      expect(await sendWith(deps, headers)).toMatchObject({
        status: 200,
        json: {
          kind: "api_key",
          tenant_id: TENANT,
          id,
          app_id: id,
          name: "XSOAR",
          roles: [],
          permissions: ["incidents:read"],
        },
      });
    }
    const list = await sendWith(deps, { "x-api-key": api_key }, incidentsList);
    expect(list.status).toBe(200);
    const sync = await sendWith(deps, { "x-api-key": api_key }, incidentsSync);
    expect(sync).toMatchObject({ status: 403, detail: expect.stringContaining("incidents:sync") });
  });

  // A record that says more than a key may have (an older one, or one that was tampered with) must not give it.
  test("403: a scope of administration in the store opens nothing", async () => {
    const { api_key, key_id } = await createKey(deps);
    const scopes = ["incidents:sync", "api_keys:manage"];
    await deps.documents.batch(
      "apiKeys",
      [key_id],
      [{ kind: "patch", id: "key", set: { scopes } }],
    );
    expect(await sendWith(deps, { "x-api-key": api_key }, incidentsSync)).toMatchObject({
      status: 403,
    });
  });

  // One lenient comparison would let a guesser get closer step by step.
  test("401: every key with one character changed, in whichever place", async () => {
    const { api_key } = await createKey(deps);
    for (let at = 0; at < api_key.length; at += 1) {
      const other = api_key[at] === "A" ? "B" : "A";
      const changed = api_key.slice(0, at) + other + api_key.slice(at + 1);
      expect(await sendWithKey(deps, changed)).toMatchObject({
        status: 401,
        detail: "The API key is not valid.",
      });
    }
  });

  test.each(["", "sk_live_", "sk_live__", `sk_live_${"0".repeat(26)}_${"A".repeat(43)}`, "x y"])(
    "401: %j is no key",
    async (text) => {
      expect(await sendWithKey(deps, text)).toMatchObject({ status: 401 });
    },
  );

  test("401: a key beside a token is refused, whichever of them is good", async () => {
    const { api_key } = await createKey(deps);
    const reply = await sendWith(deps, { "x-api-key": api_key, authorization: "Bearer a.b.c" });
    expect(reply).toMatchObject({ status: 401, detail: expect.stringContaining("not both") });
  });

  test("401: expired, and says when", async () => {
    const { api_key } = await createKey(deps, { expires_in_days: 1 });
    deps.clock.advance(DAY_MS - 1);
    expect(await sendWithKey(deps, api_key)).toMatchObject({ status: 200 });
    deps.clock.advance(1);
    const reply = await sendWithKey(deps, api_key);
    expect(reply).toMatchObject({
      status: 401,
      detail: "This API key expired at 2026-01-16T12:00:00.000Z.",
    });
  });

  // A revoked key that opens for minutes more is the one that the thief uses.
  test("401: revoked, from the next request on, in every instance", async () => {
    const { api_key, id } = await createKey(deps);
    const signIns = [createSignIn(deps, edge), createSignIn(deps, edge)];
    const headers = { get: (name: string) => (name === "x-api-key" ? api_key : null) };
    for (const signIn of signIns) expect((await signIn(headers)).id).toBe(id);
    const revoke = { as: admin, params: { id } };
    expect(await call(apiKeysRevoke, deps, revoke)).toMatchObject({ status: 204 });
    for (const signIn of signIns) {
      await expect(signIn(headers)).rejects.toMatchObject({
        code: "unauthenticated",
        detail: expect.stringContaining("was revoked"),
      });
    }
    expect(await call(apiKeysRevoke, deps, revoke)).toMatchObject({ status: 204 });
    expect(await readKey(deps, id)).toMatchObject({ status: "revoked", revoked_by: admin.email });
  });

  test("403: from outside the networks, naming the address; an unknown address is outside", async () => {
    const allowed_cidrs = ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"];
    const { api_key } = await createKey(deps, { allowed_cidrs });
    for (const from of ["203.0.113.9", "::ffff:203.0.113.9", "198.51.100.7"]) {
      expect(
        await sendWithKey(deps, api_key, from.includes(":") ? `[${from}]` : from),
      ).toMatchObject({
        status: 200,
      });
    }
    for (const from of ["203.0.114.1", "198.51.100.8", "[2001:db9::1]", "nonsense"]) {
      const reply = await sendWithKey(deps, api_key, from);
      expect(reply).toMatchObject({
        status: 403,
        detail: expect.stringContaining(from.replaceAll(/[[\]]/g, "")),
      });
    }
    expect(await sendWithKey(deps, api_key)).toMatchObject({ status: 403 });
    const own = { "x-api-key": api_key, "x-forwarded-for": "203.0.113.9, 192.0.2.1:4" };
    expect(await sendWith(deps, own)).toMatchObject({ status: 403 });
  });

  test("401: the keys of a tenant that may no longer sign in", async () => {
    const { api_key } = await createKey(deps);
    const auth = { ...deps.settings.auth, tenantIds: ["fabrikam"] };
    deps.settings = { ...deps.settings, auth };
    expect(await sendWithKey(deps, api_key)).toMatchObject({ status: 401 });
  });
});

const day = (n: number) => `2026-01-${String(n).padStart(2, "0")}`;

describe("the use of a key", () => {
  test("the first use shows at once, with its address", async () => {
    const { api_key, id } = await createKey(deps);
    await sendWithKey(deps, api_key, "203.0.113.9");
    expect(await readKey(deps, id)).toMatchObject({
      last_used_at: "2026-01-15T12:00:00.000Z",
      last_used_from: "203.0.113.9",
      uses: [{ day: "2026-01-15", count: 1 }],
    });
  });

  test("what two instances counted adds up; the newest thirty days are kept", () => {
    const use = (n: number, count: number) => ({
      last_used_at: `${day(n)}T00:00:00.000Z`,
      last_used_from: null,
      days: { [day(n)]: count },
    });
    let all = addUses(use(2, 5), use(1, 3));
    expect(all).toEqual({ ...use(2, 5), days: { [day(1)]: 3, [day(2)]: 5 } });
    for (let n = 2; n <= 31; n += 1) all = addUses(all, use(n, 1));
    expect(Object.keys(all.days)).toHaveLength(30);
    expect(all.days).toMatchObject({ [day(2)]: 6, [day(31)]: 1 });
    expect(all.days).not.toHaveProperty(day(1));
  });
});

// Key Vault away for a moment must not close the door until the process ends.
test("an instance whose key vault was away opens as soon as it answers again", async () => {
  const database = openDatabase(":memory:");
  const open = () => createSqliteDocumentStore(database, deps.clock);
  deps = testDeps({ keys: plainKeys, documents: open() });
  const { api_key } = await createKey(deps);
  let isAway = true;
  const unwrap = async (key: WrappedKey) => {
    if (isAway) throw new AppError("store-unavailable", "The key vault is away.");
    return await plainKeys.unwrap(key);
  };
  // Another process on the same store, which has not opened the pepper yet.
  const other = testDeps({ documents: open(), keys: { ...plainKeys, unwrap } });
  const signIn = () => edge.principalOf(other, api_key, undefined);
  await expect(signIn()).rejects.toMatchObject({ code: "store-unavailable" });
  isAway = false;
  expect(await signIn()).toMatchObject({ kind: "api_key" });
});

// Whoever looks for what an integration left behind finds it by its id; a person's work carries none.
test("a schedule that a key creates carries the key, also when its request runs again after a crash", async () => {
  await providers.create(deps.documents, aProvider());
  const { api_key, id } = await createKey(deps, { scopes: ["schedules:write"] });
  const by = await edge.principalOf(deps, api_key, undefined);
  if (by === undefined) throw new Error("The key opens nothing.");
  const run = () => {
    const ids = idsOf({ id: "one request", created_at: NOW });
    return createSchedule({ ...deps, ids }, by, aScheduleBody());
  };
  const first = await run();
  const again = await run();
  expect([first.record.app_id, again.record.id]).toEqual([id, first.record.id]);
});
