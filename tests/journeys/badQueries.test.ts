/** Bad queries and paths, generated over every endpoint: a refusal that names the parameter, nothing stored. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { anyText } from "../../shared/testing/anyText.ts";
import { badInputWorld, endpoints } from "./badInputWorld.ts";
import { expectRefused, namesOf, NASTY_TEXTS } from "./nastyValues.ts";
import { sampleOf } from "./samples.ts";

const { send, records, expectNothing, expectSound } = badInputWorld();
const withQuery = endpoints.filter(({ query }) => query !== undefined);
const withParams = endpoints.filter(({ params }) => params !== undefined);

test.each(withQuery)("$title: every parameter takes only what is its own", async (each) => {
  const path = sampleOf(each.name).path(records()).split("?")[0] ?? "";
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
      const path = sampleOf(each.name).path(records()).split("?")[0] ?? "";
      for (const value of values) {
        const change = { path: `${path}?${name}=${encodeURIComponent(value)}` };
        const problem = await expectNothing(each, change, 422);
        const pointers = problem.errors?.map(({ pointer }) => pointer) ?? [];
        expect(pointers.join(" ")).toMatch(new RegExp(`^(/query/${name}(/0)?( |$))+$`));
      }
    }
  },
);

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
      ...records(),
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

test.each(withQuery)("$title: any query is answered or refused with pointers", async (each) => {
  const path = sampleOf(each.name).path(records()).split("?")[0] ?? "";
  const names = fc.oneof(fc.constantFrom(...namesOf(each.query)), fc.string({ maxLength: 8 }));
  const text = fc.oneof(fc.constantFrom(...NASTY_TEXTS.slice(0, 5)), anyText());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(names, text), { maxLength: 4 }), async (pairs) => {
      const query = new URLSearchParams(pairs).toString();
      const reply = await expectSound(each, { path: `${path}?${query}` });
      const { errors = [] } = reply.status === 422 ? expectRefused(reply) : {};
      for (const { pointer } of errors) expect(pointer).toMatch(/^\/query\//);
    }),
    { numRuns: 25 },
  );
});
