/** What filters and orderings mean, in plain JavaScript: the yardstick for every store. */
import type { Document, Filter } from "../ports/documentStore.ts";
import type { Json, JsonObject } from "../schemas/json.ts";

/** Whether the document passes the filter. Written for clarity, shared with no store. */
export function matches(doc: JsonObject, filter: Filter): boolean {
  switch (filter.op) {
    case "and":
      return filter.filters.every((part) => matches(doc, part));
    case "or":
      return filter.filters.some((part) => matches(doc, part));
    case "not":
      return !matches(doc, filter.filter);
    case "exists":
      return (valueAt(doc, filter.field) !== undefined) === filter.exists;
    case "eq":
      return valueAt(doc, filter.field) === filter.value;
    case "in":
      return filter.values.some((value) => valueAt(doc, filter.field) === value);
    case "contains": {
      const value = valueAt(doc, filter.field);
      return Array.isArray(value) && value.some((element) => element === filter.value);
    }
    case "range":
      return inRange(valueAt(doc, filter.field), filter.from, filter.to);
    case "prefix":
    case "text":
      break;
  }
  const value = valueAt(doc, filter.field);
  if (typeof value !== "string") return false;
  return filter.op === "prefix"
    ? value.startsWith(filter.value)
    : value.toLowerCase().includes(filter.value.toLowerCase());
}

function inRange(
  value: Json | undefined,
  from: string | number | undefined,
  to: string | number | undefined,
): boolean {
  const aboveFrom =
    from === undefined || (typeof value === typeof from && compareScalars(value, from) >= 0);
  const belowTo =
    to === undefined || (typeof value === typeof to && compareScalars(value, to) <= 0);
  return aboveFrom && belowTo;
}

/** Numbers before texts; texts by code point, which is the order of their UTF-8 bytes. */
export function compareScalars(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return typeof a === "number" ? -1 : 1;
}

/** The value at a dotted path; `undefined` when any step is missing. */
export function valueAt(doc: JsonObject, field: string): Json | undefined {
  let value: Json | undefined = doc;
  for (const step of field.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The order every store promises: value in the direction asked for, then partition key and id ascending. */
export function inOrder(
  docs: readonly Document[],
  key: readonly string[],
  orderBy: { field: string; direction: "asc" | "desc" },
): Document[] {
  const sign = orderBy.direction === "asc" ? 1 : -1;
  const value = (doc: Document): Json | undefined => valueAt(doc, orderBy.field);
  return docs
    .filter((doc) => ["string", "number"].includes(typeof value(doc)))
    .toSorted((a, b) => {
      const first = sign * compareScalars(value(a), value(b));
      if (value(a) !== value(b)) return first;
      for (const part of [...key, "id"]) {
        if (a[part] !== b[part]) return compareScalars(a[part], b[part]);
      }
      return 0;
    });
}
