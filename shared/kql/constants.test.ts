import fc from "fast-check";
import { expect, test } from "vitest";

import { anyText } from "../testing/anyText.ts";
import { compileQuery } from "./engine/compile.ts";
import { createMemoryTables } from "./engine/memoryTables.ts";
import { toWire } from "./engine/wire.ts";
import {
  type KqlConstant,
  kqlBool,
  kqlConstants,
  kqlDatetime,
  kqlDynamic,
  kqlLong,
  kqlReal,
  kqlString,
  kqlTimespan,
} from "./constants.ts";
import { bindText } from "./syntax.ts";

const EMPTY = {};

/** What the real parser and the engine make of a constant. */
function readBack(constant: KqlConstant): unknown {
  const text = `${kqlConstants({ _value: constant })}print v = _value`;
  const statements = bindText(text, EMPTY).root.list("Statements");
  expect(statements.map((one) => one.kind)).toEqual(["LetStatement", "ExpressionStatement"]);
  const run = compileQuery(text, EMPTY).run(createMemoryTables(EMPTY), { now: new Date(0) });
  return run.rows[0]?.[0];
}

// A value that ends its literal can run any query of the attacker who chose a user name or a file name.
test("no string leaves its literal", () => {
  const nasty = fc.oneof(
    anyText(),
    fc.string({
      unit: fc.constantFrom(
        '"',
        "'",
        "\\",
        "\n",
        "\r",
        "\u2028",
        "`",
        ";",
        "u",
        "0",
        "|",
        "/",
        "@",
      ),
    }),
  );
  fc.assert(
    fc.property(nasty, (value) => {
      expect(readBack(kqlString(value))).toBe(value);
    }),
    { numRuns: 300 },
  );
});

// Keys and items of a bag come from outside as well.
test("no string leaves a dynamic literal", () => {
  const text = anyText({ maxLength: 20 });
  fc.assert(
    fc.property(
      fc.dictionary(
        text.filter((key) => key !== "__proto__"),
        fc.array(text),
      ),
      (value) => {
        expect(readBack(kqlDynamic(value))).toEqual(value);
      },
    ),
    { numRuns: 150 },
  );
});

// A constant that changes on its way asks another question than the one the report shows.
test("every type keeps its value", () => {
  const now = new Date("2024-07-19T12:34:56.789Z");
  const datetime = readBack(kqlDatetime(now));
  expect(typeof datetime === "number" && toWire(datetime, "datetime")).toBe(
    "2024-07-19T12:34:56.7890000Z",
  );
  expect(readBack(kqlLong(9_223_372_036_854_775_807n))).toBe(9_223_372_036_854_775_807n);
  expect(readBack(kqlLong(-134))).toBe(-134);
  expect(readBack(kqlReal(-1.5e-9))).toBe(-1.5e-9);
  expect(readBack(kqlBool(true))).toBe(true);
  expect(readBack(kqlTimespan(-90_000))).toBe(-900_000_000);
  expect(readBack(kqlDynamic([1, -2.5, null, true, { a: [] }]))).toEqual([
    1,
    -2.5,
    null,
    true,
    { a: [] },
  ]);
});

// A name is written as it is: one that is no identifier would be text of the query.
test("names that are no identifiers and values without a literal are refused", () => {
  expect(() => kqlConstants({ "a = 1; print x": kqlLong(1) })).toThrow(RangeError);
  expect(() => kqlConstants({ a: kqlReal(Number.NaN) })).toThrow(RangeError);
  expect(() => kqlConstants({ a: kqlDatetime(new Date(Number.NaN)) })).toThrow(TypeError);
});
