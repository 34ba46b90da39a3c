import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { parseBody } from "./parse.ts";
import { unreadableTexts } from "./readableText.ts";

const pointers = (json: unknown): string[] => unreadableTexts(json).map(({ pointer }) => pointer);

// A note that a database cuts at its zero character is a note that is lost.
test("names every text and field name that other readers would not read as it was sent", () => {
  const body = {
    notes: "a\0b",
    tags: ["fine", "\ud83d"],
    "of~every/kind": { "\0": 1, deep: [["\udc00\ud800"]] },
    fine: "日本 \u{1F600} \u202e \ufffe \n",
  };
  expect(pointers(body).toSorted()).toEqual([
    "/notes",
    "/of~0every~1kind/\0",
    "/of~0every~1kind/deep/0/0",
    "/tags/1",
  ]);
});

test("text that is whole is never refused, however deep it stands", () => {
  const whole = fc.jsonValue({ stringUnit: "grapheme" });
  const property = fc.property(whole, (value) => {
    fc.pre(!JSON.stringify(value).includes("\\u0000"));
    expect(pointers(value)).toEqual([]);
  });
  fc.assert(property);
  let deep: unknown = "x";
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  expect(pointers(deep)).toEqual([]);
});

// A body of 5 MB has room for two million members: each as an argument of one call would end in an error of ours.
test("a long list is looked through, and its answer stays short", () => {
  expect(pointers({ rows: Array.from({ length: 300_000 }, () => 0) })).toEqual([]);
  const bad = pointers({ rows: Array.from({ length: 300_000 }, () => "\0") });
  expect(bad).toHaveLength(100);
  expect(bad[0]).toBe("/rows/0");
});

test("a body is refused for it with its field, save where nothing of it is kept", () => {
  const body = z.strictObject({ notes: z.string() });
  const json = { notes: "\ud800" };
  expect(() => parseBody({ body }, json)).toThrow(
    expect.objectContaining({
      code: "invalid-fields",
      errors: [{ pointer: "/notes", detail: expect.stringContaining("surrogate") }],
    }),
  );
  expect(() => parseBody({ body }, json)).toThrow(AppError);
  expect(parseBody({ body, takesAnyText: true }, json)).toEqual(json);
});
