/** What every document store checks the same way about a query: field paths, pages, cursors. */
import { hash } from "node:crypto";

import { AppError } from "./errors.ts";

/** Where a page ended. The next page starts right behind it. */
export interface CursorPosition {
  /** The ordering field's value; `undefined` when the query has no ordering field. */
  value?: string | number | undefined;
  key: readonly string[];
  id: string;
}

/** Most documents a page may hold. */
export const PAGE_LIMIT_MAX = 1000;
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Splits `owner.email` into its steps. Field names become part of the store's SQL text, so nothing else gets through.
 * @throws AppError `invalid-fields` for anything but letters, digits, `_` and `-`.
 */
export function fieldPath(field: string): string[] {
  const steps = field.split(".");
  if (!steps.every(isFieldName)) throw invalid(`"${field}" is not a field path.`);
  return steps;
}

/** Whether `name` can be filtered on, ordered by and patched: a letter or `_`, then letters, digits, `_` and `-`. */
export const isFieldName = (name: string): boolean => FIELD_NAME.test(name);

/** @throws AppError `invalid-fields` when the page is out of bounds, asks for two starting points, or selects what is not a field. */
export function checkPage(page: {
  limit: number;
  cursor?: string | undefined;
  offset?: number | undefined;
  select?: readonly string[] | undefined;
}): void {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > PAGE_LIMIT_MAX) {
    throw invalid(`limit must be a whole number from 1 to ${PAGE_LIMIT_MAX}.`);
  }
  if (page.select?.every(isFieldName) === false) throw invalid("select needs field names.");
  if (page.offset === undefined) return;
  if (!Number.isSafeInteger(page.offset) || page.offset < 0) {
    throw invalid("offset must be a whole number from 0.");
  }
  if (page.cursor !== undefined) throw invalid("offset and cursor exclude each other.");
}

/**
 * Only the last fields of a container's composite pairs order documents: another order has no index on every store.
 * @throws AppError `invalid-fields`.
 */
export function checkOrdering(
  container: { composite: readonly (readonly string[])[] },
  field: string,
): void {
  if (container.composite.some((fields) => fields.at(-1) === field)) return;
  throw invalid(`Documents of this container cannot be ordered by ${field}.`);
}

/** @throws AppError `invalid-fields` for a range without a bound, or with bounds of two types: it could not match. */
export function checkRange(range: {
  from?: string | number | undefined;
  to?: string | number | undefined;
}): void {
  const { from, to } = range;
  if (from === undefined && to === undefined) throw invalid("A range needs from, to or both.");
  if (from !== undefined && to !== undefined && typeof from !== typeof to) {
    throw invalid("A range needs from and to of one type.");
  }
}

/** A short fingerprint of what a query asks, whatever the order in which its properties were written. */
export function queryShape(parts: unknown): string {
  return hash("sha256", JSON.stringify(sorted(parts)), "base64url").slice(0, 16);
}

/** An opaque, URL-safe cursor that only a query of the same shape accepts. */
export function encodeCursor(shape: string, { value, key, id }: CursorPosition): string {
  return Buffer.from(JSON.stringify({ h: shape, v: value, k: key, i: id })).toString("base64url");
}

/**
 * @param ordered whether the query has an ordering field, so that the cursor must carry its value.
 * @throws AppError `invalid-fields` when the cursor is damaged or belongs to another query.
 */
export function decodeCursor(
  cursor: string,
  expected: { shape: string; keyLength: number; ordered: boolean },
): CursorPosition {
  const content = parsed(cursor);
  const foreign = invalid("cursor does not belong to this query.");
  if (typeof content !== "object" || content === null) throw foreign;
  if (!("h" in content) || content.h !== expected.shape) throw foreign;
  if (!("i" in content) || typeof content.i !== "string") throw foreign;
  if (!("k" in content) || !isKey(content.k) || content.k.length !== expected.keyLength) {
    throw foreign;
  }
  const position = { key: content.k, id: content.i };
  if (!expected.ordered) return position;
  if (!("v" in content)) throw foreign;
  if (typeof content.v !== "string" && typeof content.v !== "number") throw foreign;
  return { ...position, value: content.v };
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

const isKey = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((part) => typeof part === "string");

/** The same with the properties of every object in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

const invalid = (detail: string): AppError => new AppError("invalid-fields", detail);
