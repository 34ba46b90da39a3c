/** Small untruths about a value or a sentence: each returns something else, or `undefined` when it does not apply. */
import { inertText } from "../../shared/domain/claimsText.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { Claim } from "../../shared/schemas/sessions.ts";

export const KINDS = [
  "other address",
  "off-by-one count",
  "swapped host and user",
  "moved time",
  "unrelated row",
  "invented id",
  "negated absence",
  "same prefix",
  "wrong column",
] as const;
export type Kind = (typeof KINDS)[number];

export const CLAIM_KINDS = [
  "value",
  "membership",
  "order",
  "difference",
  "count",
  "absence",
] as const satisfies readonly Claim["kind"][];

export type Random = () => number;

export const pick = <T>(random: Random, list: readonly T[]): T | undefined =>
  list[Math.floor(random() * list.length)];

const ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;
const NUMBER = /(?<![\w.:@-])\d+(?![\w:@-]|\.\d)/;
/** Names with a dot, a digit, a hyphen or an at sign: what a reader would look up. */
const NAME = /[\w-]+(?:[.@\\][\w-]+)+|\b[a-z]+-[\w-]*\d[\w-]*/i;

/** The sentence with another untruth of the kind in it. */
export function alteredText(
  kind: Kind,
  text: string,
  values: readonly Json[],
  random: Random,
): string | undefined {
  const changed = ALTERED[kind]?.(text, values, random);
  return changed === undefined || changed === text ? undefined : changed;
}

const ALTERED: Readonly<
  Partial<
    Record<Kind, (text: string, values: readonly Json[], random: Random) => string | undefined>
  >
> = {
  "other address": (text, _, random) =>
    text.replace(ADDRESS, (found) =>
      found.includes("@")
        ? `mallory@${found.split("@")[1] ?? ""}`
        : `198.51.100.${1 + Math.floor(random() * 250)}`,
    ),
  "off-by-one count": (text, _, random) =>
    text.replace(NUMBER, (found) =>
      String(Number(found) + (random() < 0.5 || found === "0" ? 1 : -1)),
    ),
  "swapped host and user": (text, values, random) => swapped(text, values, random),
  "moved time": (text, _, random) => text.replace(TIME, (found) => movedTime(found, random)),
  "negated absence": (text) => negated(text),
  "same prefix": (text) => text.replace(NAME, extended),
};

/** The value with another untruth of the kind in it. */
export function alteredValue(kind: Kind, value: Json, random: Random): Json | undefined {
  if (typeof value === "number") return kind === "off-by-one count" ? value + 1 : undefined;
  if (typeof value !== "string" || value === "") return undefined;
  if (kind === "same prefix") return TIME.test(value) ? undefined : extended(value);
  if (kind === "moved time") return TIME.test(value) ? movedTime(value, random) : undefined;
  if (kind !== "other address" || !ADDRESS.test(value)) return undefined;
  const changed = alteredText(kind, value, [], random);
  return changed === value ? undefined : changed;
}

/** The last letter is another one, or one is added. */
function extended(value: string): string {
  const last = value.at(-1) ?? "";
  return last === "e" ? `${value.slice(0, -1)}a` : `${value}e`;
}

const movedTime = (time: string, random: Random): string => {
  const by = [1_000, 60_000, 3_600_000, 86_400_000][Math.floor(random() * 4)] ?? 1_000;
  return new Date(Date.parse(time) + by).toISOString().replace(".000Z", "Z");
};

/** Two values of different meaning change places. */
function swapped(text: string, values: readonly Json[], random: Random): string | undefined {
  const names = [...new Set(values.filter((value) => typeof value === "string").map(inertText))];
  const present = names.filter((name) => text.includes(name) && !TIME.test(name));
  const first = pick(random, present);
  const second = pick(
    random,
    present.filter((name) => first !== undefined && !name.includes(first) && !first.includes(name)),
  );
  if (first === undefined || second === undefined) return undefined;
  return text
    .replaceAll(first, "\u0000")
    .replaceAll(second, () => first)
    .replaceAll("\u0000", () => second);
}

const NEGATIONS: readonly (readonly [from: RegExp, to: string])[] = [
  [/^No other /, "Another "],
  [/^No /, "A "],
  [/^Nobody /, "Somebody "],
  [/^None /, "Some "],
  [/^Nothing /, "Something "],
  [/ none of /, " some of "],
  [/ no /, " a "],
  [/ not /, " "],
  [/ was /, " was not "],
  [/ were /, " were not "],
  [/ is /, " is not "],
  [/ has /, " has no "],
  [/ came /, " never came "],
  [/ signed /, " never signed "],
  [/ wrote /, " never wrote "],
  [/ connected /, " never connected "],
];

function negated(text: string): string | undefined {
  const rule = NEGATIONS.find(([from]) => from.test(text));
  return rule === undefined ? undefined : text.replace(rule[0], rule[1]);
}
