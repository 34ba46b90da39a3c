/** Names of tables, columns and functions that the language package cannot hold: its lists are plain objects inside. */
const UNUSABLE: ReadonlySet<string> = new Set(["__proto__", "hasOwnProperty"]);

/** Whether a query can name a table, column or function of this name; the others are left out of a schema. */
export const isUsableName = (name: string): boolean => !UNUSABLE.has(name);
