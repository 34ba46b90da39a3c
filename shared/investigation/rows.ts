/** Reads rows of evidence by column name, and holds them against conditions. */
import type { Json } from "../schemas/json.ts";
import type { Evidence } from "../schemas/sessions.ts";
import type { Condition } from "./question.ts";

export interface NamedRow {
  hash: string;
  cell: (column: string) => Json | undefined;
}

export const namedRows = ({ columns, rows }: Evidence): NamedRow[] => {
  const index = new Map(columns.map(({ name }, i) => [name, i]));
  return rows.map(({ hash, values }) => ({
    hash,
    cell: (column) => {
      const at = index.get(column);
      return at === undefined ? undefined : values[at];
    },
  }));
};

export const fits = (row: NamedRow, conditions: readonly Condition[] = []): boolean =>
  conditions.every((condition) => holds(row.cell(condition.column), condition));

function holds(cell: Json | undefined, condition: Condition): boolean {
  if (cell === undefined) return false;
  if ("is" in condition) return condition.is.some((one) => equal(cell, one));
  if ("isNot" in condition) return !condition.isNot.some((one) => equal(cell, one));
  if ("at_least" in condition) return typeof cell === "number" && cell >= condition.at_least;
  const text = typeof cell === "string" ? cell.toLowerCase() : JSON.stringify(cell).toLowerCase();
  return condition.has.some((one) => text.includes(one.toLowerCase()));
}

const equal = (a: Json, b: Json): boolean =>
  typeof a === "string" && typeof b === "string" ? a.toLowerCase() === b.toLowerCase() : a === b;
