/** Values from logs inside sentences: cleaned, limited, quoted unless plain; nothing in them can act or pretend. */
import type { Json } from "../schemas/json.ts";

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

/**
 * Whether a sentence says only what these values say: each of them stands in it, and without them no number, address,
 * host name or quotation is left over.
 * @returns what is wrong, `undefined` when nothing is.
 */
export function unsupportedText(text: string, values: readonly Json[]): string | undefined {
  let rest = text;
  const shown = values.map((value) => inertText(value)).toSorted((a, b) => b.length - a.length);
  for (const one of shown) {
    if (!text.includes(one)) return `The sentence does not say ${one}, which its evidence does.`;
    rest = rest.replaceAll(one, " ");
  }
  const stray = /\S*(?:[\d@“”"]|\w\.\w)\S*/u.exec(rest)?.[0];
  return stray === undefined ? undefined : `The sentence says ${stray}, which no evidence holds.`;
}
