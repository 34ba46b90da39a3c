/** As much of OData as Resource Manager and Graph understand in lists: $filter, $orderby, $top, $skip. */
import type { Json, JsonObject } from "../../shared/schemas/json.ts";

/** What is wrong with a list's parameters, in words for the caller. */
export class ODataError extends Error {}

type Test = (item: JsonObject) => boolean;

const TOKEN = /\s*(?:(\()|(\))|'((?:[^']|'')*)'|([^\s()']+))/y;
const COMPARE: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

interface Token {
  readonly kind: "(" | ")" | "text" | "word";
  readonly text: string;
}

function tokens(filter: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < filter.trimEnd().length) {
    const match = TOKEN.exec(filter);
    if (match === null) throw new ODataError(`The filter '${filter}' cannot be read.`);
    const [, open, close, text, word] = match;
    if (open !== undefined) found.push({ kind: "(", text: open });
    else if (close !== undefined) found.push({ kind: ")", text: close });
    else if (text !== undefined) found.push({ kind: "text", text: text.replaceAll("''", "'") });
    else found.push({ kind: "word", text: word ?? "" });
  }
  return found;
}

/**
 * Compiles comparisons joined by `and`, `or`, `not` and parentheses. Properties are paths with `/`.
 * @param properties those that may stand in a filter
 * @throws ODataError
 */
export function compileFilter(filter: string, properties: readonly string[]): Test {
  const list = tokens(filter);
  let at = 0;
  const isNext = (word: string): boolean =>
    list[at]?.kind === "word" && list[at]?.text.toLowerCase() === word;
  const next = (): Token => {
    const token = list[at];
    if (token === undefined) throw new ODataError(`The filter '${filter}' ends too early.`);
    at += 1;
    return token;
  };
  const joined = (word: "and" | "or", part: () => Test): Test => {
    const tests = [part()];
    while (isNext(word)) {
      at += 1;
      tests.push(part());
    }
    return word === "and"
      ? (item) => tests.every((test) => test(item))
      : (item) => tests.some((test) => test(item));
  };
  const either = (): Test => joined("or", () => joined("and", single));
  const single = (): Test => {
    if (isNext("not")) {
      at += 1;
      const test = single();
      return (item) => !test(item);
    }
    if (list[at]?.kind !== "(") return comparison(next(), next(), next(), properties);
    at += 1;
    const inner = either();
    if (next().kind !== ")") throw new ODataError("A parenthesis is not closed.");
    return inner;
  };
  const whole = either();
  if (at < list.length) throw new ODataError(`The filter has '${list[at]?.text}' too much.`);
  return whole;
}

function comparison(
  property: Token,
  operator: Token,
  literal: Token,
  properties: readonly string[],
): Test {
  const holds = COMPARE[operator.text.toLowerCase()];
  if (property.kind !== "word" || !properties.includes(property.text))
    throw new ODataError(`Could not find a property named '${property.text}'.`);
  if (holds === undefined)
    throw new ODataError(`The operator '${operator.text}' is not supported.`);
  if (literal.kind === "(" || literal.kind === ")")
    throw new ODataError("A value is missing in the filter.");
  return (item) => holds(compare(valueAt(item, property.text), literal.text));
}

/** The value at a path such as `properties/status`. */
export function valueAt(item: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = item;
  for (const name of path.split("/")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** Numbers as numbers, times as times, texts without regard to case: samples of both services write them both ways. */
function compare(value: Json | undefined, literal: string): number {
  if (value === undefined || value === null) return literal === "null" ? 0 : NaN;
  if (typeof value === "number") return value - Number(literal);
  const text = plain(value);
  const [left, right] = [text, literal].map((one) =>
    /^\d{4}-\d\d-\d\d/.test(one) ? Date.parse(one) : NaN,
  );
  if (left !== undefined && right !== undefined && !Number.isNaN(left) && !Number.isNaN(right))
    return left - right;
  const [a, b] = [text.toLowerCase(), literal.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

const plain = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Sorts by `path asc|desc`; undefined keeps the order. @throws ODataError */
export function sorted(
  items: readonly JsonObject[],
  orderBy: string | null,
  properties: readonly string[],
): JsonObject[] {
  if (orderBy === null) return [...items];
  const [path = "", direction = "asc"] = orderBy.trim().split(/\s+/);
  if (!properties.includes(path)) throw new ODataError(`Cannot sort by '${path}'.`);
  const sign = direction.toLowerCase() === "desc" ? -1 : 1;
  return items.toSorted((a, b) => {
    const other = valueAt(b, path);
    return sign * (compare(valueAt(a, path), other === undefined ? "null" : plain(other)) || 0);
  });
}

export interface Page {
  readonly items: JsonObject[];
  /** How many match in all. */
  readonly total: number;
  /** How many to skip for the next page; undefined on the last one. */
  readonly next?: number;
}

/**
 * Filters, sorts and cuts a list by the parameters of its URL.
 * @throws ODataError
 */
export function pageOf(
  items: readonly JsonObject[],
  parameters: URLSearchParams,
  of: { properties: readonly string[]; top: number; topMax: number; skip: number },
): Page {
  const filter = parameters.get("$filter");
  const test = filter === null ? () => true : compileFilter(filter, of.properties);
  const top = count(parameters.get("$top"), of.top);
  if (top > of.topMax)
    throw new ODataError(`The limit of '${of.topMax}' for Top query is exceeded.`);
  const matching = sorted(items.filter(test), parameters.get("$orderby"), of.properties);
  const end = of.skip + top;
  return {
    items: matching.slice(of.skip, end),
    total: matching.length,
    ...(end < matching.length && top > 0 ? { next: end } : {}),
  };
}

/** A number of a parameter. @throws ODataError */
export function count(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new ODataError(`'${text}' is no number of items.`);
  return Number(text);
}
