import { expect, test } from "vitest";
import { z } from "zod";

import { issueWords } from "./issueWords.ts";

const wordsOf = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: issueWords }).error?.issues[0]?.message;

// People read these under the fields of the page; "expected string to have >=1 characters" tells them nothing.
test.each([
  [z.string(), undefined, "This is missing: give text."],
  [z.coerce.number(), "x", "This must be a number."],
  [z.int(), 1.5, "This must be a whole number."],
  [z.strictObject({}), [], "This must be an object."],
  [z.string().min(1), "", "This must not be empty."],
  [z.string().min(3), "a", "This must have at least 3 characters."],
  [z.string().max(2), "abc", "This must have at most 2 characters."],
  [z.array(z.string()).min(1), [], "This must not be empty."],
  [z.array(z.string()).max(1), ["a", "b"], "This must have at most 1 entries."],
  [z.number().min(1), 0, "This must be at least 1."],
  [z.number().max(100), 101, "This must be at most 100."],
  [z.enum(["low", "high"]), "x", "Choose one of low, high."],
  [z.literal("a"), "b", "This must be a."],
  [z.iso.datetime(), "yesterday", "Give a time in UTC such as 2026-01-31T08:00:00Z."],
  [z.iso.duration(), "week", "Give an ISO 8601 duration such as P7D or PT24H."],
  [z.union([z.string(), z.null()]), 1, "This matches none of the accepted forms."],
  [z.email(), "nobody", "Give an e-mail address."],
])("%# says what to send: %j", (schema, value, words) => {
  expect(wordsOf(schema, value)).toBe(words);
});

test("a schema's own message stands", () => {
  expect(wordsOf(z.string().min(1, "Name the schedule."), "")).toBe("Name the schedule.");
  expect(wordsOf(z.int({ error: "Must be Sentinel's number." }), "x")).toBe(
    "Must be Sentinel's number.",
  );
});
