/**
 * The engine against DuckDB: generated queries over generated rows, written in both languages by `oracle/`.
 * ORACLE_CASES=20000 runs more, ORACLE_SEED=n others.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Choices } from "./oracle/choices.ts";
import { Duck } from "./oracle/duck.ts";
import { difference } from "./oracle/judge.ts";
import { generateQuery } from "./oracle/queries.ts";
import { rowsOf } from "./oracle/tables.ts";

const CASES = Number(process.env["ORACLE_CASES"] ?? 400);
const SEED = Number(process.env["ORACLE_SEED"] ?? 20_261_121);

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

const oneCase = fc.record({
  choices: fc.array(fc.nat(839), { maxLength: 160, size: "max" }),
  A: rowsOf("A"),
  B: rowsOf("B"),
  E: rowsOf("E"),
});

// A wrong answer looks like any other: nobody would notice that an alert's evidence is missing.
test(
  "a query gives the columns, types and rows that DuckDB gives",
  async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(oneCase, async ({ choices, ...tables }) => {
        const query = generateQuery(new Choices(choices));
        ran += 1;
        expect(await difference(query, tables, duck)).toBeUndefined();
      }),
      { numRuns: CASES, seed: SEED },
    );
    console.log(`oracle: ${ran} generated queries gave the same answer as DuckDB`);
    expect(ran).toBe(CASES);
  },
  60_000 + CASES * 50,
);
