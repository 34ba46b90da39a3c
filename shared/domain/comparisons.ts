/** Comparisons with a number that a text makes: "more than 10", "at least two", "10 or more", "no more than 3". */
import type { AskedCondition } from "../schemas/conditions.ts";
import { NUMBER_WORD, NUMBER_WORDS } from "./numberWords.ts";

export interface Comparison extends Pick<AskedCondition, "comparison" | "count"> {
  /** As it stands in the text, and where. */
  words: string;
  at: number;
}

const NUMBER = String.raw`(?:an?\s+)?(\d{1,3}(?:,\d{3})+|\d{1,9}|${NUMBER_WORD}|dozen)`;
/** So that "5.5" is not read as 5, "10k" not as 10, and a share not as a count. */
const END = String.raw`(?![\w%]|[.,]\d|\s+(?:%|percent))`;
const TIMES: Readonly<Record<string, number>> = { once: 1, twice: 2, dozen: 12 };

type Form = readonly [comparison: AskedCondition["comparison"], before: string, after?: string];

/** The longer ones first: "no more than" is not "more than". */
const FORMS: readonly Form[] = [
  [
    "at_most",
    String.raw`\b(?:no|not)\s+more\s+than|\bat\s+most|\bup\s+to|\b(?:a\s+)?maximum\s+of|<=|≤`,
  ],
  [
    "at_least",
    String.raw`\b(?:no|not)\s+(?:fewer|less)\s+than|\bat\s+least|\b(?:a\s+)?minimum\s+of|>=|≥`,
  ],
  [
    "more_than",
    String.raw`\b(?:more|greater|higher)\s+than|\b(?:over|above|exceed(?:s|ed|ing)?)|>`,
  ],
  ["fewer_than", String.raw`\b(?:fewer|less|lower)\s+than|\b(?:under|below)|<`],
  ["exactly", String.raw`\bexactly|\bprecisely`],
  ["at_least", "", String.raw`\s+or\s+more\b`],
  ["at_most", "", String.raw`\s+or\s+(?:fewer|less)\b`],
];

const PATTERNS = FORMS.map(([comparison, before, after = END]) => ({
  comparison,
  pattern: new RegExp(
    before === "" ? String.raw`\b${NUMBER}${after}` : String.raw`(?:${before})\s*${NUMBER}${after}`,
    "gi",
  ),
  often: new RegExp(String.raw`(?:${before === "" ? "(?!)" : before})\s+(once|twice)\b`, "gi"),
}));

/** Every comparison of the text, in its order. */
export function comparisonsIn(text: string): Comparison[] {
  const found: Comparison[] = [];
  let rest = text;
  for (const { comparison, pattern, often } of PATTERNS) {
    for (const one of [...rest.matchAll(pattern), ...rest.matchAll(often)]) {
      const [words, number = ""] = one;
      const count = countOf(number);
      if (count === undefined) continue;
      found.push({ comparison, count, words, at: one.index });
      // A word of its own for the next forms, as long as before.
      rest = `${rest.slice(0, one.index)}${" ".repeat(words.length)}${rest.slice(one.index + words.length)}`;
    }
  }
  return found.toSorted((a, b) => a.at - b.at);
}

function countOf(text: string): number | undefined {
  const word = text.toLowerCase();
  const count = NUMBER_WORDS[word] ?? TIMES[word] ?? Number(word.replaceAll(",", ""));
  return Number.isSafeInteger(count) ? count : undefined;
}

const WORDS: Readonly<Record<AskedCondition["comparison"], string>> = {
  more_than: "more than",
  at_least: "at least",
  fewer_than: "fewer than",
  at_most: "at most",
  exactly: "exactly",
};

export function comparisonText({
  comparison,
  count,
}: Pick<AskedCondition, "comparison" | "count">): string {
  if (comparison === "at_least" && count === 1) return "any";
  if (comparison === "exactly" && count === 0) return "no";
  return `${WORDS[comparison]} ${count}`;
}

const HOLDS: Readonly<
  Record<AskedCondition["comparison"], (is: number, asked: number) => boolean>
> = {
  more_than: (is, asked) => is > asked,
  at_least: (is, asked) => is >= asked,
  fewer_than: (is, asked) => is < asked,
  at_most: (is, asked) => is <= asked,
  exactly: (is, asked) => is === asked,
};

/** Whether a count is what is asked. */
export const fulfils = (
  is: number,
  { comparison, count }: Pick<AskedCondition, "comparison" | "count">,
): boolean => HOLDS[comparison](is, count);

/** Whether rows that nobody has seen yet could turn the answer: then it needs proof that none is missing. */
export function couldTurn(
  is: number,
  { comparison, count }: Pick<AskedCondition, "comparison" | "count">,
): boolean {
  switch (comparison) {
    case "more_than":
    case "fewer_than":
      return comparison === "more_than" ? is <= count : is < count;
    case "at_least":
      return is < count;
    case "at_most":
    case "exactly":
      return is <= count;
    default:
      return true;
  }
}
