/**
 * Which text a body may carry: what every reader of JSON reads back as it was sent. A zero character ends the text in some
 * databases and languages, and half of a surrogate pair is no character: both would come back as something else.
 */
import type { FieldError } from "../../shared/domain/errors.ts";

const UNREADABLE = /[\0\p{Cs}]/u;
const DETAIL =
  "This holds a character that cannot be kept: a zero character (U+0000) or half of a surrogate pair. Leave it out.";

/** So many are named: a body may hold a million of them. */
const NAMED_MAX = 100;

/**
 * Texts and field names in it that are not readable, however deep and however many members its lists have.
 * @param json a body as it was parsed.
 * @returns one error for each place by its JSON pointer, those less deep first; at most 100.
 */
export function unreadableTexts(json: unknown): FieldError[] {
  if (isUnreadable(json)) return [{ pointer: "", detail: DETAIL }];
  const found: FieldError[] = [];
  const open: [pointer: string, value: unknown][] = [["", json]];
  for (const [pointer, value] of open) {
    if (typeof value !== "object" || value === null) continue;
    for (const [name, one] of membersOf(value)) {
      const isBad = isUnreadable(name) || isUnreadable(one);
      if (!isBad && (typeof one !== "object" || one === null)) continue;
      const place = `${pointer}/${escapedPointer(String(name))}`;
      if (isBad) found.push({ pointer: place, detail: DETAIL });
      if (found.length === NAMED_MAX) return found;
      open.push([place, one]);
    }
  }
  return found;
}

/** Those of a list by their numbers: names for a million of them would take longer than all the rest. */
const membersOf = (value: object): Iterable<[name: string | number, member: unknown]> =>
  Array.isArray(value) ? value.entries() : Object.entries(value);

const isUnreadable = (value: unknown): boolean =>
  typeof value === "string" && UNREADABLE.test(value);

/** One step of a JSON pointer (RFC 6901). */
export const escapedPointer = (part: string): string =>
  part.replaceAll("~", "~0").replaceAll("/", "~1");
