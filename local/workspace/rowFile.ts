/** Files of rows, one JSON object a line, read in pieces: a file may be larger than the memory. */
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

import { parseExactJson } from "../../shared/kql/engine/json.ts";
import type { WireRow } from "../../shared/kql/engine/store/segment.ts";
import { type DynamicBag, isBag } from "../../shared/kql/engine/values.ts";

const CHUNK_BYTES = 4 * 1024 * 1024;
/** A line that is longer is no row: Log Analytics takes records of 1 MB at most, here with room to spare. */
const LINE_CHARS_MAX = 16 * 1024 * 1024;

export interface RowLine {
  /** Counts from 1. */
  readonly line: number;
  /** Undefined when the line is no JSON object. */
  readonly row: WireRow | undefined;
}

/** The lines of a file that hold something, in order. A byte order mark and CR before LF are taken away. */
export function* rowLines(file: string): Generator<RowLine> {
  let line = 0;
  for (const text of linesOf(file)) {
    line += 1;
    if (text.trim() !== "") yield { line, row: rowOf(text) };
  }
}

/** A line's object, integers with all their digits; undefined when the line is no JSON object. */
export function rowOf(text: string): DynamicBag | undefined {
  const value = parseExactJson(text);
  return isBag(value) ? value : undefined;
}

function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, "r");
  try {
    const decoder = new StringDecoder("utf8");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest = "";
    let isFirst = true;
    for (let size = CHUNK_BYTES; size > 0;) {
      size = readSync(handle, buffer, 0, CHUNK_BYTES, null);
      const text = size > 0 ? decoder.write(buffer.subarray(0, size)) : decoder.end();
      const lines = (rest + (isFirst ? text.replace(/^\uFEFF/, "") : text)).split("\n");
      isFirst = false;
      rest = lines.pop() ?? "";
      yield* lines;
      // What is kept of a line without end is enough to tell that it is no row.
      if (rest.length > LINE_CHARS_MAX) rest = rest.slice(0, LINE_CHARS_MAX);
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(handle);
  }
}
