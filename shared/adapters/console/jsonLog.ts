/**
 * One JSON object a line, which Application Insights picks up: what is well on standard output, the rest on standard
 * error, because the host takes the level of a line from where it came.
 */
import type { Log, LogFields } from "../../ports/log.ts";

type Level = "info" | "warn" | "error";

function write(level: Level, event: string, fields: LogFields = {}): void {
  const line = {
    level,
    event,
    ...fields,
    ...("error" in fields && { error: told(fields["error"]) }),
  };
  const stream = level === "info" ? process.stdout : process.stderr;
  stream.write(`${JSON.stringify(line)}\n`);
}

/** Name, code and message chain; never the stack's source lines, never bodies. */
function told(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? error.slice(0, 500) : undefined;
  return {
    name: error.name,
    ...("code" in error && { code: error.code }),
    message: error.message.slice(0, 500),
    ...(depth < 3 && error.cause !== undefined && { cause: told(error.cause, depth + 1) }),
    ...(depth === 0 && { at: error.stack?.split("\n    at ").slice(1, 4) }),
  };
}

export const jsonLog: Log = {
  info: (event, fields) => write("info", event, fields),
  warn: (event, fields) => write("warn", event, fields),
  error: (event, fields) => write("error", event, fields),
};
