/** The stretch of time that a question names in words, such as "in the last 24 hours". */
import { NUMBER_WORD, NUMBER_WORDS } from "./numberWords.ts";

const UNITS: Readonly<Record<string, { letter: string; isTime: boolean; most: number }>> = {
  minute: { letter: "M", isTime: true, most: 129_600 },
  hour: { letter: "H", isTime: true, most: 2_160 },
  day: { letter: "D", isTime: false, most: 90 },
  week: { letter: "W", isTime: false, most: 12 },
  month: { letter: "M", isTime: false, most: 2 },
};
const COUNTED = new RegExp(
  String.raw`\b(?:last|past|previous|recent|within|over|in)\s+(?:the\s+)?(?:last\s+|past\s+)?(\d{1,6}|${NUMBER_WORD})[\s-]*(minute|min|hour|hr|h|day|d|week|month)s?\b`,
  "i",
);
const ONE = /\b(?:last|past|previous|this)\s+(hour|day|week|month)\b/i;
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/\b(?:since\s+yesterday|yesterday|overnight|last\s+night|today|since\s+midnight)\b/i, "P1D"],
  [/\b(?:over\s+the\s+weekend|last\s+weekend)\b/i, "P3D"],
];
const SHORT: Readonly<Record<string, string>> = { min: "minute", hr: "hour", h: "hour", d: "day" };

/**
 * As an ISO 8601 duration, e.g. `PT24H`; `undefined` when the text names none, or one of more than 90 days or of nothing,
 * which no investigation looks over.
 */
export function timeScopeIn(text: string): string | undefined {
  const [, count, unit] = COUNTED.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return durationOf(count, unit);
  const single = ONE.exec(text)?.[1];
  if (single !== undefined) return durationOf("1", single);
  return NAMED.find(([pattern]) => pattern.test(text))?.[1];
}

function durationOf(count: string, word: string): string | undefined {
  const number = NUMBER_WORDS[count.toLowerCase()] ?? Number(count);
  const name = word.toLowerCase();
  const unit = UNITS[SHORT[name] ?? name];
  if (unit === undefined || number < 1 || number > unit.most) return undefined;
  return `P${unit.isTime ? "T" : ""}${number}${unit.letter}`;
}

const SCOPES: readonly RegExp[] = [
  new RegExp(String.raw`(?:\b(?:in|over|during|within|for)\s+(?:the\s+)?)?${COUNTED.source}`, "gi"),
  new RegExp(String.raw`(?:\b(?:in|over|during|within|for)\s+)?(?:the\s+)?${ONE.source}`, "gi"),
  ...NAMED.map(([pattern]) => new RegExp(pattern.source, "gi")),
];

/** The text without the stretches of time that it names, and how many it names. */
export function withoutTimeScopes(text: string): { text: string; scopes: number } {
  let scopes = 0;
  const rest = SCOPES.reduce(
    (left, pattern) =>
      left.replaceAll(pattern, () => {
        scopes += 1;
        return " ";
      }),
    text,
  );
  return { text: rest, scopes };
}
