/** The command line's `analyze`. */
import { readFileSync } from "node:fs";

import { createKqlAnalyser } from "../shared/kql/analyser.ts";
import { readSchemaFile } from "../shared/kql/schemaFile.ts";
import type { KqlAnalysis, WorkspaceSchema } from "../shared/schemas/kql.ts";
import { type InputLine, type LineError, lineError } from "./kqlLines.ts";

/** @throws Error when the file cannot be read or is no schema. */
export function loadSchema(file: string): WorkspaceSchema {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  try {
    return readSchemaFile(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file} cannot be used. ${reason}`, { cause });
  }
}

const analyser = createKqlAnalyser();

/** The analysis of one line, in the shape of the API's reply; `ok` says that there is no error. */
export async function analyzeLine(line: InputLine, schema: WorkspaceSchema): Promise<object> {
  if ("error" in line) return { id: line.id, ...unreadable(line.error) };
  try {
    return { id: line.id, ...(await analyser.analyse(line.kql, schema)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id: line.id, ...unreadable(lineError("kql-refused", message)) };
  }
}

function unreadable(error: LineError): KqlAnalysis & { readonly error: LineError } {
  const { code, message, line, column } = error;
  return {
    ok: false,
    diagnostics: [{ code, severity: "error", message, line, column, length: 0 }],
    policy: [],
    tables: [],
    functions: [],
    columns: [],
    output: [],
    error,
  };
}
