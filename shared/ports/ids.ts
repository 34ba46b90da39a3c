/** The product's only source of new identifiers. */
export interface Ids {
  /** A ULID with its type prefix, e.g. `ses_01JD…`; sorts by creation time. */
  next(prefix: string): string;
}
