/** Regular expressions in Kusto's dialect (RE2) on JavaScript's engine. */
import { KqlRefusal } from "./refusal.ts";

const CACHE_SIZE = 500;
const cache = new Map<string, RegExp>();

/**
 * Compiles a pattern. The result carries no state between uses; `flags` are JavaScript's.
 * @throws KqlRefusal `invalid-argument` when the pattern is wrong, or when it could take exponential time.
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
  const all = [...new Set(`${flags}${own}`.split(""))].join("");
  refuseUnsafe(body);
  const source = translate(body);
  try {
    return new RegExp(source, all);
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
    .replace(/\[:(\w+):\]/g, (_all, name: string) => POSIX[name] ?? name);
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

/**
 * JavaScript's engine backtracks: a repeated group whose body itself repeats can take exponential time. RE2, and so
 * Kusto, has neither backreferences nor look-around, so nothing legal is lost by refusing those.
 */
function refuseUnsafe(pattern: string): void {
  const plain = pattern.replace(/\\[\s\S]/g, "a").replace(/\[\^?\]?[^\]]*\]/g, "a");
  if (/\(\?(?:[=!]|<[=!])/.test(plain) || /\\[1-9]/.test(pattern))
    throw new KqlRefusal(
      "invalid-argument",
      "Regular expressions have no look-around and no backreferences in Kusto.",
    );
  if (hasNestedRepeat(plain))
    throw new KqlRefusal(
      "invalid-argument",
      "This regular expression repeats a group that itself repeats, which can take exponential time here.",
    );
}

const UNBOUNDED = /^(?:[*+]|\{\d+,\})/;

interface Group {
  /** Something in it repeats without a bound. */
  repeats: boolean;
  /** A literal in it keeps one round from running into the next. */
  separates: boolean;
}

/** Looks for `(…x*…)*`: an unbounded repeat of a group that itself repeats. */
function hasNestedRepeat(pattern: string): boolean {
  const open: Group[] = [];
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern.charAt(i);
    const top = open.at(-1);
    if (character === "(") open.push({ repeats: false, separates: false });
    else if (character === ")") {
      if (closesNested(open, pattern.slice(i + 1))) return true;
    } else if (top !== undefined && UNBOUNDED.test(pattern.slice(i))) top.repeats = true;
    else if (top !== undefined && isSeparator(pattern, i)) top.separates = true;
  }
  return false;
}

function closesNested(open: Group[], rest: string): boolean {
  const group = open.pop();
  const isRepeated = UNBOUNDED.test(rest);
  if (isRepeated && group?.repeats === true && !group.separates) return true;
  const outer = open.at(-1);
  if (outer !== undefined && (isRepeated || group?.repeats === true)) outer.repeats = true;
  return false;
}

/** A literal that stands by itself, such as the dot of `(\w+\.)+`, keeps the two repeats apart. */
function isSeparator(pattern: string, at: number): boolean {
  return /[^\w\s|?*+{}^$().]/.test(pattern.charAt(at)) && !/^[?*+{]/.test(pattern.slice(at + 1));
}
