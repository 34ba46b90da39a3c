/** The part of the query language that the double understands, as a tree. */

export type Expression =
  | { kind: "literal"; value: string | number | boolean | null }
  | { kind: "parameter"; name: string }
  | { kind: "path"; steps: readonly string[] }
  | { kind: "and" | "or"; left: Expression; right: Expression }
  | { kind: "not"; operand: Expression }
  | { kind: "coalesce"; left: Expression; right: Expression }
  | { kind: "compare"; operator: string; left: Expression; right: Expression }
  | { kind: "in"; operand: Expression; list: readonly Expression[] }
  | { kind: "call"; name: string; arguments: readonly Expression[] }
  | { kind: "object"; properties: readonly (readonly [name: string, value: Expression])[] };

export interface Ordering {
  steps: readonly string[];
  descending: boolean;
}

/** `SELECT * | VALUE … FROM c [WHERE …] [ORDER BY …] [OFFSET … LIMIT …]` */
export interface SelectQuery {
  /** Absent for `*`; `COUNT(1)` counts. */
  value?: Expression;
  where?: Expression;
  orderBy: readonly Ordering[];
  window?: { offset: Expression; limit: Expression };
}
