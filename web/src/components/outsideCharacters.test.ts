/** Text from outside: nothing hidden stays hidden, nothing visible is lost. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { kqlTokens } from "./kqlTokens.ts";
import { defanged, madeVisible, partsOf } from "./outsideCharacters.ts";

// U+202E turns "fdp.exe" into "exe.pdf" on the screen.
test.each([
  ["\u202E", "U+202E"],
  ["\u200B", "U+200B"],
  ["\u0007", "U+0007"],
  ["\u2066", "U+2066"],
  ["\uFEFF", "U+FEFF"],
  ["\u{E0041}", "U+E0041"],
])("a character that hides or reorders is named: %j", (character, name) => {
  expect(partsOf(`a${character}b`)).toEqual([
    { text: "a", hidden: false },
    { text: name, hidden: true },
    { text: "b", hidden: false },
  ]);
  expect(madeVisible(`a${character}b`)).toBe(`a[${name}]b`);
});

test("what shows stays as it is, letters of every script and line feeds too", () => {
  const text = "Привет, 世界 – żółć 😀\nline\ttab";
  expect(partsOf(text)).toEqual([{ text, hidden: false }]);
});

// A person at a computer fell into a person, "U+200D" and a computer.
test("pictures that are joined to one stay one; a joiner between letters is named", () => {
  const text = "👩‍💻 👩🏽‍🚒 🏳️‍🌈 👨‍👩‍👧";
  expect(partsOf(text)).toEqual([{ text, hidden: false }]);
  expect(madeVisible("pay\u200Dpal 👩\u200D!")).toBe("pay[U+200D]pal 👩[U+200D]!");
});

test("a defanged indicator is no link any more", () => {
  expect(defanged("https://evil.example/a?b=c")).toBe("hxxps://evil[.]example/a?b=c");
  expect(defanged("mallory@evil.example")).toBe("mallory[@]evil[.]example");
});

// The reader judges the query by what is on the screen: colouring must not change a character of it.
test("the coloured pieces of a query joined are the query", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(
        kqlTokens(text)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
    }),
  );
});
