/** Compiles KQL into closures over columns. */
import type { WorkspaceSchema } from "../../schemas/kql.ts";
import type { CompiledQuery } from "./query.ts";
import { KqlRefusal } from "./refusal.ts";

/**
 * Parses, binds and compiles a query once.
 * @throws KqlRefusal when the query is wrong or uses what the engine does not support; no row has been read then.
 */
export function compileQuery(query: string, _schema: WorkspaceSchema): CompiledQuery {
  throw new KqlRefusal("unsupported-operator", `The engine does not run this yet: ${query}`);
}
