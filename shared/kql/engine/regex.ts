/** Regular expressions in Kusto's dialect (RE2) on JavaScript's engine. */
import { setFlagsFromString } from "node:v8";

import { KqlRefusal } from "./refusal.ts";
import { entry } from "./namedTable.ts";

/**
 * JavaScript's engine backtracks, which takes exponential time on `(a+)+$`. V8 has a second engine that, like RE2, takes
 * linear time: with this flag it takes over when a match has backtracked too often. It knows no ignore-case flag, so
 * that case is written out in the pattern.
 */
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");

const CACHE_SIZE = 500;
const cache = new Map<string, RegExp>();

/**
 * Compiles a pattern. The result carries no state between uses; `flags` are JavaScript's.
 * @throws KqlRefusal `invalid-argument` when the pattern is wrong, or uses what RE2 does not have.
 */
export function regexOf(pattern: string, flags = ""): RegExp {
  const key = `${flags}/${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) {
    known.lastIndex = 0;
    return known;
  }
  const made = compile(pattern, flags);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

function compile(pattern: string, flags: string): RegExp {
  const leading = /^\(\?([imsU]+)\)/.exec(pattern);
  const body = leading === null ? pattern : pattern.slice(leading[0].length);
  const own = (leading?.[1] ?? "").replace("U", "");
  const all = new Set(`${flags}${own}`);
  refuseForeign(body);
  const source = all.delete("i") ? inEitherCase(translate(body)) : translate(body);
  try {
    return new RegExp(source, [...all].join(""));
  } catch (error) {
    throw new KqlRefusal(
      "invalid-argument",
      `"${pattern}" is not a regular expression.`,
      undefined,
      {
        cause: error,
      },
    );
  }
}

/** Spells what RE2 has and JavaScript has not: `\A`, `\z`, `\Z`, named groups as `(?P<…>`, POSIX classes. */
function translate(pattern: string): string {
  return pattern
    .replaceAll("(?P<", "(?<")
    .replace(/\\([AzZ])/g, (_all, letter: string) => (letter === "A" ? "^" : "$"))
    .replace(/\[:(\w+):\]/g, (_all, name: string) => entry(POSIX, name) ?? name);
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};

/** RE2, and so Kusto, has neither backreferences nor look-around. */
function refuseForeign(pattern: string): void {
  const plain = pattern.replace(/\\[\s\S]/g, "a").replace(/\[\^?\]?[^\]]*\]/g, "a");
  if (/\(\?(?:[=!]|<[=!])/.test(plain) || /\\[1-9]/.test(pattern))
    throw new KqlRefusal(
      "invalid-argument",
      "Regular expressions have no look-around and no backreferences in Kusto.",
    );
  refuseLongRepeats(plain);
}

/** The linear engine takes no long counted repeats: of a group that matches in several ways they are exponential. */
function refuseLongRepeats(plain: string): void {
  for (const [, body = "", least = "", most] of plain.matchAll(
    /\(([^()]*)\)\{(\d+)(?:,(\d*))?\}/g,
  )) {
    const isLong = Number(most === undefined || most === "" ? least : most) > 8;
    if (isLong && /[|*+]|[^(]\?|\{\d+,/.test(body))
      throw new KqlRefusal(
        "invalid-argument",
        "This regular expression repeats a group many times that can match in several ways, which takes too long here.",
      );
  }
}

/** Parts of a pattern: an escape, the head of a group, an edge of a class, a range, or one character. */
const PARTS =
  /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|[\s\S])|\(\?(?:<\w+>|[:imsU-]*)|[[\]]|([a-z]-[a-z]|[A-Z]-[A-Z])|[\s\S]/g;

/** Writes a pattern so that it matches both cases without the flag. */
function inEitherCase(pattern: string): string {
  let isInClass = false;
  return pattern.replace(PARTS, (part: string, range: string | undefined) => {
    if (part === "[") isInClass = true;
    else if (part === "]") isInClass = false;
    if (range !== undefined && !isInClass)
      return Array.from(range, (character) => eitherCase(character, false)).join("");
    if (part.length > 1 && range === undefined) return part;
    return eitherCase(part, isInClass);
  });
}

function eitherCase(text: string, isInClass: boolean): string {
  const [low, high] = [text.toLowerCase(), text.toUpperCase()];
  if (low === high || high.length !== text.length) return text;
  return isInClass ? `${low}${high}` : `[${low}${high}]`;
}
