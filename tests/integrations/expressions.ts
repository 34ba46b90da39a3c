/** The expression language that ARM templates and Logic Apps share: calls, literals, and access by `['name']` or `.name`. */
import type { Json } from "../../shared/schemas/json.ts";

export type Functions = Readonly<Record<string, (...args: Json[]) => Json>>;

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_]\w*)|(\?\[|[()[\],.]))/y;

/** A member of an object; `null` when there is none, as `?['name']` gives it. */
export const valueAt = (value: Json, name: string): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value[name] ?? null)
    : null;

/** @throws Error for what the language, or this part of it, does not have. */
export function evaluate(text: string, functions: Functions): Json {
  const tokens = tokensOf(text);
  const value = expression(tokens, functions);
  if (tokens.length > 0) throw new Error(`Unexpected ${tokens[0]} in ${text}.`);
  return value;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`Cannot read ${text.slice(at)}.`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function expression(tokens: string[], functions: Functions): Json {
  let value = primary(tokens, functions);
  for (;;) {
    const next = tokens[0];
    if (next === "?[" || next === "[") {
      tokens.shift();
      const name = expression(tokens, functions);
      expect(tokens, "]");
      value = member(value, name, next === "?[");
    } else if (next === ".") {
      tokens.shift();
      value = member(value, tokens.shift() ?? "", false);
    } else return value;
  }
}

function member(value: Json, name: Json, isOptional: boolean): Json {
  const key = typeof name === "string" ? name : JSON.stringify(name);
  const isThere = typeof value === "object" && value !== null && key in value;
  if (!isThere && !isOptional) throw new Error(`There is no ${key}.`);
  return valueAt(value, key);
}

function primary(tokens: string[], functions: Functions): Json {
  const token = tokens.shift() ?? "";
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (/^-?\d/.test(token)) return Number(token);
  const call = functions[token];
  if (call === undefined) throw new Error(`Nobody knows ${token}.`);
  expect(tokens, "(");
  const args: Json[] = [];
  while (tokens[0] !== ")") {
    args.push(expression(tokens, functions));
    if (tokens[0] === ",") tokens.shift();
    else if (tokens[0] !== ")") throw new Error(`Unexpected ${tokens[0]} in the call of ${token}.`);
  }
  tokens.shift();
  return call(...args);
}

function expect(tokens: string[], token: string): void {
  const next = tokens.shift();
  if (next !== token) throw new Error(`Expected ${token} and not ${next}.`);
}
