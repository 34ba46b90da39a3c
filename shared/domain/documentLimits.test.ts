import { expect, test } from "vitest";

import { checkBatchSize, checkPatch, isDocumentId, patchOperations } from "./documentLimits.ts";

const set = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));

const container = { partitionKey: ["tenant_id"], ttl: false };

// Both stores count alike, so that a batch that fits one fits the other.
test("a patch counts as one operation for each ten steps, its own mark and removals included", () => {
  expect(patchOperations(set(9))).toBe(1);
  expect(patchOperations(set(10))).toBe(2);
  expect(patchOperations({}, ["a", "b", "c", "d"])).toBe(1);
  expect(patchOperations({}, ["a", "b", "c", "d", "e"])).toBe(2);
});

test("a batch may have 100 operations and 2 MB, their wrapping included", () => {
  expect(() => checkBatchSize(100, 2_000_000)).not.toThrow();
  expect(() => checkBatchSize(101, 0)).toThrow("too-large");
  expect(() => checkBatchSize(1, 2 * 1024 * 1024)).toThrow("too-large");
});

test("a patch without fields, with too many, or naming one twice is invalid", () => {
  expect(() => checkPatch(container, {})).toThrow("invalid-fields");
  expect(() => checkPatch(container, { a: 1 }, ["a"])).toThrow("invalid-fields");
  const eleven = Array.from({ length: 11 }, (_, n) => `f${n}`);
  expect(() => checkPatch(container, {}, eleven)).toThrow("invalid-fields");
  expect(() => checkPatch(container, {}, eleven.slice(1))).not.toThrow();
});

// The limit counts bytes: a text of 400 characters can have more than 1023.
test("an id is measured in bytes and must be whole Unicode", () => {
  expect(isDocumentId("x".repeat(1023))).toBe(true);
  expect(isDocumentId("日".repeat(342))).toBe(false);
  expect(isDocumentId("\uD800")).toBe(false);
  expect(isDocumentId("\u{1F600}")).toBe(true);
});
