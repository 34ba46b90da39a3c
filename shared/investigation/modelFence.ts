/**
 * Values that attackers control reach a model only fenced: `⟦v1a2b3c4d string 54 “the first characters…”⟧`. The handle stands
 * for the value: the model may use it in a query or a claim, where code puts the stored value in its place.
 */
import { createHash } from "node:crypto";

import { canonicalJson } from "../domain/claims.ts";
import { inertText } from "../domain/claimsText.ts";
import type { Json } from "../schemas/json.ts";
import type { KqlColumn } from "../schemas/kql.ts";
import type { Evidence } from "../schemas/sessions.ts";
import { ATTACKER_COLUMNS, PLATFORM_COLUMNS } from "./data/trustedColumns.ts";

/** Characters of a fenced value that the model sees. */
const PREVIEW_MAX = 80;
const FENCE = /⟦(v[0-9a-f]{12}) (\w+) (\d+) [^⟧]*⟧/gu;
const FENCE_MARKS = /[⟦⟧“”"]/gu;
/** Addresses, ids, names: no white space that could make a sentence. */
const PLAIN = /^[\w.@:+%$/-]{1,64}$/;
/** Ids of what the model itself asked for. */
const MODEL_EVIDENCE = /^ev_asked_/;

export const handleOf = (value: Json): string =>
  `v${createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 12)}`;

export const rawText = (value: Json): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** The value behind a fence, with its type, its length and a bounded preview. */
export function fenced(value: Json): string {
  const text = rawText(value);
  const kind = Array.isArray(value) ? "list" : typeof value;
  const shown = inertText(text)
    .replace(/^“(.*)”$/u, "$1")
    .replaceAll(FENCE_MARKS, "'");
  const letters = Array.from(shown);
  const cut = letters.length > PREVIEW_MAX ? `${letters.slice(0, PREVIEW_MAX).join("")}…` : shown;
  return `⟦${handleOf(value)} ${kind} ${Array.from(text).length} “${cut}”⟧`;
}

/** The same text with every preview taken away: what is left is chosen by nobody outside. */
export const withheld = (text: string): string => text.replaceAll(FENCE, "⟦$1 $2 $3 withheld⟧");

/** Whether a text holds anything that an attacker may have chosen. */
export const isTainted = (text: string): boolean => text.includes("⟦v");

/** Whether the column's texts may be the attacker's; numbers, times and truths are nobody's. */
export function isUntrusted({ name, type }: KqlColumn, evidenceId: string): boolean {
  if (type !== "string" && type !== "dynamic") return false;
  if (ATTACKER_COLUMNS.has(name) || MODEL_EVIDENCE.test(evidenceId)) return true;
  return !PLATFORM_COLUMNS.has(name);
}

/** A cell as the model sees it. */
export function cellText(value: Json, column: KqlColumn, evidenceId: string): string {
  if (value === null || value === "") return "-";
  if (!isUntrusted(column, evidenceId)) {
    const isPlain = typeof value !== "string" || PLAIN.test(value) || column.type === "datetime";
    return isPlain && typeof value !== "object" ? String(value) : fenced(value);
  }
  return fenced(value);
}

/** Every value that a handle may stand for. */
export function valuesByHandle(
  evidence: readonly Evidence[],
  others: readonly Json[] = [],
): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>(others.map((value) => [handleOf(value), value]));
  for (const { id, columns, rows } of evidence) {
    columns.forEach((column, i) => {
      if (column.type !== "string" && column.type !== "dynamic") return;
      for (const row of rows) {
        const value = row.values[i];
        if (value === undefined || value === null) continue;
        if (isUntrusted(column, id) || typeof value === "string")
          values.set(handleOf(value), value);
      }
    });
  }
  return values;
}

/** A handle alone, or the whole fence that it stands in. */
const HANDLE = /⟦(v[0-9a-f]{12})\b[^⟧]*⟧|\b(v[0-9a-f]{12})\b/gu;

/** The text with each known handle replaced by what `shown` makes of its value. */
export const unfenced = (
  text: string,
  values: ReadonlyMap<string, Json>,
  shown: (value: Json, handle: string) => string,
): string =>
  text.replaceAll(HANDLE, (whole: string, inFence?: string, alone?: string) => {
    const handle = inFence ?? alone ?? "";
    const value = values.get(handle);
    return value === undefined ? whole : shown(value, handle);
  });

/** Handles that a query of the model names. */
export const handlesIn = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(HANDLE), ([, inFence, alone]) => inFence ?? alone ?? "")),
];

const QUOTED_HANDLE = /(["'])(⟦v[0-9a-f]{12}\b[^⟧]*⟧|v[0-9a-f]{12})\1/gu;

/** A query with its handles, quoted or not, as names of constants. */
export const namedHandles = (kql: string): string =>
  kql
    .replaceAll(QUOTED_HANDLE, "$2")
    .replaceAll(HANDLE, (_whole, inFence?: string, alone?: string) => `_${inFence ?? alone ?? ""}`);

/** A sentence of a checked claim with the untrusted values of its proof behind fences. */
export function fencedSentence(text: string, values: readonly Json[]): string {
  let left = text;
  const marks = values
    .map((value) => ({ shown: inertText(value), mark: fenced(value) }))
    .toSorted((a, b) => b.shown.length - a.shown.length);
  marks.forEach(({ shown }, i) => {
    left = left.replaceAll(shown, `\u0000${i}\u0000`);
  });
  marks.forEach(({ mark }, i) => {
    left = left.replaceAll(`\u0000${i}\u0000`, () => mark);
  });
  return left;
}
