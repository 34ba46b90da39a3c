/**
 * One column of a segment, in memory that threads share. Numbers are plain; everything else is a code into the distinct
 * texts of the column, so a value that repeats is kept once.
 */
import type { KqlType } from "../../../schemas/kql.ts";
import type { KqlValue } from "../values.ts";
import { type Cell, absentValue, valueOfText } from "./cells.ts";

export type SharedColumn = NumberColumn | TextColumn;

interface NumberColumn {
  readonly kind: "numbers";
  /** Absent: NaN, or the smallest 32-bit integer. */
  readonly values: Float64Array | Int32Array;
}

interface TextColumn {
  readonly kind: "texts";
  /** By row the number of its text, from 1; 0 is absent. Without codes, every row has text 1. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array | undefined;
  /** Where each text ends in `characters`. */
  readonly ends: Uint32Array;
  /** All texts, one behind the other: Latin-1, or UTF-16 where that cannot hold them. */
  readonly characters: Uint8Array;
  readonly isWide: boolean;
}

const ABSENT_INT = -2_147_483_648;

/** Packs cells; undefined when all of them are absent. */
export function packColumn(cells: readonly Cell[]): SharedColumn | undefined {
  if (cells.every((cell) => cell === null)) return undefined;
  const isNumeric = cells.every((cell) => cell === null || Number.isFinite(cell));
  return isNumeric ? packNumbers(cells) : packTexts(cells);
}

function packNumbers(cells: readonly Cell[]): NumberColumn {
  const isSmall = cells.every(
    (cell) => cell === null || (Object.is(Number(cell) | 0, cell) && cell !== ABSENT_INT),
  );
  const values = isSmall
    ? new Int32Array(new SharedArrayBuffer(cells.length * 4))
    : new Float64Array(new SharedArrayBuffer(cells.length * 8));
  const absent = isSmall ? ABSENT_INT : Number.NaN;
  for (let row = 0; row < cells.length; row += 1) {
    const cell = cells[row];
    values[row] = typeof cell === "number" ? cell : absent;
  }
  return { kind: "numbers", values };
}

function packTexts(cells: readonly Cell[]): TextColumn {
  const numbers = new Map<string, number>();
  const codes = new Uint32Array(cells.length);
  let hasAbsent = false;
  for (let row = 0; row < cells.length; row += 1) {
    const cell = cells[row] ?? null;
    if (cell === null) {
      hasAbsent = true;
      continue;
    }
    const text = Object.is(cell, -0) ? "-0" : String(cell);
    let code = numbers.get(text);
    if (code === undefined) {
      code = numbers.size + 1;
      numbers.set(text, code);
    }
    codes[row] = code;
  }
  return {
    kind: "texts",
    codes: numbers.size === 1 && !hasAbsent ? undefined : narrow(codes, numbers.size),
    ...packCharacters([...numbers.keys()]),
  };
}

function narrow(codes: Uint32Array, greatest: number): Uint8Array | Uint16Array | Uint32Array {
  const { length } = codes;
  const narrowed =
    greatest < 256
      ? new Uint8Array(new SharedArrayBuffer(length))
      : greatest < 65_536
        ? new Uint16Array(new SharedArrayBuffer(length * 2))
        : new Uint32Array(new SharedArrayBuffer(length * 4));
  narrowed.set(codes);
  return narrowed;
}

/** Characters beyond Latin-1 need two bytes each; UTF-16 keeps even halves of pairs as they are. */
const BEYOND_LATIN = /[\u0100-\uffff]/;

function packCharacters(
  texts: readonly string[],
): Pick<TextColumn, "ends" | "characters" | "isWide"> {
  const all = texts.join("");
  const isWide = BEYOND_LATIN.test(all);
  const ends = new Uint32Array(new SharedArrayBuffer(texts.length * 4));
  let end = 0;
  texts.forEach((text, i) => (ends[i] = end += text.length));
  const memory = new SharedArrayBuffer(isWide ? all.length * 2 : all.length);
  Buffer.from(memory).write(all, isWide ? "utf16le" : "latin1");
  return { ends, characters: new Uint8Array(memory), isWide };
}

function textsOf({ characters, isWide, ends }: TextColumn): string[] {
  const { buffer, byteOffset, byteLength } = characters;
  const all = Buffer.from(buffer, byteOffset, byteLength).toString(isWide ? "utf16le" : "latin1");
  const texts = Array<string>(ends.length);
  let start = 0;
  for (let i = 0; i < ends.length; i += 1) {
    const end = ends[i] ?? start;
    texts[i] = all.slice(start, end);
    start = end;
  }
  return texts;
}

/** By code, the values of a text column; made once per thread, when a query first reads the column. */
const dictionaries = new WeakMap<TextColumn, KqlValue[]>();

function dictionaryOf(column: TextColumn, type: KqlType): readonly KqlValue[] {
  const known = dictionaries.get(column);
  if (known !== undefined) return known;
  const texts = textsOf(column);
  const made: KqlValue[] = [absentValue(type)];
  for (const text of texts) made.push(valueOfText(text, type));
  dictionaries.set(column, made);
  return made;
}

/** Writes the values of some rows into a list, from a position on. */
export function unpackInto(
  into: KqlValue[],
  at: number,
  column: SharedColumn,
  type: KqlType,
  rows: Rows,
): void {
  const { first, picked, count } = rows;
  if (column.kind === "numbers") {
    const { values } = column;
    const isFloat = values instanceof Float64Array;
    for (let i = 0; i < count; i += 1) {
      const value = values[picked === undefined ? first + i : (picked[i] ?? 0)] ?? 0;
      into[at + i] = (isFloat ? Number.isNaN(value) : value === ABSENT_INT) ? null : value;
    }
    return;
  }
  const dictionary = dictionaryOf(column, type);
  const { codes } = column;
  for (let i = 0; i < count; i += 1) {
    const row = picked === undefined ? first + i : (picked[i] ?? 0);
    into[at + i] = dictionary[codes === undefined ? 1 : (codes[row] ?? 0)] ?? null;
  }
}

/** Rows of a segment: a range, or the picked ones. */
export interface Rows {
  readonly first: number;
  readonly count: number;
  readonly picked?: Uint32Array;
}

/** All cells of a column, as they were packed. */
export function cellsOf(column: SharedColumn, rowCount: number): Cell[] {
  if (column.kind === "numbers") {
    const isFloat = column.values instanceof Float64Array;
    return Array.from(column.values, (value) =>
      (isFloat ? Number.isNaN(value) : value === ABSENT_INT) ? null : value,
    );
  }
  const texts = textsOf(column);
  const { codes } = column;
  return Array.from(
    { length: rowCount },
    (_, row) => texts[(codes === undefined ? 1 : (codes[row] ?? 0)) - 1] ?? null,
  );
}

/** The rows of a range whose text is one of those given; undefined when the column cannot tell. */
export function rowsWith(
  column: SharedColumn | undefined,
  wanted: ReadonlySet<KqlValue>,
  { first, count, picked }: Rows,
): Rows | undefined {
  if (column === undefined) return wanted.has("") ? undefined : { first, count: 0 };
  if (column.kind !== "texts") return undefined;
  const dictionary = dictionaryOf(column, "string");
  const isWanted = dictionary.map((text) => wanted.has(text));
  const { codes } = column;
  if (codes === undefined) return isWanted[1] === true ? undefined : { first, count: 0 };
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const row = picked === undefined ? first + i : (picked[i] ?? 0);
    if (isWanted[codes[row] ?? 0] === true) found.push(row);
  }
  return { first, count: found.length, picked: Uint32Array.from(found) };
}
