/** What a rule for expressions is given and gives. */
import type { Choices } from "./choices.ts";
import type { Column, OracleType, Term } from "./terms.ts";

/** Makes the parts that a rule needs. */
export interface Maker {
  readonly choices: Choices;
  readonly columns: readonly Column[];
  /** An expression of the type. */
  of(type: OracleType): Term;
  /** A column or a literal. */
  leaf(type: OracleType): Term;
  literal(type: OracleType): Term;
}

/** Writes one construct in both languages. */
export type Rule = (make: Maker) => Term;
export type RuleTable = Readonly<Partial<Record<OracleType, readonly Rule[]>>>;

export const call = (
  type: OracleType,
  name: string,
  parts: readonly Term[],
  sql: string,
): Term => ({ type, kql: `${name}(${parts.map((part) => part.kql).join(", ")})`, sql });
