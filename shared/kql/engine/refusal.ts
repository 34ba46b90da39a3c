/** A query that the engine does not run. Thrown before a row is read, or when a budget is used up. */

export type RefusalCode =
  | "syntax"
  | "unknown-name"
  | "unsupported-operator"
  | "unsupported-function"
  | "unsupported-expression"
  | "invalid-argument"
  | "too-large"
  | "budget-exceeded"
  | "deadline-exceeded";

/** Line and column count from 1 and point into the query's text. */
export class KqlRefusal extends Error {
  override readonly name = "KqlRefusal";
  readonly code: RefusalCode;
  readonly line: number;
  readonly column: number;

  constructor(
    code: RefusalCode,
    message: string,
    at: { line: number; column: number } = { line: 1, column: 1 },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.line = at.line;
    this.column = at.column;
  }
}
