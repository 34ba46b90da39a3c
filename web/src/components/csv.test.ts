/** A value that an attacker wrote must not run in the spreadsheet of whoever saves it. */
import { expect, test } from "vitest";

import { csvFile, inertCell } from "./csv.ts";

test.for(["=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "  =1+1", "\t=1", "|calc", "%x", "＝1＋1"])(
  "%j is kept text by an apostrophe",
  (text) => {
    expect(inertCell(text)).toBe(`'${text}`);
  },
);

test.for(["", "203.0.113.7", "ana@contoso.example", "a=b"])("%j stays as it is", (text) => {
  expect(inertCell(text)).toBe(text);
});

test("quotes, commas and line breaks stay within their cell", () => {
  expect(
    csvFile([
      ["a", 'say "hi"'],
      ["1,2", "x\ny"],
    ]),
  ).toBe('\uFEFFa,"say ""hi"""\r\n"1,2","x\ny"\r\n');
});
