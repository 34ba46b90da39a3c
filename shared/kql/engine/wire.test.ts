import fc from "fast-check";
import { expect, test } from "vitest";

import type { KqlType } from "../../schemas/kql.ts";
import { DATETIME_MAX, DATETIME_MIN } from "./time.ts";
import { int64 } from "./int64.ts";
import type { KqlValue } from "./values.ts";
import { fromWire, toWire } from "./wire.ts";

const int64s = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(int64);
const ticks = fc.bigInt({ min: BigInt(DATETIME_MIN), max: BigInt(DATETIME_MAX) }).map(int64);

const KINDS: readonly (readonly [KqlType, fc.Arbitrary<KqlValue>])[] = [
  ["bool", fc.boolean()],
  ["datetime", ticks],
  ["timespan", int64s],
  ["long", fc.maxSafeInteger()],
  ["real", fc.double()],
  ["string", fc.string()],
  ["guid", fc.uuid()],
];

// A tick lost on the wire moves an event past the edge of a time range.
test.each(KINDS)("a %s comes back from the wire as it was", (type, values) => {
  fc.assert(
    fc.property(values, (value) => {
      const back = fromWire(toWire(value, type), type);
      expect(Object.is(back, -0) ? 0 : back).toBe(Object.is(value, -0) ? 0 : value);
    }),
  );
});

test.each<[unknown, KqlType, unknown]>([
  [{ a: [1, "x"] }, "dynamic", '{"a":[1,"x"]}'],
  [Number.NaN, "real", "NaN"],
  [-Infinity, "real", "-Infinity"],
  [null, "string", ""],
  [null, "long", null],
  [9_223_372_036_854_775_807n, "long", 2 ** 63],
])("%s as %s travels as %s", (value, type, expected) => {
  expect(toWire(value as KqlValue, type)).toEqual(expected);
});

test.each<[unknown, KqlType]>([
  ["yesterday", "datetime"],
  ["5 apples", "long"],
  [{}, "bool"],
  ["not-a-guid", "guid"],
  ["2024-13-01", "datetime"],
])("%j is no %s", (value, type) => {
  expect(fromWire(value, type)).toBeUndefined();
});

test("JSON in a dynamic column is read, other text stays text, and an empty cell is null", () => {
  expect(fromWire('{"a":1}', "dynamic")).toEqual({ a: 1 });
  expect(fromWire("plain", "dynamic")).toBe("plain");
  expect(fromWire("", "dynamic")).toBeNull();
  expect(fromWire({ a: 1 }, "string")).toBe('{"a":1}');
});
