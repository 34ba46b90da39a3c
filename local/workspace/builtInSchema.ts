/** The tables of a Sentinel workspace with the columns that the service gives them. */
import { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import tables from "./tables.json" with { type: "json" };

let schema: WorkspaceSchema | undefined;

/** Table and column names with types; read once. */
export const builtInSchema = (): WorkspaceSchema => (schema ??= WorkspaceSchema.parse(tables));
