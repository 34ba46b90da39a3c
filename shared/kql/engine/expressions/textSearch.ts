/** Operators that look into text: `has` and its kin match whole terms, `contains` any part. */
import type { CompileScalar, ScalarTable } from "./table.ts";
import { toText } from "../convert.ts";
import { columnScalar, combine, mapScalar, mapTwo } from "../scalar.ts";
import { regexOf } from "../regex.ts";
import type { Context, Scalar } from "../context.ts";
import { refuse } from "../context.ts";
import type { SyntaxNode } from "../../syntax.ts";

type TextTest = (text: string, sought: string) => boolean;

const TERM_CHARACTER = /[\p{L}\p{N}_]/u;

/** Terms are runs of letters and digits, and in ASCII nothing else: an underscore joins no words. */
function isTermCharacter(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (Number.isNaN(code)) return false;
  if (code < 128)
    return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return TERM_CHARACTER.test(text.charAt(index));
}

/** Finds `sought` with no letter or digit before it (`start`) and after it (`end`). */
function findTerm(text: string, sought: string, start: boolean, end: boolean): boolean {
  if (sought === "") return true;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
    const isStart =
      !start || at === 0 || !isTermCharacter(text, at - 1) || !isTermCharacter(text, at);
    const last = at + sought.length - 1;
    const isEnd = !end || !isTermCharacter(text, last + 1) || !isTermCharacter(text, last);
    if (isStart && isEnd) return true;
  }
  return false;
}

export const hasTerm: TextTest = (text, sought) => findTerm(text, sought, true, true);

const TESTS: Readonly<Record<string, TextTest>> = {
  Has: hasTerm,
  HasPrefix: (text, sought) => findTerm(text, sought, true, false),
  HasSuffix: (text, sought) => findTerm(text, sought, false, true),
  Contains: (text, sought) => text.includes(sought),
  StartsWith: (text, sought) => text.startsWith(sought),
  EndsWith: (text, sought) => text.endsWith(sought),
};

const lower = (text: string): string => text.toLowerCase();

function textTest(test: TextTest, isCaseSensitive: boolean, isNegated: boolean): CompileScalar {
  return (node, context) => {
    const right = context.compiler.scalar(node.get("Right"), context);
    const fold = isCaseSensitive ? (text: string) => text : lower;
    if (node.get("Left").kind === "StarExpression" && !isNegated)
      return anyColumn(context, right, (text, sought) => test(fold(text), fold(sought)));
    const left = context.compiler.scalar(node.get("Left"), context);
    return mapTwo("bool", left, right, (value, sought) => {
      const text = fold(toText(value, left.type));
      return test(text, fold(toText(sought, right.type))) !== isNegated;
    });
  };
}

/** `* has "x"`: some column of the row passes the test. */
function anyColumn(context: Context, right: Scalar, test: TextTest): Scalar {
  const columns = context.columns.map(({ type }, index) => columnScalar(type, index));
  return combine("bool", [right, ...columns], ([sought, ...cells]) => (row) => {
    const wanted = toText(sought?.(row) ?? null, right.type);
    return cells.some((cell, i) => test(toText(cell(row), columns[i]?.type ?? "string"), wanted));
  });
}

function matchesRegex(node: SyntaxNode, context: Context): Scalar {
  const left = context.compiler.scalar(node.get("Left"), context);
  const right = context.compiler.scalar(node.get("Right"), context);
  if (!right.isConstant)
    refuse(node, "unsupported-expression", "A regular expression has to be a constant.");
  return mapTwo("bool", left, right, (value, pattern) =>
    regexOf(toText(pattern, right.type)).test(toText(value, left.type)),
  );
}

function build(): ScalarTable {
  const table: Record<string, CompileScalar> = {
    EqualTildeExpression: textTest((a, b) => a === b, false, false),
    BangTildeExpression: textTest((a, b) => a === b, false, true),
    MatchesRegexExpression: matchesRegex,
  };
  for (const [name, test] of Object.entries(TESTS))
    for (const isNegated of [false, true])
      for (const isCaseSensitive of [false, true]) {
        const kind = `${isNegated ? "Not" : ""}${name}${isCaseSensitive ? "Cs" : ""}Expression`;
        table[kind] = textTest(test, isCaseSensitive, isNegated);
      }
  return table;
}

/** The test that a search term stands for: whole terms, or with `*` at an end, or anywhere, as it says. */
function patternTest(pattern: string): { test: TextTest; sought: string } {
  const sought = pattern.replace(/^\*+|\*+$/g, "");
  if (pattern === "*" || sought === "") return { test: () => true, sought };
  const name = `${pattern.startsWith("*") ? "s" : ""}${pattern.endsWith("*") ? "e" : ""}`;
  const tests: Readonly<Record<string, TextTest | undefined>> = {
    s: TESTS["HasSuffix"],
    e: TESTS["HasPrefix"],
    se: TESTS["Contains"],
  };
  return { test: tests[name] ?? hasTerm, sought };
}

/** A bare term of a `search`: some column of the row has it. */
export function searchTerm(pattern: string, context: Context, isCaseSensitive: boolean): Scalar {
  const { test, sought } = patternTest(pattern);
  const fold = isCaseSensitive ? (text: string) => text : lower;
  const wanted = fold(sought);
  const columns = context.columns.map(({ type }, index) => columnScalar(type, index));
  return combine(
    "bool",
    columns,
    (cells) => (row) =>
      cells.some((cell, i) => test(fold(toText(cell(row), columns[i]?.type ?? "string")), wanted)),
  );
}

/** `column:"term"` of a `search`. */
const searchColumn: CompileScalar = (node, context) => {
  const right = node.get("Right");
  if (typeof right.literal !== "string") {
    const left = context.compiler.scalar(node.get("Left"), context);
    const value = context.compiler.scalar(right, context);
    return mapTwo("bool", left, value, (a, b) => toText(a, left.type) === toText(b, value.type));
  }
  const { test, sought } = patternTest(right.literal);
  const left = context.compiler.scalar(node.get("Left"), context);
  return mapScalar("bool", left, (value) => test(lower(toText(value, left.type)), lower(sought)));
};

export const textSearch: ScalarTable = { ...build(), SearchExpression: searchColumn };
