/** Values from logs inside sentences: cleaned, limited, quoted unless plain; nothing in them can act or pretend. */
import type { Json } from "../schemas/json.ts";
import { NUMBER_WORDS } from "./numberWords.ts";

/** Longest value shown, in characters. */
const VALUE_LENGTH_MAX = 120;
/** Addresses, names, hashes, numbers: shown without quotes. */
const PLAIN = /^[\w.@:+%$-]+$/;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;
/** Control, format (bidirectional, zero-width, tags), surrogate, private-use, and line separators. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * A value as a sentence shows it. Log content is data: whoever sends a mail or a request chooses these texts, so what is
 * invisible is dropped, white space is one space, the length is bounded, and anything but a plain word stands in quotes.
 */
export function inertText(value: Json): string {
  if (value === null) return "(none)";
  if (Array.isArray(value)) return listText(value);
  if (typeof value !== "string") return cleaned(JSON.stringify(value));
  const time = TIME.exec(value);
  if (time !== null) return `${time[1] ?? value}Z`;
  const text = cleaned(value);
  if (text === "") return "(empty)";
  return PLAIN.test(text) ? text : `“${text.replaceAll(/[“”"]/g, "'")}”`;
}

const LIST_LENGTH_MAX = 5;

function listText(values: Json[]): string {
  if (values.length === 0) return "(none)";
  const shown = values.slice(0, LIST_LENGTH_MAX).map((one) => inertText(one));
  return values.length > LIST_LENGTH_MAX ? `${shown.join(", ")}, …` : shown.join(", ");
}

function cleaned(text: string): string {
  const line = text.replaceAll(INVISIBLE, " ").replaceAll(/\s+/gu, " ").trim();
  const letters = Array.from(line);
  return letters.length > VALUE_LENGTH_MAX
    ? `${letters.slice(0, VALUE_LENGTH_MAX).join("")}…`
    : line;
}

/** Numbers, addresses, host names, quotations: what only evidence may put into a sentence. */
const STRAY = /\S*(?:[\d@“”"_]|\w\.\w|::)\S*/u;
/** "one" is as often a pronoun. */
const COUNTED = Object.keys(NUMBER_WORDS).filter((word) => word !== "one");
const NUMBER_WORD = new RegExp(`\\b(?:${COUNTED.join("|")})s?\\b(?!-)`, "giu");

/** Where the value stands in the text as a word of its own: `ana` does not stand in `anabel`, nor `10.0.0.1` in `10.0.0.17`. */
export function placesOf(shown: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(shown); at !== -1; at = text.indexOf(shown, at + 1)) {
    const before = text.slice(0, at);
    const after = text.slice(at + shown.length);
    if (!JOINED_BEFORE.test(before) && !JOINED_AFTER.test(after)) places.push(at);
  }
  return places;
}

const JOINED_BEFORE = /[\p{L}\p{N}_@]$|[\p{L}\p{N}_][.:\\/-]$/u;
const JOINED_AFTER = /^[\p{L}\p{N}_@]|^[.:\\/-]+[\p{L}\p{N}_]/u;

/**
 * Whether a sentence says only what these values say: each of them stands in it, and without them no number, address,
 * host name or quotation is left over.
 * @returns what is wrong, `undefined` when nothing is.
 */
export function unsupportedText(text: string, values: readonly Json[]): string | undefined {
  let rest = text;
  const shown = values.map((value) => inertText(value)).toSorted((a, b) => b.length - a.length);
  for (const one of shown) {
    if (placesOf(one, text).length === 0) {
      return `The sentence does not say ${one}, which its evidence does.`;
    }
    const { length } = one;
    // From the end: what is taken out does not move the places before it.
    for (const at of placesOf(one, rest).toReversed()) {
      rest = `${rest.slice(0, at)} ${rest.slice(at + length)}`;
    }
  }
  const stray = STRAY.exec(rest)?.[0] ?? strayWord(rest, values);
  return stray === undefined ? undefined : `The sentence says ${stray}, which no evidence holds.`;
}

/** A number in words that none of the values is. */
const strayWord = (text: string, values: readonly Json[]): string | undefined =>
  text.match(NUMBER_WORD)?.find((word) => {
    const number =
      NUMBER_WORDS[word.toLowerCase()] ?? NUMBER_WORDS[word.toLowerCase().slice(0, -1)];
    return !values.includes(number ?? word);
  });
