/** Values that nobody sends by accident, and what a refusal must look like. */
import * as fc from "fast-check";
import { expect } from "vitest";
import { z } from "zod";

import type { Json } from "../../shared/schemas/json.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { anyText } from "../../shared/testing/anyText.ts";
import type { ApiReply } from "./world.ts";

/** Far deeper than any recursion survives. */
export const deepArray = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

const nested = (levels: number): Json => {
  let value: Json = 0;
  for (let i = 0; i < levels; i += 1) value = [value];
  return value;
};

export const NASTY_TEXTS: readonly string[] = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "\udc00\ud800",
  "😀".repeat(2000),
  "x".repeat(100_000),
  "'; DROP TABLE documents_incidents; --",
  "%00",
  "../../etc/passwd",
  "-1",
  "1e309",
  "NaN",
  "P-1D",
  "PT",
  "P9999999999999999Y",
  "2026-13-45T99:99:99Z",
  "none",
  "__proto__",
];

export const NASTY_VALUES: readonly Json[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53 + 2,
  {},
  { $ne: 1 },
  [],
  [null],
  [[], {}],
  Array.from({ length: 2000 }, (_, i) => `tag ${i}`),
  nested(500),
  ...NASTY_TEXTS,
];

/** Any JSON, with the nasty values as likely as the ordinary ones. */
export const anyJson: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...NASTY_VALUES),
  anyText({ maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)) as Json),
);

/** A 4xx with a complete problem, which names a field wherever it says that fields are wrong. */
export function expectRefused(reply: ApiReply, status?: number): Problem {
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(reply.status).toBeLessThan(500);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  const problem = Problem.parse(reply.json);
  expect(problem.status).toBe(reply.status);
  expect(reply.status).toBe(status ?? reply.status);
  expect(problem.errors?.length ?? 0).toBeGreaterThan(problem.code === "invalid-fields" ? 0 : -1);
  return problem;
}

/** Whether the pointer leads to a value of the body, or to the place in an object where one is missing or unknown. */
export function leadsSomewhere(pointer: string, body: Json): boolean {
  if (pointer === "") return true;
  const steps = pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  let at: Json | undefined = body;
  for (const [i, step] of steps.entries()) {
    if (typeof at !== "object" || at === null) return false;
    if (!Object.hasOwn(at, step)) return i === steps.length - 1;
    at = Object.entries(at).find(([name]) => name === step)?.[1];
  }
  return true;
}

/** Names of a schema's fields: of the object that a body becomes, where something is done to it before it is checked. */
export const namesOf = (schema: unknown): string[] =>
  schema instanceof z.ZodPipe
    ? namesOf(schema.out)
    : typeof schema === "object" && schema !== null && "shape" in schema
      ? Object.keys(Object(schema.shape))
      : [];
