/** Who gets in, generated over every registered endpoint: owners, other tenants, strangers, roles, and the host's routes. */
import { beforeAll, beforeEach, expect, test } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { pathOf } from "../../functions/kit/route.ts";
import { CONTOSO, FABRIKAM } from "../../local/demoTenants.ts";
import { permissionsOfRoles } from "../../shared/domain/permissions.ts";
import { type Permission, Role } from "../../shared/schemas/principal.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { ManualClock } from "../../shared/testing/deps.ts";
import type { Records } from "./records.ts";
import { type Sample, sampleOf, SAMPLES } from "./samples.ts";
import { openTokenOffice, type TokenOffice, userOf } from "./tokens.ts";
import { type ApiRequest, openWorld, reached, routeTable, type World } from "./world.ts";

const clock = new ManualClock();
let office: TokenOffice;
let world: World;
/** The version of the world in which nothing has happened yet. */
let untouched = -1;

beforeAll(async () => {
  office = await openTokenOffice(clock);
});
// A refusal and a reading request leave nothing behind: a world that was not written to serves the next test as well.
beforeEach(async () => {
  if (world !== undefined && world.version() === untouched) return;
  world = await openWorld(office, clock);
  for (const role of Role.options)
    for (const tenant of [CONTOSO, FABRIKAM]) await world.token(tenant, role);
  untouched = world.version();
});

const endpoints = triggers.endpoints.map((endpoint) => ({
  ...endpoint,
  title: `${endpoint.method} ${endpoint.route}`,
}));
type Each = (typeof endpoints)[number];
const reaching = (reach: Sample["reach"]): Each[] =>
  endpoints.filter(({ name }) => SAMPLES[name]?.reach === reach);
const guarded = endpoints.filter(({ permission }) => permission !== "public");

/** The request for one tenant's record, whoever sends it. */
function requestFor({ name, method }: Each, of: Records, token?: string): ApiRequest {
  const sample = sampleOf(name);
  return { method, path: sample.path(of), body: sample.body?.(of), token };
}

const both = () =>
  [
    [world.contoso, world.fabrikam],
    [world.fabrikam, world.contoso],
  ] as const;

// Without this an endpoint could be added that none of the sweeps below ever calls.
test("every registered endpoint has a sample, and every sample an endpoint", () => {
  expect(endpoints.map(({ name }) => name).toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
});

// The host has no precedence: a template that also fits would answer with another function's rights.
test.each(endpoints)("$title: its sample path reaches its own function", (endpoint) => {
  const { name, method, route } = endpoint;
  const table = routeTable();
  expect(table.refused).toEqual([]);
  expect(table.mapped).toContain(
    `Mapped function route '${pathOf(route)}' [${method}] to '${name}'`,
  );
  for (const [of] of both()) expect(reached(table, method, sampleOf(name).path(of))).toBe(name);
});

// A public door must not become a way to see anybody's records.
test.each(reaching("public"))("$title: 200 for everybody, nothing of any tenant", async (each) => {
  expect(each.permission).toBe("public");
  const reply = await world.request(requestFor(each, world.contoso));
  expect(reply.status).toBe(200);
  for (const mark of [...world.contoso.marks, ...world.fabrikam.marks])
    expect(reply.text).not.toContain(mark);
});

/** Both ask for what is `mine`, the stranger first; neither may touch or see what is the other's. */
async function ask(endpoint: Each, mine: Records, theirs: Records) {
  const { role } = sampleOf(endpoint.name);
  const stranger = await world.token(theirs.tenant, role);
  const rowsOfMine = world.rows(mine.tenant);
  const foreign = await world.request(requestFor(endpoint, mine, stranger));
  expect(world.rows(mine.tenant)).toEqual(rowsOfMine);
  for (const mark of mine.marks) expect(withoutEcho(foreign.text)).not.toContain(mark);

  const owner = await world.token(mine.tenant, role);
  const rowsOfTheirs = world.rows(theirs.tenant);
  const own = await world.request(requestFor(endpoint, mine, owner));
  expect(own).toMatchObject({ status: endpoint.success ?? 200 });
  expect(world.rows(theirs.tenant)).toEqual(rowsOfTheirs);
  for (const mark of theirs.marks) expect(own.text).not.toContain(mark);
  return { foreign, own, stranger };
}

// The owner's success belongs to it: a test of an id that nobody has would pass as well. The answer is the same as for
// an id that nobody has, because a different one would tell that the record exists.
test.each(reaching("record"))("$title: its owner gets 2xx, another tenant 404", async (each) => {
  for (const [mine, theirs] of both()) {
    const { foreign, stranger } = await ask(each, mine, theirs);
    const again = await world.request(requestFor(each, mine, stranger));
    const nobodys = {
      ...mine,
      providerId: "sip_nobodys",
      number: 999_999,
      sessionId: "ses_nobodys",
      endedSessionId: "ses_nobodys",
      notificationId: "evt_0",
      apiKeyId: "key_nobodys",
      webhookId: "whk_nobodys",
      deadLetterId: "graph~0",
    };
    const absent = await world.request(requestFor(each, nobodys, stranger));
    expect([foreign.status, again.status, absent.status]).toEqual([404, 404, 404]);
    expect(withoutEcho(foreign.text)).toBe(withoutEcho(absent.text));
    expect(withoutEcho(again.text)).toBe(withoutEcho(absent.text));
  }
});

// Evidence is reached through a session of its own: one's own session must not open another's evidence.
test("evidence of another tenant's session is 404 through the stranger's own session too", async () => {
  const { contoso, fabrikam } = world;
  const token = await world.token(FABRIKAM, "viewer");
  const path = `/api/v1/sessions/${fabrikam.sessionId}/evidence/${contoso.evidenceId}`;
  expect(await world.request({ method: "GET", path, token })).toMatchObject({ status: 404 });
});

test.each(reaching("own"))("$title: each tenant gets its own and nothing else", async (each) => {
  const answers: string[] = [];
  for (const [mine, theirs] of both()) {
    const { own, foreign } = await ask(each, mine, theirs);
    expect(foreign.status).toBe(own.status);
    answers.push(own.text);
  }
  const seen = [world.contoso, world.fabrikam].map(({ marks }, i) =>
    marks.some((mark) => answers[i]?.includes(mark) === true),
  );
  // Where records are shown at all, their absence for the other tenant says something.
  const shows = sampleOf(each.name).shows === true;
  expect(seen).toEqual([shows, shows]);
});

// Each of these would let a stranger in with a token that nobody issued for this API.
test.each(guarded)("$title: 401 for every flawed token, 2xx for the same without", async (each) => {
  const user = userOf(CONTOSO, sampleOf(each.name).role);
  const before = world.rows();
  const flawed: (string | undefined)[] = [
    undefined,
    "abc.def.ghi",
    await office.forge(user, { withForeignKey: true }),
    await office.forge(user, { audience: "api://another" }),
    await office.forge(user, { issuer: "https://evil.example/v2.0" }),
    await office.forge(user, { expiresInSeconds: -61 }),
    office.unsigned(user),
  ];
  const statuses: number[] = [];
  for (const token of flawed) {
    const reply = await world.request(requestFor(each, world.contoso, token));
    statuses.push(reply.status);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.headers.get("www-authenticate")).toBe("Bearer");
  }
  expect(statuses).toEqual(flawed.map(() => 401));
  expect(world.rows()).toEqual(before);
  const good = await world.request(requestFor(each, world.contoso, await office.forge(user)));
  expect(good).toMatchObject({ status: each.success ?? 200 });
});

test.each(guarded)("$title: 403 naming the role, for each role that lacks it", async (each) => {
  const { role } = sampleOf(each.name);
  const lacking = Role.options.filter((one) => !mayWith(one, each.permission));
  expect(lacking).not.toContain(role);
  const tokens = await Promise.all(lacking.map((one) => world.token(CONTOSO, one)));
  const before = world.rows();
  for (const token of tokens) {
    const reply = await world.request(requestFor(each, world.contoso, token));
    expect(reply.status).toBe(403);
    expect(Problem.parse(reply.json).detail).toMatch(new RegExp(`\\brole ${role}\\b`));
  }
  expect(world.rows()).toEqual(before);
});

/** A problem repeats the path that the caller sent: that tells nothing. */
const withoutEcho = (text: string): string => text.replace(/"instance":"[^"]*"/, "");

function mayWith(role: Role, permission: Permission | "signed-in" | "public"): boolean {
  if (permission === "signed-in" || permission === "public") return true;
  return permissionsOfRoles([role]).includes(permission);
}

// A writing endpoint that was given a reading permission by mistake would be open to viewers.
test("a viewer can write nowhere but to their own read marks", () => {
  const open = guarded
    .filter(({ method, permission }) => method !== "GET" && mayWith("viewer", permission))
    .map(({ name }) => name);
  const allowed = Object.keys(SAMPLES).filter((name) => SAMPLES[name]?.viewerMay !== undefined);
  expect(open.toSorted()).toEqual(allowed.toSorted());
});

// Who asks with another tenant's provider must not learn that it exists.
test("another tenant's provider is unknown in filters and bodies", async () => {
  const token = await world.token(FABRIKAM, "analyst");
  for (const provider of [world.contoso.providerId, "sip_nobodys"]) {
    const list = await world.request({
      method: "GET",
      path: `/api/v1/incidents?provider=${provider}`,
      token,
    });
    const get = await world.request({
      method: "GET",
      path: `/api/v1/incidents/${world.fabrikam.number}?provider=${provider}`,
      token,
    });
    const start = await world.request({
      method: "POST",
      path: "/api/v1/investigations/start",
      body: { query: "What happened?", provider },
      token,
    });
    expect([list.status, get.status, start.status]).toEqual([422, 404, 404]);
    for (const mark of world.contoso.marks)
      expect(list.text + get.text + start.text).not.toContain(mark);
  }
});
