/** The Entities document of an alert: every entity once with an `$id`, afterwards as `$ref`. */
import type { Json } from "../../../shared/schemas/json.ts";

/** An entity with its nested entities; the same object may stand in several places. */
export type Entity = { readonly Type: string } & { readonly [key: string]: EntityPart };
type EntityPart = Json | Entity | readonly Entity[];

const isEntity = (part: unknown): part is Entity =>
  typeof part === "object" && part !== null && "Type" in part && typeof part.Type === "string";

/** Writes the document as products do: ids count from 2, first use in full, later uses by reference. */
export function entityDocument(entities: readonly Entity[]): string {
  const ids = new Map<Entity, string>();
  const write = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(write);
    if (!isEntity(part)) return part;
    const known = ids.get(part);
    if (known !== undefined) return { $ref: known };
    const id = String(ids.size + 2);
    ids.set(part, id);
    const { Type, ...rest } = part;
    const columns = Object.entries(rest).map(([key, value]) => [key, write(value)]);
    return { $id: id, ...Object.fromEntries(columns), Type };
  };
  return JSON.stringify(entities.map(write));
}
