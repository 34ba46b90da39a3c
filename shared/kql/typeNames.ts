/** The names that queries, schemas and people give the types of Kusto. */
import type { KqlType } from "../schemas/kql.ts";

const TYPE_NAMES: ReadonlyMap<string, KqlType> = new Map(
  Object.entries({
    bool: "bool",
    boolean: "bool",
    sbyte: "bool",
    date: "datetime",
    datetime: "datetime",
    decimal: "decimal",
    sqldecimal: "decimal",
    dynamic: "dynamic",
    object: "dynamic",
    guid: "guid",
    uniqueid: "guid",
    uuid: "guid",
    int: "int",
    int32: "int",
    long: "long",
    int64: "long",
    double: "real",
    float: "real",
    real: "real",
    single: "real",
    string: "string",
    time: "timespan",
    timespan: "timespan",
  } as const),
);

/** @param name in lower case: Kusto's own, its other names, or one of .NET. */
export const typeNamed = (name: string): KqlType | undefined => TYPE_NAMES.get(name);
