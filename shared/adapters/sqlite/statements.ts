/** Prepared statements by their text, so that a query shape is compiled once. */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Query shapes are few; callers' filters may add some. The oldest unused shape goes first. */
const STATEMENTS_MAX = 200;

export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The statement for this text; numbers come back as JavaScript numbers. */
  get(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) {
      // Moves it to the end: a Map iterates in insertion order.
      this.#prepared.delete(sql);
      this.#prepared.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    if (this.#prepared.size > STATEMENTS_MAX) this.#dropOldest();
    return statement;
  }

  #dropOldest(): void {
    for (const sql of this.#prepared.keys()) {
      this.#prepared.delete(sql);
      return;
    }
  }
}
