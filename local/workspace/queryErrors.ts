/** Refusals of the engine in the words of the Log Analytics API. */
import type { KqlRefusal } from "../../shared/kql/engine/refusal.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import { serviceError, type WireReply } from "./wireReply.ts";

/** 400 for a query that is wrong or too much, 504 for one that took too long. */
export function queryError(refusal: KqlRefusal, query: string): WireReply {
  if (refusal.code === "deadline-exceeded")
    return serviceError(504, "GatewayTimeout", "The query did not end in time", {
      code: "GatewayTimeout",
      message: refusal.message,
    });
  const position = { line: refusal.line, pos: refusal.column };
  if (refusal.code === "syntax")
    return badArgument({
      code: "SyntaxError",
      message: "A recognition error occurred in the query.",
      innererror: {
        code: "SYN0002",
        message: `Query could not be parsed on line [${position.line},${position.pos}]: ${refusal.message}`,
        ...position,
        ...tokenAt(query, refusal),
      },
    });
  return badArgument({
    code: "SemanticError",
    message: "A semantic error occurred.",
    innererror: {
      code: refusal.code === "unknown-name" ? "SEM0100" : "SEM0001",
      message: `${refusal.message} (line ${position.line}, position ${position.pos})`,
      ...position,
    },
  });
}

/** The answer when a workspace lacks a table that the query names. */
export const unresolved = (name: string): WireReply =>
  badArgument({
    code: "SemanticError",
    message: "A semantic error occurred.",
    innererror: {
      code: "SEM0100",
      message: `'where' operator: Failed to resolve table or column expression named '${name}'`,
    },
  });

const badArgument = (innererror: {
  code: string;
  message: string;
  innererror: { code: string; message: string };
}): WireReply =>
  serviceError(400, "BadArgumentError", "The request had some invalid properties", innererror);

function tokenAt(query: string, { line, column }: KqlRefusal): { token?: string } {
  const rest = query.split("\n")[line - 1]?.slice(column - 1);
  const token = rest === undefined ? undefined : /^(?:\w+|\S)/.exec(rest)?.[0];
  return token === undefined ? {} : { token };
}

/** The table of the schema that a query's text names first. */
export function firstTable(query: string, schema: WorkspaceSchema): string | undefined {
  for (const [word] of query.matchAll(/\b[A-Za-z_]\w*\b/g))
    if (Object.hasOwn(schema, word)) return word;
  return undefined;
}
