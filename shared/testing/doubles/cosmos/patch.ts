/** Partial update of a document: set and remove of top-level fields, as strict as the service. */
import { z } from "zod";

import { Json } from "../../../schemas/json.ts";
import type { JsonObject } from "../../../schemas/json.ts";
import { badRequest } from "./cosmosError.ts";

const PatchOperation = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("set"), path: z.string(), value: Json }),
  z.strictObject({ op: z.literal("remove"), path: z.string() }),
]);
type PatchOperation = z.infer<typeof PatchOperation>;

export const PatchBody = z.strictObject({ operations: z.array(PatchOperation).min(1).max(10) });

const SYSTEM_PATHS = new Set(["/id", "/_rid", "/_self", "/_etag", "/_ts", "/_attachments"]);

/** @returns the changed copy. Removing a field that is not there is an error. */
export function applyPatch(
  doc: JsonObject,
  operations: readonly PatchOperation[],
  keyPaths: readonly string[],
): JsonObject {
  const changed = { ...doc };
  for (const operation of operations) {
    const { path } = operation;
    if (!/^\/[^/]+$/.test(path)) throw badRequest(`'${path}' is not a top-level path.`);
    if (SYSTEM_PATHS.has(path) || keyPaths.includes(path)) {
      throw badRequest(`'${path}' cannot be patched.`);
    }
    const field = path.slice(1).replaceAll("~1", "/").replaceAll("~0", "~");
    if (operation.op === "set") changed[field] = operation.value;
    else if (Object.hasOwn(changed, field)) delete changed[field];
    else throw badRequest(`'${path}' to be removed is absent.`);
  }
  return changed;
}
