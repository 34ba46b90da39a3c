/** What could stand at the caret: tables where a query begins, operators after a pipe, columns elsewhere. */
import { kqlTokens } from "../../components/kqlTokens.ts";

export interface Candidate {
  text: string;
  kind: "table" | "column" | "operator" | "function";
  /** A column's type, a function's signature. */
  detail?: string | undefined;
}

export interface Vocabulary {
  tables: readonly string[];
  /** The workspace's own; the signature is written as a call. */
  functions: readonly { name: string; signature: string }[];
  columns: readonly { name: string; type?: string | undefined }[];
}

export interface Completion {
  /** Where the word under the caret begins; it is replaced up to the caret. */
  from: number;
  candidates: Candidate[];
}

const SHOWN = 12;

const OPERATORS = (
  "where extend project project-away project-rename project-keep project-reorder summarize count distinct " +
  "take top order sort join union mv-expand mv-apply parse make-series lookup serialize evaluate render"
).split(" ");

const FUNCTIONS = (
  "ago( now( bin( datetime( timespan( tostring( tolower( toupper( toint( tolong( todatetime( todynamic( parse_json( " +
  "extract( split( strcat( substring( replace_string( iff( case( isempty( isnotempty( isnull( isnotnull( coalesce( " +
  "count( countif( dcount( dcountif( sum( min( max( avg( arg_max( arg_min( make_list( make_set( take_any( percentile( " +
  "has_any has_all contains startswith endswith matches regex in~ between and or not by asc desc"
).split(" ");

/** Undefined where nothing helps: inside a string or a comment, or when nothing was typed and nothing asked for. */
export function completionAt(
  text: string,
  caret: number,
  vocabulary: Vocabulary,
  isAsked = false,
): Completion | undefined {
  const before = text.slice(0, caret);
  const word = /[A-Za-z_][\w-]*$/.exec(before)?.[0] ?? "";
  const from = caret - word.length;
  if (isInsideText(before) || (word === "" && !isAsked)) return undefined;
  const found = candidatesFor(before.slice(0, from), vocabulary).filter(({ text: each }) =>
    each.toLowerCase().startsWith(word.toLowerCase()),
  );
  const candidates = found.filter(({ text: each }) => each !== word).slice(0, SHOWN);
  return candidates.length === 0 ? undefined : { from, candidates };
}

function candidatesFor(before: string, { tables, functions, columns }: Vocabulary): Candidate[] {
  const line = before.trimEnd();
  if (line.endsWith("|")) return OPERATORS.map((text) => ({ text, kind: "operator" }));
  const names: Candidate[] = tables.map((text) => ({ text, kind: "table" }));
  const isStart =
    line === "" || line.endsWith(";") || /\b(union|join|lookup|from)\b[^|]*$/.test(line);
  const known = columns.map(({ name, type }): Candidate => ({
    text: name,
    kind: "column",
    detail: type,
  }));
  const own = functions.map(({ name, signature }): Candidate => ({
    text: `${name}(`,
    kind: "function",
    detail: signature,
  }));
  const others = FUNCTIONS.map((text): Candidate => ({ text, kind: "function" }));
  return isStart ? [...names, ...own, ...known] : [...known, ...others, ...own, ...names];
}

/** True after an opened quote on the same line, and after `//`. */
function isInsideText(before: string): boolean {
  const tokens = kqlTokens(before);
  if (tokens.at(-1)?.kind === "comment") return true;
  const open = tokens.filter(({ kind }) => kind !== "string" && kind !== "comment");
  const line = open.map(({ text }) => text).join("");
  return /["'][^\n]*$/.test(line);
}

/**
 * The query up to the last pipe before the caret: its output columns are those that the caret can use.
 * Undefined while there is no whole stage before it.
 */
export function stageBefore(text: string, caret: number): string | undefined {
  const before = kqlTokens(text.slice(0, caret));
  let at = caret;
  for (const token of before.toReversed()) {
    at -= token.text.length;
    if (token.kind !== "plain") continue;
    const pipe = token.text.lastIndexOf("|");
    if (pipe !== -1) return text.slice(0, at + pipe).trimEnd();
  }
  return undefined;
}
