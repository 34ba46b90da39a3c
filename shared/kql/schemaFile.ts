/** A schema as people write it down: `{"Table": {"Column": "type"}}`, with the names that Kusto and .NET also use for types. */
import { z } from "zod";

import type { KqlType, WorkspaceSchema } from "../schemas/kql.ts";
import { typeNamed } from "./typeNames.ts";

const TypeName = z.string().transform((name, context): KqlType => {
  const known = typeNamed(
    name
      .trim()
      .toLowerCase()
      .replace(/^system\.(?:data\.sqltypes\.)?/, ""),
  );
  if (known !== undefined) return known;
  context.addIssue({ code: "custom", message: `"${name}" is no type of Kusto.` });
  return z.NEVER;
});

const SchemaFile = z.record(z.string(), z.record(z.string(), TypeName));

/**
 * Reads a parsed schema file.
 * @throws Error that names the first place which is wrong.
 */
export function readSchemaFile(value: unknown): WorkspaceSchema {
  const read = SchemaFile.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(
    `The schema has to be {"Table": {"Column": "type"}}; at ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
  );
}
