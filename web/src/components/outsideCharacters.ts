/** Text that attackers may control: characters that hide or reorder what a reader sees are named, not obeyed. */

/** A piece of text, or the name of one character that would not show as it is. */
export interface TextPart {
  text: string;
  hidden: boolean;
}

/** [first, last] code points: controls, soft hyphen, bidi marks and overrides, zero width, tags, byte order mark. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

/** Makes one picture of two, such as a family or a profession: between pictures it hides nothing. */
const JOINER =
  /(?<=\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})*)\u200D(?=\p{Extended_Pictographic})/gu;

const isHidden = (code: number): boolean =>
  HIDDEN.some(([first, last]) => code >= first && code <= last);

const nameOf = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

/** Splits text into what may be shown and the names of what may not. Tabs and line feeds stay. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  const joiners = new Set([...text.matchAll(JOINER)].map(({ index }) => index));
  let plain = "";
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isShown = !isHidden(code) || joiners.has(at);
    at += character.length;
    if (isShown) {
      plain += character;
      continue;
    }
    if (plain !== "") parts.push({ text: plain, hidden: false });
    plain = "";
    parts.push({ text: nameOf(code), hidden: true });
  }
  if (plain !== "") parts.push({ text: plain, hidden: false });
  return parts;
}

/** The same as one string, for attributes: titles, labels. */
export const madeVisible = (text: string): string =>
  partsOf(text)
    .map((part) => (part.hidden ? `[${part.text}]` : part.text))
    .join("");

/** An indicator that no mail client or chat turns into a link: hxxp, [.], [@]. */
export const defanged = (value: string): string =>
  value.replace(/http/gi, "hxxp").replaceAll(".", "[.]").replaceAll("@", "[@]");
