/**
 * The built-in schema: the tables of Microsoft Sentinel and Defender that investigations read, as Microsoft documents
 * them. For the simulated tenant, and the fallback where a workspace's own schema cannot be read: custom tables are not
 * in it. `data/tables.json` holds one table a line, its columns as `name:type` in order.
 */
import type { KqlType, WorkspaceSchema } from "../schemas/kql.ts";
import tables from "./data/tables.json" with { type: "json" };
import { typeNamed } from "./typeNames.ts";

function readColumns(text: string): Record<string, KqlType> {
  return Object.fromEntries(
    text.split(" ").map((column) => {
      const [name = "", typeName = ""] = column.split(":");
      const type = typeNamed(typeName);
      if (type === undefined) throw new Error(`The built-in schema has a column "${column}".`);
      return [name, type];
    }),
  );
}

export const BUILT_IN_SCHEMA: WorkspaceSchema = Object.fromEntries(
  Object.entries(tables).map(([table, columns]) => [table, readColumns(columns)]),
);

const completed = new WeakMap<WorkspaceSchema, WorkspaceSchema>();

/**
 * A workspace's own tables over the built-in ones: what it lacks of these it refuses itself, by name. The same object
 * for the same schema, so that it is told to each analysing worker once.
 */
export function withBuiltIn(own: WorkspaceSchema): WorkspaceSchema {
  const known = completed.get(own);
  if (known !== undefined) return known;
  const made = { ...BUILT_IN_SCHEMA, ...own };
  completed.set(own, made);
  return made;
}
