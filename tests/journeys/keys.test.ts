/** What API keys open, generated over every registered endpoint: their own tenant's records by scope, nothing else. */
import { beforeAll, expect, test } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { CONTOSO, type DemoTenant, FABRIKAM } from "../../local/demoTenants.ts";
import { isForKeys } from "../../shared/domain/permissions.ts";
import { IssuedApiKey } from "../../shared/schemas/apiKeys.ts";
import { Permission } from "../../shared/schemas/principal.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { ManualClock } from "../../shared/testing/deps.ts";
import type { Records } from "./records.ts";
import { sampleOf } from "./samples.ts";
import { openTokenOffice } from "./tokens.ts";
import { type ApiReply, openWorld, type World } from "./world.ts";

const SCOPES = Permission.options.filter(isForKeys);
const clock = new ManualClock();
let world: World;
let contoso: string;
let fabrikam: string;

beforeAll(async () => {
  world = await openWorld(await openTokenOffice(clock), clock);
  contoso = await issue(CONTOSO, SCOPES);
  fabrikam = await issue(FABRIKAM, SCOPES);
});

/** A key of the tenant that was used once before: what a test compares is the effect of the next request. */
async function issue(tenant: DemoTenant, scopes: readonly Permission[]): Promise<string> {
  const reply = await world.request({
    method: "POST",
    path: "/api/admin/api-keys",
    token: await world.token(tenant, "admin"),
    body: { name: "sweep", scopes: [...scopes], rate_limit_per_minute: 10_000 },
  });
  const { api_key } = IssuedApiKey.parse(reply.json);
  await world.request({ method: "GET", path: "/api/v1/me", headers: { "x-api-key": api_key } });
  return api_key;
}

const guarded = triggers.endpoints.filter(({ permission }) => permission !== "public");
type Each = (typeof guarded)[number];

function send({ name, method }: Each, of: Records, key: string): Promise<ApiReply> {
  const sample = sampleOf(name);
  const headers = { "x-api-key": key };
  return world.request({ method, path: sample.path(of), body: sample.body?.(of), headers });
}

const needs = ({ permission }: Each, is: (permission: Permission) => boolean): boolean =>
  permission !== "public" && permission !== "signed-in" && is(permission);

// A key that administers could make itself another key: revoking it would end nothing.
test("403 naming the permission on everything that is administration, and nothing changes", async () => {
  const admin = guarded.filter((each) => needs(each, (permission) => !isForKeys(permission)));
  expect(admin.length).toBeGreaterThan(20);
  const before = world.rows();
  for (const each of admin) {
    const reply = await send(each, world.contoso, contoso);
    expect([each.name, reply.status]).toEqual([each.name, 403]);
    expect(Problem.parse(reply.json).detail).toContain(each.permission);
  }
  expect(world.rows()).toEqual(before);
});

test("2xx on all that is read in its own tenant with the scope, 403 without", async () => {
  const reading = guarded.filter((each) => each.method === "GET" && needs(each, isForKeys));
  expect(reading.length).toBeGreaterThan(10);
  const other = await issue(CONTOSO, ["kql:analyze"]);
  for (const each of reading) {
    const own = await send(each, world.contoso, contoso);
    expect([each.name, own.status]).toEqual([each.name, each.success ?? 200]);
    for (const mark of world.fabrikam.marks) expect(own.text).not.toContain(mark);
    const scoped = await send(each, world.contoso, other);
    const status = each.permission === "kql:analyze" ? (each.success ?? 200) : 403;
    expect([each.name, scoped.status]).toEqual([each.name, status]);
  }
});

test("404 for another tenant's records, and nothing of it changes or shows", async () => {
  const records = guarded.filter(
    (each) => sampleOf(each.name).reach === "record" && needs(each, isForKeys),
  );
  expect(records.length).toBeGreaterThan(10);
  const before = world.rows(CONTOSO);
  for (const each of records) {
    const reply = await send(each, world.contoso, fabrikam);
    expect([each.name, reply.status]).toEqual([each.name, 404]);
    const text = reply.text.replace(/"instance":"[^"]*"/, "");
    for (const mark of world.contoso.marks) expect(text).not.toContain(mark);
  }
  expect(world.rows(CONTOSO)).toEqual(before);
});

test("401 on every endpoint for a key with one character changed, and for one that was revoked", async () => {
  const revoked = await issue(CONTOSO, SCOPES);
  const id = `key_${revoked.split("_")[2]}`;
  const token = await world.token(CONTOSO, "admin");
  const path = `/api/admin/api-keys/${id}`;
  expect((await world.request({ method: "DELETE", path, token })).status).toBe(204);
  const changed = contoso.slice(0, -1) + (contoso.endsWith("A") ? "B" : "A");
  const before = world.rows();
  for (const each of guarded) {
    // Refused keys of one address are limited by the minute, however many endpoints there are.
    clock.advance(2_000);
    for (const key of [revoked, changed]) {
      const reply = await send(each, world.contoso, key);
      expect([each.name, reply.status]).toEqual([each.name, 401]);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
    }
  }
  expect(world.rows()).toEqual(before);
});
