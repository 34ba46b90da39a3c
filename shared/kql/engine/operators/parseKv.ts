/** `parse-kv`: columns out of a text of keys and values. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { absentOf, converter, toText } from "../convert.ts";
import { Frame } from "../frame.ts";
import { regexOf } from "../regex.ts";
import { refuse } from "../context.ts";
import type { KqlValue } from "../values.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  rowContext,
} from "./table.ts";

interface Layout {
  readonly pair: string;
  readonly keyValue: string;
  /** What opens and closes a quoted text; undefined: nothing does. */
  readonly quotes: readonly [string, string] | undefined;
  readonly escape: string | undefined;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function property(node: SyntaxNode, name: string): string | undefined {
  const found = node
    .find("WithClause")
    ?.list("Properties")
    .find((one) => one.name.toLowerCase() === name)
    ?.get("Expression");
  if (found === undefined) return undefined;
  return typeof found.literal === "string" ? found.literal : found.text;
}

/** Reads a key or a value from `at` to the next delimiter outside of quotes. */
function readPart(text: string, at: number, ends: readonly string[], layout: Layout) {
  const { quotes, escape } = layout;
  let value = "";
  let i = at;
  let isQuoted = false;
  while (i < text.length) {
    if (escape !== undefined && text.startsWith(escape, i) && i + escape.length < text.length) {
      const next = text.charAt(i + escape.length);
      value += ESCAPED[next] ?? next;
      i += escape.length + 1;
      continue;
    }
    const quote = quotes?.[isQuoted ? 1 : 0];
    if (quote !== undefined && text.startsWith(quote, i) && (isQuoted || value.trim() === "")) {
      isQuoted = !isQuoted;
      i += quote.length;
      continue;
    }
    if (!isQuoted && ends.some((end) => text.startsWith(end, i))) break;
    value += text.charAt(i);
    i += 1;
  }
  return { value, end: i };
}

function readPairs(text: string, layout: Layout): Map<string, string> {
  const found = new Map<string, string>();
  let i = 0;
  while (i < text.length) {
    const key = readPart(text, i, [layout.keyValue, layout.pair], layout);
    if (!text.startsWith(layout.keyValue, key.end) || key.end >= text.length) {
      i = key.end + layout.pair.length;
      continue;
    }
    const value = readPart(text, key.end + layout.keyValue.length, [layout.pair], layout);
    const name = key.value.trim();
    if (!found.has(name)) found.set(name, value.value);
    i = value.end + layout.pair.length;
  }
  return found;
}

function readMatches(text: string, pattern: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(new RegExp(regexOf(pattern), "g")))
    if (match[1] !== undefined && !found.has(match[1])) found.set(match[1], match[2] ?? "");
  return found;
}

function quotesOf(text: string | undefined): readonly [string, string] | undefined {
  if (text === undefined || text === "") return undefined;
  return text.length === 2 ? [text.charAt(0), text.charAt(1)] : [text, text];
}

const parseKv: CompileOperator = (node, input, output, context) => {
  if (property(node, "greedy") === "true")
    refuse(node, "unsupported-operator", "parse-kv with greedy=true is not supported here.");
  const columns = boundColumns(output);
  const text = context.compiler.scalar(node.get("Expression"), rowContext(context, input));
  const keys = node
    .get("Keys")
    .list("Columns")
    .map((one): { name: string; type: KqlType } => ({
      name: one.get("Name").name,
      type: one.get("Name").type ?? "string",
    }));
  const pattern = property(node, "regex");
  const layout: Layout = {
    pair: property(node, "pair_delimiter") ?? ",",
    keyValue: property(node, "kv_delimiter") ?? "=",
    quotes: quotesOf(property(node, "quote")),
    escape: property(node, "escape"),
  };
  if (layout.pair === "" || layout.keyValue === "")
    refuse(node, "invalid-argument", "The delimiters of parse-kv cannot be empty.");
  const read = (value: string): Map<string, string> =>
    pattern === undefined ? readPairs(value, layout) : readMatches(value, pattern);
  return derived(input, columns, (frame, run) => {
    const at = text.bind(frame, run);
    const pairs = Array.from({ length: frame.rowCount }, (_, row) =>
      read(toText(at(row), text.type)),
    );
    return Frame.lazy(frame.rowCount, columns.length, (index) => {
      const name = columns[index]?.name ?? "";
      const key = keys.find((one) => one.name === name);
      if (key === undefined)
        return frame.column(input.columns.findIndex((column) => column.name === name));
      const convert = converter("string", key.type);
      return pairs.map((found): KqlValue => {
        const value = found.get(name);
        return (value === undefined ? null : convert(value)) ?? absentOf(key.type);
      });
    });
  });
};

export const parseKvOperators: OperatorTable = { ParseKvOperator: parseKv };
