/**
 * Which text a body may carry: what every reader of JSON reads back as it was sent. A zero character ends the text in some
 * databases and languages, and half of a surrogate pair is no character: both would come back as something else.
 */
import type { FieldError } from "../../shared/domain/errors.ts";

const UNREADABLE = /[\0\p{Cs}]/u;
const DETAIL =
  "This holds a character that cannot be kept: a zero character (U+0000) or half of a surrogate pair. Leave it out.";

/**
 * Every text and field name in it that is not readable, however deep.
 * @param json a body as it was parsed.
 * @returns one error for each, by its JSON pointer.
 */
export function unreadableTexts(json: unknown): FieldError[] {
  const found: FieldError[] = [];
  const open: [pointer: string, value: unknown][] = [["", json]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [pointer, value] = next;
    if (typeof value === "string" && UNREADABLE.test(value))
      found.push({ pointer, detail: DETAIL });
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.entries(value).map(([name, one]): [string, unknown] => {
      const place = `${pointer}/${escapedPointer(name)}`;
      if (UNREADABLE.test(name)) found.push({ pointer: place, detail: DETAIL });
      return [place, one];
    });
    open.push(...inner.toReversed());
  }
  return found;
}

/** One step of a JSON pointer (RFC 6901). */
export const escapedPointer = (part: string): string =>
  part.replaceAll("~", "~0").replaceAll("/", "~1");
