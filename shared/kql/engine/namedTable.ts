/** Looks names of a query up in tables of the program. */

/** The entry of that name; undefined when there is none. Names that every object knows (`toString`) are no entries. */
export const entry = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
