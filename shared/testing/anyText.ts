/** Texts of any characters for property tests. */
import * as fc from "fast-check";

/** Code points on both sides of the surrogates, as likely as they are many. */
const anyCharacter = fc
  .oneof(
    { arbitrary: fc.integer({ min: 0, max: 0xd7ff }), weight: 0xd8 },
    { arbitrary: fc.integer({ min: 0xe000, max: 0x10_ffff }), weight: 0x10_20 },
  )
  .map((point) => String.fromCodePoint(point), pointOf);

/** Lets fast-check mix names such as `__proto__` in, as it does by itself. @throws Error for what is no one character. */
function pointOf(character: unknown): number {
  const point = typeof character === "string" ? character.codePointAt(0) : undefined;
  if (point === undefined || String.fromCodePoint(point) !== character)
    throw new Error("Only a single character has a code point.");
  return point;
}

/** As `fc.string({ unit: "binary" })`, without the table of all of Unicode that takes a second to make. */
export const anyText = (bounds: { maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...bounds, unit: anyCharacter });
