/**
 * `npm run --silent kql -- analyze --schema FILE [--input FILE.jsonl]`: says what is wrong with queries.
 * `npm run --silent kql -- run --tenant DIR [--now ISO] [--input FILE.jsonl] [QUERY]`: runs them over a folder of rows.
 *
 * Input lines are `{"id","kql","timespan"?}`, from the file or from standard input; each gives one line on standard
 * output, in order. A line that is wrong gives an error line. The exit code is 0 unless the input cannot be read.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { analyzeLine, loadSchema } from "./kqlAnalyze.ts";
import { readLines, writeLine } from "./kqlLines.ts";
import { createRunner } from "./kqlRun.ts";

const USAGE = `Usage:
  kql analyze --schema FILE [--input FILE.jsonl] [QUERY]
  kql run --tenant DIR [--now ISO] [--input FILE.jsonl] [QUERY]`;

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      schema: { type: "string" },
      tenant: { type: "string" },
      now: { type: "string" },
      input: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });

/** The text of the input: of the query given as an argument, of the file, or of standard input. */
function inputText(query: string | undefined, file: string | undefined): string {
  if (query !== undefined) return JSON.stringify({ id: "1", kql: query });
  return readFileSync(file ?? 0, "utf8");
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command, query] = positionals;
  if (values.help === true) return console.log(USAGE);
  if (command === "analyze" && values.schema !== undefined) {
    const schema = loadSchema(values.schema);
    for (const line of readLines(inputText(query, values.input)))
      writeLine(JSON.stringify(await analyzeLine(line, schema)));
    return;
  }
  if (command === "run" && values.tenant !== undefined) {
    const run = createRunner(values.tenant, values.now);
    for (const line of readLines(inputText(query, values.input))) writeLine(await run(line));
    return;
  }
  throw new Error(USAGE);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
