/** Types of columns that no schema names, from their values. */
import type { WireRow } from "../../shared/kql/engine/store/segment.ts";
import type { KqlType } from "../../shared/schemas/kql.ts";

export interface TypeInference {
  see(row: WireRow): void;
  /** The columns with the narrowest type that all their values have; text when they differ or there are none. */
  types(): Record<string, KqlType>;
}

/** @param known columns that need no inference. */
export function inferTypes(known: Readonly<Record<string, KqlType>>): TypeInference {
  const seen = new Map<string, Set<KqlType>>();
  return {
    see: (row) => {
      for (const [name, value] of Object.entries(row)) {
        if (Object.hasOwn(known, name)) continue;
        const types = seen.get(name) ?? new Set<KqlType>();
        seen.set(name, types);
        if (value !== null && value !== undefined && value !== "") types.add(typeOf(value));
      }
    },
    types: () =>
      Object.fromEntries([...seen].map(([name, types]) => [name, narrowest(name, types)])),
  };
}

function narrowest(name: string, types: ReadonlySet<KqlType>): KqlType {
  if (name === "TimeGenerated") return "datetime";
  if (types.size === 2 && types.has("long") && types.has("real")) return "real";
  const [only] = types;
  if (types.size === 1 && only !== undefined) return only;
  return types.has("dynamic") ? "dynamic" : "string";
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?$/;

function typeOf(value: unknown): KqlType {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? "long" : "real";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "long" : "real";
  if (typeof value === "object") return "dynamic";
  return typeof value === "string" && ISO_TIME.test(value) ? "datetime" : "string";
}
