/** Lines of the command line's input and output. */
import { writeSync } from "node:fs";

import { z } from "zod";

import type { Json } from "../shared/schemas/json.ts";

export interface LineError {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface QueryLine {
  readonly id: Json;
  readonly kql: string;
  readonly timespan: string | undefined;
}

/** One line of input: a query, or what is wrong with the line. */
export type InputLine = QueryLine | { readonly id: Json; readonly error: LineError };

const Id = z.union([z.string(), z.number(), z.null()]);
const Line = z.looseObject({
  id: Id.optional(),
  kql: z.string(),
  timespan: z.string().nullish(),
});

export const lineError = (code: string, message: string): LineError => ({
  code,
  message,
  line: 1,
  column: 1,
});

/** Every line of the input that is not blank, in order. */
export function readLines(text: string): InputLine[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [readLine(line, index + 1)]));
}

/** @param number of the line in the input, from 1 */
function readLine(text: string, number: number): InputLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { id: null, error: invalidLine(number, "is no JSON") };
  }
  const line = Line.safeParse(value);
  if (line.success)
    return {
      id: line.data.id ?? null,
      kql: line.data.kql,
      timespan: line.data.timespan ?? undefined,
    };
  const id = z.looseObject({ id: Id }).safeParse(value).data?.id ?? null;
  return {
    id,
    error: invalidLine(number, 'is not {"id","kql","timespan"?} with a text in kql'),
  };
}

/** The place of this error is the line of the input, not one of a query. */
const invalidLine = (line: number, problem: string): LineError => ({
  ...lineError("invalid-line", `Line ${line} of the input ${problem}.`),
  line,
});

/** Writes JSON as one line, whole, however slowly a pipe takes it. */
export function writeLine(json: string): void {
  let rest = Buffer.from(`${json}\n`);
  while (rest.length > 0)
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
}
