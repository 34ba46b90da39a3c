/** Bad input, generated over every endpoint: a refusal that names the field, never a failure of ours, nothing stored. */
import * as fc from "fast-check";
import { beforeAll, beforeEach, expect, test } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { MAX_BODY_BYTES } from "../../functions/kit/readBody.ts";
import { CONTOSO } from "../../local/demoTenants.ts";
import type { Json, JsonObject } from "../../shared/schemas/json.ts";
import type { Role } from "../../shared/schemas/principal.ts";
import { ManualClock } from "../../shared/testing/deps.ts";
import {
  anyJson,
  deepArray,
  expectRefused,
  leadsSomewhere,
  namesOf,
  NASTY_TEXTS,
  NASTY_VALUES,
} from "./nastyValues.ts";
import { sampleOf } from "./samples.ts";
import { openTokenOffice, type TokenOffice } from "./tokens.ts";
import { type ApiReply, type ApiRequest, openWorld, type World } from "./world.ts";

const clock = new ManualClock();
let office: TokenOffice;
let world: World;

beforeAll(async () => {
  office = await openTokenOffice(clock);
});
/** The rows as they were last looked at, and the version that they are of. */
let seen = { version: -1, rows: "" };
/** The version of a world in which nothing has happened yet. */
let untouched = -1;
const tokens = new Map<Role, string>();

// A refusal leaves nothing behind, so that the next case finds the world as it was; anything else gets a new one.
beforeEach(async () => {
  if (tokens.size > 0 && world.version() === untouched) return;
  world = await openWorld(office, clock);
  tokens.clear();
  for (const role of ["admin", "analyst", "viewer"] as const)
    tokens.set(role, await world.token(CONTOSO, role));
  untouched = world.version();
  seen = { version: untouched, rows: JSON.stringify(world.rows()) };
});

/** All rows, read anew only where something was written since. */
function rows(): string {
  const version = world.version();
  if (version !== seen.version) seen = { version, rows: JSON.stringify(world.rows()) };
  return seen.rows;
}

const endpoints = triggers.endpoints.map((endpoint) => ({
  ...endpoint,
  title: `${endpoint.method} ${endpoint.route}`,
}));
type Each = (typeof endpoints)[number];
const writing = endpoints.filter(({ method }) => method !== "GET");
const withBody = endpoints.filter(({ body }) => body !== undefined);
const withQuery = endpoints.filter(({ query }) => query !== undefined);
const withParams = endpoints.filter(({ params }) => params !== undefined);

/** The owner's good request with something changed; what it answered and whether a row was written. */
async function send({ name, method }: Each, change: Partial<ApiRequest>) {
  const sample = sampleOf(name);
  const token = tokens.get(sample.role);
  const good = { method, path: sample.path(world.contoso), token };
  const before = rows();
  const reply = await world.request({ ...good, body: sample.body?.(world.contoso), ...change });
  return { reply, isStored: rows() !== before };
}

async function expectNothing(each: Each, change: Partial<ApiRequest>, status?: number) {
  const { reply, isStored } = await send(each, change);
  const problem = expectRefused(reply, status);
  expect(isStored).toBe(false);
  return problem;
}

/** Whatever it was: never a failure of ours, and a refusal leaves nothing behind. */
async function expectSound(each: Each, change: Partial<ApiRequest>): Promise<ApiReply> {
  const { reply, isStored } = await send(each, change);
  if (reply.status >= 500 || reply.status === 429)
    throw new Error(`${reply.status} for ${JSON.stringify(change)}`);
  if (reply.status < 400) return reply;
  expectRefused(reply);
  expect(isStored).toBe(false);
  return reply;
}

// A body that cannot be read says so by its own code: a client must not search its fields for the mistake.
test.each(writing)("$title: 400, 413 and 415 for bodies that cannot be read", async (each) => {
  const raw = JSON.stringify({ notes: "x".repeat(MAX_BODY_BYTES + 1) });
  const text = { "content-type": "text/plain" };
  const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  const deep = deepArray(100_000).slice(1);
  const malformed = ['{"notes":', '{"notes":NaN}', "\0", deep, invalidUtf8];
  for (const bytes of malformed) await expectNothing(each, { raw: bytes }, 400);
  await expectNothing(each, { raw }, 413);
  const refused = await expectNothing(each, { raw: "notes=1", headers: text }, 415);
  expect(refused.code).toBe("unsupported-media-type");
  await expectNothing(each, { raw: "{}", headers: { "content-type": "" } }, 415);
});

test.each(withBody)("$title: 422 for a body that is no object of its kind", async (each) => {
  // Where every field may be left out, an empty object is a good body, and none at all stands for it.
  const isEmptyGood = each.body?.safeParse({}).success === true;
  const absent = isEmptyGood ? [] : ["{}", undefined];
  for (const raw of ["null", "5", '"text"', "[]", deepArray(100_000), ...absent]) {
    const { errors } = await expectNothing(each, { raw, body: undefined }, 422);
    expect(errors?.[0]?.pointer).toMatch(raw === "{}" ? /^(\/\w+)?$/ : /^$/);
  }
});

// An unknown field is a mistake in writing that would otherwise be dropped without a word.
test.each(withBody)("$title: 422 naming each unknown field, inherited names too", async (each) => {
  const unknown = ["bogus", "__proto__", "constructor", "toString", "tenant_id/x~y", "\0"];
  const good = JSON.stringify(sampleOf(each.name).body?.(world.contoso) ?? {}).slice(1);
  for (const name of unknown) {
    const raw = `{${JSON.stringify(name)}:{"isAdmin":true}${good === "}" ? "" : ","}${good}`;
    const problem = await expectNothing(each, { raw }, 422);
    const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    expect(problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
  }
  expect(Object.prototype).not.toHaveProperty("isAdmin");
});

// Of each value, the fields whose schema takes it are sent alone: the rest of the program then has to bear it. The others
// are refused before that, and go in one body: it has to name them all.
test.each(withBody)("$title: every field takes only what is its own", async (each) => {
  const good = bodyOf(each);
  const fields = namesOf(each.body);
  const issuesOf = (field: string, value: Json) =>
    each.body?.safeParse(JSON.parse(JSON.stringify({ ...good, [field]: value }))).error?.issues ??
    [];
  for (const value of NASTY_VALUES) {
    const taken = fields.filter((field) => issuesOf(field, value).length === 0);
    for (const field of taken) {
      const reply = await expectSound(each, { body: { ...good, [field]: value } });
      const { errors = [] } = reply.status === 422 ? expectRefused(reply) : {};
      for (const { pointer } of errors) expect(pointer).toMatch(new RegExp(`^/${field}(/|$)`));
    }
    const refused = fields.filter((field) => !taken.includes(field));
    if (refused.length === 0) continue;
    const body = { ...good, ...Object.fromEntries(refused.map((field) => [field, value])) };
    const { errors = [] } = await expectNothing(each, { body }, 422);
    const named = errors.map(({ pointer }) => pointer.split("/")[1] ?? "");
    expect(refused).toEqual(expect.arrayContaining(named.filter((name) => name !== "")));
    // What two fields do to each other is only looked at when each of them is right.
    const wrong = refused.filter((field) =>
      issuesOf(field, value).some(({ code, path }) => code !== "custom" && path[0] === field),
    );
    expect(named).toEqual(expect.arrayContaining(wrong));
  }
});

test.each(withQuery)("$title: every parameter takes only what is its own", async (each) => {
  const path = sampleOf(each.name).path(world.contoso).split("?")[0] ?? "";
  const names = namesOf(each.query);
  for (const text of NASTY_TEXTS.map((one) => Buffer.from(one.slice(0, 9000)).toString())) {
    const value = encodeURIComponent(text);
    const takes = (name: string, given: string | string[]): boolean =>
      each.query?.safeParse({ [name]: given }).success ?? true;
    for (const name of names.filter((one) => takes(one, text)))
      await expectSound(each, { path: `${path}?${name}=${value}` });
    for (const name of names.filter((one) => takes(one, [text, text])))
      await expectSound(each, { path: `${path}?${name}=${value}&${name}=${value}` });
    const refused = names.filter((one) => !takes(one, text));
    if (refused.length === 0) continue;
    const all = refused.map((name) => `${name}=${value.slice(0, 9000 / refused.length)}`).join("&");
    await expectSound(each, { path: `${path}?${all}` });
  }
  const { errors } = await expectNothing(each, { path: `${path}?bogus=1` }, 422);
  expect(errors?.map(({ pointer }) => pointer)).toEqual(["/query/bogus"]);
  await expectNothing(each, { path: `${path}?__proto__=1` }, 422);
  await expectNothing(each, { path: `${path}?HEADERS=1` }, 400);
});

const BAD_QUERIES = [
  ["limit", ["-1", "0", "101", "1.5", "abc", "", "1e309", "0x10x"]],
  ["timespan", ["7", "P", "PT", "P-1D", "-P1D", "1D", "P1", "p1d"]],
  ["offset", ["-1", "1.5", "abc", "99999999999999999999"]],
  ["after", ["-1", "abc", "1.5"]],
  ["updated_since", ["yesterday", "2026-13-01T00:00:00Z", "0"]],
  ["cursor", ["x", "e30", "bnVsbA"]],
  ["severity", ["High", "urgent", "\0"]],
  ["unread", ["maybe", "1"]],
] as const;

test.each(BAD_QUERIES)(
  "422 with its pointer for a bad %s, on every endpoint that has it",
  async (name, values) => {
    const having = withQuery.filter(({ query }) => namesOf(query).includes(name));
    expect(having).not.toEqual([]);
    for (const each of having) {
      const path = sampleOf(each.name).path(world.contoso).split("?")[0] ?? "";
      for (const value of values) {
        const change = { path: `${path}?${name}=${encodeURIComponent(value)}` };
        const problem = await expectNothing(each, change, 422);
        const pointers = problem.errors?.map(({ pointer }) => pointer) ?? [];
        expect(pointers.join(" ")).toMatch(new RegExp(`^(/query/${name}(/0)?( |$))+$`));
      }
    }
  },
);

test("422 with its pointer for a bad timespan in a body", async () => {
  const [start] = endpoints.filter(({ name }) => name === "investigations-start");
  if (start === undefined) throw new Error("There is no such endpoint.");
  for (const timespan of ["7", "P", "PT", "P-1D", "P0D", "P91D", "P99999Y"]) {
    const problem = await expectNothing(start, { body: { query: "What?", timespan } }, 422);
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(["/timespan"]);
  }
});

// Nobody's record has such an id: the answer is absence, not a failure and not a hint.
test.each(withParams)("$title: 404 for ids that no record can have", async (each) => {
  const sample = sampleOf(each.name);
  const ids = [
    "-1",
    "1.5",
    "1e3",
    "%00",
    "%ED%A0%80",
    "%zz",
    "..%2f..",
    "__proto__",
    "x".repeat(5000),
  ];
  for (const id of [...ids, "99999999999999999999", "%F0%9F%98%80", "session", "ses_", "evt_%27"]) {
    const of = {
      ...world.contoso,
      providerId: id,
      number: 0,
      sessionId: id,
      endedSessionId: id,
      modelName: id,
      apiKeyId: id,
      scheduleId: id,
      notificationId: id,
      webhookId: id,
      deadLetterId: id,
      evidenceId: id,
    };
    const path = sample.path(of).replace("/incidents/0", `/incidents/${id}`);
    const { reply, isStored } = await send(each, { path });
    expect([id, reply.status, isStored]).toEqual([id, 404, false]);
  }
});

const bodyOf = ({ name }: Each): JsonObject => {
  const body = sampleOf(name).body?.(world.contoso);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Error(`The sample body of ${name} is no object.`);
  return body;
};

/** A body near a good one: some fields replaced, some left out, some nobody knows. */
const mutations = (each: Each): fc.Arbitrary<Record<string, Json | undefined>> =>
  fc.dictionary(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...namesOf(each.body)) },
      { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
    ),
    fc.option(anyJson, { nil: undefined, freq: 8 }),
    { maxKeys: 4, noNullPrototype: true },
  );

// The schema alone decides: what it takes must not fail behind it, what it refuses must name the place.
test.each(withBody)(
  "$title: any body is taken whole or refused with pointers",
  async (each) => {
    await fc.assert(
      fc.asyncProperty(mutations(each), async (mutation) => {
        const text = JSON.stringify({ ...bodyOf(each), ...mutation });
        const body = JSON.parse(text) as Json;
        const reply = await expectSound(each, { raw: text });
        const parsed = each.body?.safeParse(body);
        expect([422, (parsed?.success ?? true) ? reply.status : 422]).toContain(reply.status);
        const { errors = [] } = reply.status === 422 ? expectRefused(reply) : {};
        for (const { pointer } of errors)
          expect([pointer, leadsSomewhere(pointer, body)]).toEqual([pointer, true]);
      }),
      { numRuns: 40 },
    );
  },
  60_000,
);

test.each(withQuery)(
  "$title: any query is answered or refused with pointers",
  async (each) => {
    const path = sampleOf(each.name).path(world.contoso).split("?")[0] ?? "";
    const names = fc.oneof(fc.constantFrom(...namesOf(each.query)), fc.string({ maxLength: 8 }));
    const text = fc.oneof(
      fc.constantFrom(...NASTY_TEXTS.slice(0, 5)),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, text), { maxLength: 4 }), async (pairs) => {
        const query = new URLSearchParams(pairs).toString();
        const reply = await expectSound(each, { path: `${path}?${query}` });
        const { errors = [] } = reply.status === 422 ? expectRefused(reply) : {};
        for (const { pointer } of errors) expect(pointer).toMatch(/^\/query\//);
      }),
      { numRuns: 25 },
    );
  },
  60_000,
);

// What was taken must come back as it was sent: a text that is cut or changed in the store is a lost note.
test("notes of any text are refused or read back exactly", async () => {
  const [patch] = endpoints.filter(({ name }) => name === "incidents-patch");
  if (patch === undefined) throw new Error("There is no such endpoint.");
  let last = "";
  const anyText = fc.oneof(
    fc.constantFrom(...NASTY_TEXTS),
    fc.string({ unit: "binary" }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  );
  await fc.assert(
    fc.asyncProperty(anyText, async (notes) => {
      const { reply } = await send(patch, { body: { notes } });
      const read = await world.request({
        method: "GET",
        path: sampleOf("incidents-get").path(world.contoso),
        token: tokens.get("viewer"),
      });
      if (/[\0\p{Cs}]/u.test(notes)) expectRefused(reply, 422);
      if (reply.status === 200) last = notes;
      expect(read.json).toMatchObject({ notes: last });
    }),
    { numRuns: 120 },
  );
}, 60_000);
