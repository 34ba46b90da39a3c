/** Splits query text into tokens. What the grammar does not know is an error, never skipped. */
import { badRequest } from "./cosmosError.ts";

export type Token =
  | { kind: "word"; text: string }
  | { kind: "parameter"; text: string }
  | { kind: "string"; text: string }
  | { kind: "number"; text: string }
  | { kind: "symbol"; text: string }
  | { kind: "end"; text: "end of query" };

const TOKEN =
  /(?<space>\s+)|(?<string>"(?:\\.|[^"\\])*")|(?<parameter>@[A-Za-z_]\w*)|(?<word>[A-Za-z_]\w*)|(?<number>\d+(?:\.\d+)?)|(?<symbol>\?\?|!=|<=|>=|[=<>()[\]{}.,:*])/y;

const KINDS = ["string", "parameter", "word", "number", "symbol"] as const;

export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < query.length) {
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(query)?.groups;
    if (groups === undefined) {
      throw badRequest(`Syntax error, unexpected '${query.charAt(position)}' at ${position}.`);
    }
    position = TOKEN.lastIndex;
    for (const kind of KINDS) {
      const text = groups[kind];
      if (text !== undefined) tokens.push({ kind, text });
    }
  }
  tokens.push({ kind: "end", text: "end of query" });
  return tokens;
}
