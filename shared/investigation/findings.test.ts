import { expect, test } from "vitest";

import type { Json } from "../schemas/json.ts";
import { sentence } from "./findings.ts";

const of = (cells: Record<string, Json>) =>
  Object.entries(cells).map(([column, value]) => ({ evidence_id: "ev", column, value }));

// "1 users", "0 device" in every other sentence read as a table dump.
test("a number has its noun", () => {
  const text = "{Users|user} on {Days|day}.";
  expect(sentence(text, of({ Users: 1, Days: 5 }))).toBe("1 user on 5 days.");
  expect(sentence(text, of({ Users: 0, Days: 1 }))).toBe("0 users on 1 day.");
});

// What a log leaves empty stood in sentences as "from (empty)".
test("what stands in brackets is left out where its value is empty, and never of a value's own making", () => {
  const text = "{Who} came[ from {Where}].";
  expect(sentence(text, of({ Who: "ada", Where: "lisbon" }))).toBe("ada came from lisbon.");
  expect(sentence(text, of({ Who: "ada", Where: "" }))).toBe("ada came.");
  expect(sentence(text, of({ Who: "ada", Where: null }))).toBe("ada came.");
  const hostile = of({ Who: "[x {Where}]", Where: "lisbon" });
  expect(sentence("{Who} came from {Where}.", hostile)).toBe("“[x {Where}]” came from lisbon.");
});

// Quotation marks are for what others wrote: the query's own words stand as they are.
test("only a column that is marked as the query's own loses its quotation marks", () => {
  const refs = of({ Kind: "hides mail", Subject: "pay now" });
  expect(sentence("It {Kind!}: {Subject}.", refs)).toBe("It hides mail: “pay now”.");
});
