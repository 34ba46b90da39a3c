/** Values that a text names: users, addresses, hosts, files. Only what cannot be taken for an ordinary word. */
import type { ConditionSubject } from "../schemas/conditions.ts";

const IPV4 = /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g;

/** In the order in which they are looked for: a user's name is no domain, a file's none either. */
const PATTERNS: readonly (readonly [ConditionSubject, RegExp])[] = [
  ["users", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ["ips", IPV4],
  ["hashes", /\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b/gi],
  ["files", /\b[\w-]+\.(?:exe|dll|ps1|bat|cmd|vbs|js|docm|xlsm|iso|lnk|msi|scr|zip|docx|xlsx)\b/gi],
  [
    "hosts",
    /\b(?=[A-Za-z-]{0,60}\d|[A-Za-z]{1,20}-[\w-]{0,60}\d)[A-Za-z]{2,20}(?:-[A-Za-z0-9]{1,20}){1,4}\b(?![.@])|\b(?:SRV|DC|WS|LT|PC|SQL)\d{1,4}\b(?![.@])/g,
  ],
  [
    "domains",
    /\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}\.(?:com|net|org|io|example|local|corp|test)\b/gi,
  ],
];

/** Values of one kind, in their order. */
export const valuesNamed = (text: string, kind: ConditionSubject): string[] => [
  ...new Set(
    PATTERNS.filter(([name]) => name === kind).flatMap(([, own]) => text.match(own) ?? []),
  ),
];

export interface NamedValue {
  kind: ConditionSubject;
  value: string;
}

/**
 * The text with each value replaced by what `mark` gives for it, and the values, in the order of their kinds.
 * @param mark of the value's kind and its place in the list; must hold nothing that looks like a value.
 */
export function withoutValues(
  text: string,
  mark: (kind: ConditionSubject, at: number) => string,
): { text: string; values: NamedValue[] } {
  const values: NamedValue[] = [];
  let rest = text;
  for (const [kind, pattern] of PATTERNS) {
    rest = rest.replaceAll(pattern, (value) => mark(kind, values.push({ kind, value }) - 1));
  }
  return { text: rest, values };
}
