/**
 * `union kind=inner` gives the columns that all of its tables have. The language package takes it for an outer one, and
 * binds what follows to columns that are not there; so the common columns are projected right behind it.
 */
import type { KqlColumn, WorkspaceSchema } from "../schemas/kql.ts";
import {
  type BoundText,
  type Position,
  type SyntaxNode,
  bindText,
  positionAt,
  walk,
} from "./syntax.ts";

/** A text in which every inner union is followed by its common columns. */
export interface WrittenOut {
  readonly text: string;
  readonly bound: BoundText;
  /** Where a place of this text stands in the one that was given. */
  placeOf(at: Position): Position;
}

interface Insertion {
  /** In the text that was given. */
  readonly at: number;
  readonly text: string;
}

const MAY_HOLD_ONE = /\bunion\b[^|]*\bkind\s*=\s*["']?inner/i;
/** Unions in unions are written out one by one. */
const UNIONS_MAX = 20;

/**
 * @param bind binds the text that is given; asked only when it may hold an inner union.
 * @returns undefined when the text has no inner union of tables that differ.
 */
export function writeInnerUnionsOut(
  given: string,
  bind: () => BoundText,
  schema: WorkspaceSchema,
): WrittenOut | undefined {
  if (!MAY_HOLD_ONE.test(given)) return undefined;
  const insertions: Insertion[] = [];
  let text = given;
  let current = bind();
  for (let count = 0; count < UNIONS_MAX; count += 1) {
    const done = new Set(insertions.map(({ at }) => writtenOffset(at, insertions)));
    const next = differing(current.root).find(({ end }) => !done.has(end));
    if (next === undefined) break;
    const names = next.names.map((name) => `['${name.replace(/[\\']/g, String.raw`\$&`)}']`);
    const insertion = ` | project ${names.join(", ")}`;
    insertions.push({ at: givenOffset(next.end, insertions), text: insertion });
    text = text.slice(0, next.end) + insertion + text.slice(next.end);
    current = bindText(text, schema);
  }
  if (insertions.length === 0) return undefined;
  const written = text;
  return {
    text,
    bound: current,
    placeOf: (at) => positionAt(given, givenOffset(offsetOf(written, at), insertions)),
  };
}

const inOrder = (insertions: readonly Insertion[]): Insertion[] =>
  insertions.toSorted((a, b) => a.at - b.at);

/** Where the insertion at an offset of the given text begins in the written one. */
const writtenOffset = (at: number, insertions: readonly Insertion[]): number =>
  inOrder(insertions)
    .filter((one) => one.at < at)
    .reduce((offset, one) => offset + one.text.length, at);

function givenOffset(offset: number, insertions: readonly Insertion[]): number {
  let before = 0;
  for (const { at, text } of inOrder(insertions)) {
    if (at + before >= offset) break;
    // Inside of what was inserted: the union itself is meant.
    before += Math.min(text.length, offset - at - before);
  }
  return offset - before;
}

function offsetOf(text: string, { line, column }: Position): number {
  let offset = 0;
  for (const [index, one] of text.split(/(?<=\r\n|[\n\u2028\u2029]|\r(?!\n))/).entries()) {
    if (index === line - 1) return offset + column - 1;
    offset += one.length;
  }
  return text.length;
}

interface Differing {
  readonly end: number;
  /** The columns that all tables have, behind the one that tells where a row is from. */
  readonly names: readonly string[];
}

/** Inner unions of tables that do not have the same columns, those that end first at the front. */
function differing(root: SyntaxNode): Differing[] {
  const inputs = new Map<number, SyntaxNode>();
  const unions: SyntaxNode[] = [];
  for (const node of walk(root)) {
    if (node.kind === "PipeExpression")
      inputs.set(node.get("Operator").start, node.get("Expression"));
    else if (node.kind === "UnionOperator" && isInner(node)) unions.push(node);
  }
  return unions
    .flatMap((node) => {
      const input = inputs.get(node.start);
      const legs = [...(input === undefined ? [] : [input]), ...node.list("Expressions")].map(
        ({ columns }) => columns,
      );
      const columns = commonColumns(legs);
      const widest = Math.max(...legs.map((one) => one?.length ?? 0));
      if (columns.length === 0 || columns.length === widest) return [];
      return [
        { end: node.end, names: [...sourceColumn(node), ...columns.map(({ name }) => name)] },
      ];
    })
    .toSorted((a, b) => a.end - b.end);
}

const sourceColumn = (node: SyntaxNode): string[] =>
  node
    .list("Parameters")
    .filter((one) => /^with_?source$/i.test(one.name))
    .map((one) => one.get("Expression").text);

const isInner = (node: SyntaxNode): boolean =>
  node
    .list("Parameters")
    .some(
      (one) =>
        one.name.toLowerCase() === "kind" &&
        /^["']?inner["']?$/i.test(one.find("Expression")?.text ?? ""),
    );

function commonColumns(legs: readonly (readonly KqlColumn[] | undefined)[]): KqlColumn[] {
  const [first, ...others] = legs;
  if (first === undefined || others.some((leg) => leg === undefined)) return [];
  return first.filter(({ name, type }) =>
    others.every((leg) => leg?.some((one) => one.name === name && one.type === type)),
  );
}
