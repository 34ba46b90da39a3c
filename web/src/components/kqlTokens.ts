/** Splits KQL for colouring. Only looks: a query is never judged by this. */

type TokenKind = "comment" | "string" | "number" | "keyword" | "plain";
export interface KqlToken {
  kind: TokenKind;
  text: string;
}

const KEYWORDS = new Set(
  (
    "let where extend project project-away project-rename project-keep project-reorder summarize by sort order take limit " +
    "top join kind on union mv-expand mv-apply distinct count parse evaluate make-series render between and or not in has " +
    "has_any has_all contains startswith endswith matches regex asc desc nulls first last datatable print lookup serialize"
  ).split(" "),
);

const PATTERN =
  /(?<comment>\/\/[^\n]*)|(?<string>@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*')|(?<number>\b\d[\w.:-]*)|(?<word>[A-Za-z_][\w-]*)/g;

/** The pieces joined give the text again. */
export function kqlTokens(text: string): KqlToken[] {
  const tokens: KqlToken[] = [];
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (match.index > at) tokens.push({ kind: "plain", text: text.slice(at, match.index) });
    tokens.push({ kind: kindOf(match.groups ?? {}), text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) tokens.push({ kind: "plain", text: text.slice(at) });
  return tokens;
}

function kindOf(groups: Record<string, string | undefined>): TokenKind {
  if (groups["comment"] !== undefined) return "comment";
  if (groups["string"] !== undefined) return "string";
  if (groups["number"] !== undefined) return "number";
  return KEYWORDS.has(groups["word"] ?? "") ? "keyword" : "plain";
}
