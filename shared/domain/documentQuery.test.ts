import { expect, test } from "vitest";

import { decodeCursor, encodeCursor, fieldPath, queryShape } from "./documentQuery.ts";

const shape = queryShape(["incidents"]);
const position = { value: "2026-01-01", key: ["t", "w:1"], id: "1" };
const ordered = { shape, keyLength: 2, ordered: true };

test("a cursor leads back to its position, whatever characters it holds", () => {
  const odd = { value: "日本\u0000", key: ["t/\"'", ""], id: "\u{1F600}" };
  expect(decodeCursor(encodeCursor(shape, odd), ordered)).toEqual(odd);
  const plain = { key: ["t"], id: "1" };
  const unordered = { shape, keyLength: 1, ordered: false };
  expect(decodeCursor(encodeCursor(shape, plain), unordered)).toEqual(plain);
});

// Callers build filters in any order of properties; a cursor must not depend on it.
test("the shape depends on what is asked, not on how it is written", () => {
  expect(queryShape([{ op: "eq", field: "a" }])).toBe(queryShape([{ field: "a", op: "eq" }]));
  expect(queryShape([{ op: "eq", field: "a" }])).not.toBe(queryShape([{ op: "eq", field: "b" }]));
});

// Cursors come back from clients: each part is checked before it becomes a parameter.
test.each([
  { h: "other", v: "a", k: ["t", "w"], i: "1" },
  { h: shape, v: "a", k: ["t"], i: "1" },
  { h: shape, v: "a", k: ["t", 1], i: "1" },
  { h: shape, v: "a", k: "tw", i: "1" },
  { h: shape, v: "a", k: ["t", "w"], i: 1 },
  { h: shape, v: null, k: ["t", "w"], i: "1" },
  { h: shape, k: ["t", "w"], i: "1" },
  { v: "a", k: ["t", "w"], i: "1" },
  "text",
  null,
])("the forged cursor %j is invalid", (content) => {
  const forged = Buffer.from(JSON.stringify(content)).toString("base64url");
  expect(() => decodeCursor(forged, ordered)).toThrow("invalid-fields");
});

test("a cursor that is cut off or not base64 is invalid", () => {
  const cursor = encodeCursor(shape, position);
  for (const damaged of [cursor.slice(1), cursor.slice(0, 10), "", "%%%"]) {
    expect(() => decodeCursor(damaged, ordered)).toThrow("invalid-fields");
  }
});

// Field names become SQL text.
test("only letters, digits, _ and - make a field path", () => {
  expect(fieldPath("owner.email")).toEqual(["owner", "email"]);
  for (const bad of ["", ".", "a.", "1a", "a b", 'a"', "a'", "a]", "a;", "a\n", "$a"]) {
    expect(() => fieldPath(bad)).toThrow("invalid-fields");
  }
});
