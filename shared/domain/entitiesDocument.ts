/** Walks the Entities document of an alert: finds every entity, nested ones too, and follows `$ref`. */
import type { Json, JsonObject } from "../schemas/json.ts";

/** An object of the document that says what it is. */
export interface EntityNode {
  /** Its `Type` or `Kind`, in lower case and without punctuation: `cloud-application` is `cloudapplication`. */
  type: string;
  /** JSON pointer into the document. */
  path: string;
  /** An item of the document, or an object that others refer to: an entity even when its type is not known here. */
  isDeclared: boolean;
  fields: EntityFields;
}

/** Looks a field up whatever its case; a `$ref` gives what it refers to. */
export interface EntityFields {
  /** Trimmed text; numbers as text; `undefined` when absent or empty. */
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  /** The nested entity of that name. */
  entity(name: string): EntityFields | undefined;
  /** The nested entities of a list. */
  entities(name: string): EntityFields[];
}

/** What a nested object is when it does not say so itself: by the field it stands in. */
const TYPE_BY_FIELD: Readonly<Record<string, string>> = {
  filehashes: "filehash",
  imagefile: "file",
  parentprocess: "process",
  account: "account",
  host: "host",
  lastipaddress: "ip",
  lastexternalipaddress: "ip",
};

/** All entities of a document, in its order. References that lead nowhere or in circles are left out. */
export function entityNodes(document: readonly Json[]): EntityNode[] {
  const byRef = new Map<string, JsonObject>();
  const found: { object: JsonObject; type: string; path: string }[] = [];
  for (const { object, path, field } of objectsOf(document)) {
    const id = object["$id"];
    if (typeof id === "string" || typeof id === "number") byRef.set(String(id), object);
    const type = typeOf(object) ?? TYPE_BY_FIELD[field];
    if (type !== undefined && object["$ref"] === undefined) found.push({ object, type, path });
  }
  const known = new Map<JsonObject, EntityFields>();
  const fieldsOf = (object: JsonObject): EntityFields => {
    const target = followed(object, byRef);
    const existing = known.get(target);
    if (existing !== undefined) return existing;
    const fields = new Fields(target, fieldsOf);
    known.set(target, fields);
    return fields;
  };
  return found.map(({ object, type, path }) => ({
    type,
    path,
    isDeclared: object["$id"] !== undefined || !path.includes("/", 1),
    fields: fieldsOf(object),
  }));
}

class Fields implements EntityFields {
  readonly #values: ReadonlyMap<string, Json>;
  readonly #fieldsOf: (object: JsonObject) => EntityFields;

  constructor(object: JsonObject, fieldsOf: (object: JsonObject) => EntityFields) {
    // ARM and playbooks put the fields one level down.
    const properties = object["properties"];
    const all = isObject(properties) ? { ...object, ...properties } : object;
    this.#values = new Map(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
    this.#fieldsOf = fieldsOf;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name.toLowerCase());
    if (typeof value === "number") return String(value);
    const text = typeof value === "string" ? value.trim() : "";
    return text === "" ? undefined : text;
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name.toLowerCase());
    return typeof value === "boolean" ? value : undefined;
  }

  entity(name: string): EntityFields | undefined {
    const value = this.#values.get(name.toLowerCase());
    return isObject(value) ? this.#fieldsOf(value) : undefined;
  }

  entities(name: string): EntityFields[] {
    const value = this.#values.get(name.toLowerCase());
    return Array.isArray(value) ? value.filter(isObject).map(this.#fieldsOf) : [];
  }
}

/** Every object of the document once, outer before inner, without recursion: depth is the sender's choice. */
function* objectsOf(
  document: readonly Json[],
): Generator<{ object: JsonObject; path: string; field: string }> {
  const seen = new Set<Json>();
  const waiting: { value: Json; path: string; field: string }[] = [
    { value: [...document], path: "", field: "" },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, field } = next;
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (!Array.isArray(value)) yield { object: value, path, field };
    const inner = Array.isArray(value)
      ? value.map((item, i) => ({ value: item, path: `${path}/${i}`, field }))
      : Object.entries(value).map(([name, item]) => ({
          value: item,
          path: `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
          field: name.toLowerCase(),
        }));
    waiting.push(...inner.toReversed());
  }
}

/** A reference to a reference is followed too; one that turns in a circle stays where it is. */
function followed(object: JsonObject, byRef: ReadonlyMap<string, JsonObject>): JsonObject {
  const passed = new Set<JsonObject>();
  let current = object;
  for (;;) {
    const ref = current["$ref"];
    if (typeof ref !== "string" && typeof ref !== "number") return current;
    const target = byRef.get(String(ref));
    if (target === undefined || passed.has(target)) return current;
    passed.add(target);
    current = target;
  }
}

function typeOf(object: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value !== "string" || name.length !== 4) continue;
    const lower = name.toLowerCase();
    if (lower === "type" || lower === "kind") return value.toLowerCase().replaceAll(/[^a-z]/g, "");
  }
  return undefined;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
