import { expect, test } from "vitest";

import { analyse } from "../../kql/analyse.ts";
import { BUILT_IN_SCHEMA } from "../../kql/schema.ts";
import { withConstants } from "../ask.ts";
import { plannedQuestions } from "../plan.ts";
import { FAMILIES, PARAMETERS } from "../question.ts";
import type { Known } from "../state.ts";
import { ACTIONS } from "./actions.ts";
import { QUESTIONS, questionOf } from "./questions.ts";
import { REASONS } from "./scoring.ts";

const known = Object.fromEntries(PARAMETERS.map((name) => [name, ['a"b\\c']])) as Known;
const window = {
  base: "2026-01-01T00:00:00.000Z",
  start: "2026-01-14T00:00:00.000Z",
  end: "2026-01-15T00:00:00.000Z",
};
const placeholders = (text: string) =>
  Array.from(text.matchAll(/\{(\w+)(?:\|[a-z -]+|!)?\}/g), ([, name = ""]) => name);

// A typing error in the data would otherwise show as "not checked" in every report.
test.for(QUESTIONS)("$id: $question", (question) => {
  const analysis = analyse(withConstants(question.kql, { known, window }, 1), BUILT_IN_SCHEMA);
  expect(analysis).toMatchObject({ ok: true, policy: [] });
  expect(analysis.tables).toEqual([...question.tables].toSorted());
  const columns = analysis.output.map(({ name }) => name);
  for (const { text, when, at, entities } of question.findings) {
    const used = [
      ...placeholders(text).filter((name) => name !== "count"),
      ...(when ?? []).map(({ column }) => column),
      ...(at === undefined ? [] : [at]),
      ...Object.keys(entities ?? {}),
    ];
    expect(columns).toEqual(expect.arrayContaining(used));
    expect(placeholders(text)).toEqual(expect.arrayContaining(Object.keys(entities ?? {})));
  }
  expect(columns).toEqual(expect.arrayContaining((question.learns ?? []).map((one) => one.column)));
});

// The checker takes any digit in a sentence that no row holds for an invention.
test("templates say no numbers, addresses or quotations of their own", () => {
  const texts = QUESTIONS.flatMap(({ findings, none }) => [
    ...findings.map(({ text }) => text),
    ...(none === undefined ? [] : [none.text]),
  ]);
  for (const text of texts)
    expect(text.replaceAll(/\{\w+(?:\|[a-z -]+|!)?\}/g, "")).not.toMatch(/[\d@“”"{}]|\w\.\w/);
});

// What a sender or an intruder wrote would stand in a sentence as the product's own words.
test("only words that the query itself writes are shown without quotation marks", () => {
  for (const { kql, findings } of QUESTIONS) {
    const own = findings.flatMap(({ text }) =>
      Array.from(text.matchAll(/\{(\w+)!\}/g), ([, name = ""]) => name),
    );
    for (const name of own) {
      expect(kql).toMatch(new RegExp(`\\b${name} = (?:iff|case)\\(.*"`));
      expect(kql).not.toMatch(new RegExp(`\\b${name} = (?!iff|case)`));
    }
  }
});

test("every finding that scoring or an action names exists, and ids are unique", () => {
  const ids = QUESTIONS.flatMap(({ findings, none }) => [
    ...findings.map(({ id }) => id),
    ...(none === undefined ? [] : [none.id]),
  ]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { findings, unless = [], also = [] } of REASONS) {
    expect(ids).toEqual(expect.arrayContaining([...findings, ...unless, ...also]));
  }
  for (const { because = [] } of ACTIONS) expect(ids).toEqual(expect.arrayContaining([...because]));
});

test("questions that teach the first senders and users come before those that take them", () => {
  const order = plannedQuestions(FAMILIES);
  expect(new Set(order).size).toBe(QUESTIONS.filter(({ family }) => family !== "condition").length);
  const before = (a: string, b: string) => expect(order.indexOf(a)).toBeLessThan(order.indexOf(b));
  before("p01", "p08");
  before("p04", "p06");
  before("p06", "p11");
  before("c02", "s04");
  expect(plannedQuestions(["phishing"]).map((id) => questionOf(id)?.family)).not.toContain(
    "signin_attack",
  );
});
