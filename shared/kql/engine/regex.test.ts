import { expect, test } from "vitest";

import { regexOf } from "./regex.ts";

// One such pattern would stop the whole process: JavaScript has no way to interrupt a match.
test.each([
  ["(a+)+$", `${"a".repeat(60)}b`],
  ["(?i)(a+)+$", `${"a".repeat(60)}b`],
  [".*.*.*.*x", "a".repeat(5_000)],
  [String.raw`^(\w+\s?)*$`, `${"word ".repeat(2_000)}!`],
])("%s ends in time", (pattern, text) => {
  const start = performance.now();
  expect(regexOf(pattern).test(text)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test.each([
  ["(?i)power[s]hell", "PowerShell", true],
  ["(?i)[a-f]{3}x", "DEFX", true],
  ["(?i)[^a]b", "AB", false],
  ["(?i)\\bcmd\\.exe", "C:\\CMD.EXE", true],
  ["(?i)(?P<name>ab-c)", "xAB-C", true],
  ["(?i)ÄB", "äb", true],
  ["(?s)a.b", "a\nb", true],
  ["[[:alpha:]]+\\z", "ab", true],
])("%s on %s", (pattern, text, expected) => {
  expect(regexOf(pattern).test(text)).toBe(expected);
});

test.each(["(a|aa){1,20}$", "(a)\\1", "a(?=b)", "(?<!a)b", "(", "a**"])(
  "%s is refused",
  (pattern) => {
    expect(() => regexOf(pattern)).toThrow(/Regular expressions|regular expression/);
  },
);
