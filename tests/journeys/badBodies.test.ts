/** Bad bodies, generated over every endpoint: a refusal that names the field, never a failure of ours, nothing stored. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { MAX_BODY_BYTES } from "../../functions/kit/readBody.ts";
import type { Json, JsonObject } from "../../shared/schemas/json.ts";
import { anyText } from "../../shared/testing/anyText.ts";
import { badInputWorld, type Each, endpoints } from "./badInputWorld.ts";
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

const { send, get, records, expectNothing, expectSound } = badInputWorld();
const writing = endpoints.filter(({ method }) => method !== "GET");
const withBody = endpoints.filter(({ body }) => body !== undefined);

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
  const good = JSON.stringify(sampleOf(each.name).body?.(records()) ?? {}).slice(1);
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

test("422 with its pointer for a bad timespan in a body", async () => {
  const [start] = endpoints.filter(({ name }) => name === "investigations-start");
  if (start === undefined) throw new Error("There is no such endpoint.");
  for (const timespan of ["7", "P", "PT", "P-1D", "P0D", "P91D", "P99999Y"]) {
    const problem = await expectNothing(start, { body: { query: "What?", timespan } }, 422);
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(["/timespan"]);
  }
});

const bodyOf = ({ name }: Each): JsonObject => {
  const body = sampleOf(name).body?.(records());
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
test.each(withBody)("$title: any body is taken whole or refused with pointers", async (each) => {
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
});

// What was taken must come back as it was sent: a text that is cut or changed in the store is a lost note.
test("notes of any text are refused or read back exactly", async () => {
  const [patch] = endpoints.filter(({ name }) => name === "incidents-patch");
  if (patch === undefined) throw new Error("There is no such endpoint.");
  let last = "";
  const anyNotes = fc.oneof(
    fc.constantFrom(...NASTY_TEXTS),
    anyText(),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  );
  await fc.assert(
    fc.asyncProperty(anyNotes, async (notes) => {
      const { reply } = await send(patch, { body: { notes } });
      const read = await get("viewer", sampleOf("incidents-get").path(records()));
      if (/[\0\p{Cs}]/u.test(notes)) expectRefused(reply, 422);
      if (reply.status === 200) last = notes;
      expect(read.json).toMatchObject({ notes: last });
    }),
    { numRuns: 120 },
  );
});
