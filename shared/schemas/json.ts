/** JSON values, as they travel and as they are stored. */
import { z } from "zod";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export const Json: z.ZodType<Json> = z.json();

export type JsonObject = { [key: string]: Json };
export const JsonObject: z.ZodType<JsonObject> = z.record(z.string(), Json);

/** A record as a document: fields that are `undefined` are left out, as JSON does. */
export const asDocument = (fields: {
  [key: string]: Json | undefined;
  id: string;
}): JsonObject & { id: string } => ({
  ...Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  ),
  id: fields.id,
});

/** A nested record as a document: fields that are `undefined` are left out at any depth. @throws ZodError when it is no JSON. */
export const asDeepDocument = (record: object): JsonObject & { id: string } =>
  z
    .looseObject({ id: z.string() })
    .catchall(Json)
    .parse(JSON.parse(JSON.stringify(record)));
