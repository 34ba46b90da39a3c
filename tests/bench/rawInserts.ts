/** The honest rival of the sync: prepared inserts of the same rows, same table and indexes, one transaction an incident. */
import { performance } from "node:perf_hooks";
import type { DatabaseSync, StatementSync } from "node:sqlite";

import { openDatabase } from "../../shared/adapters/sqlite/database.ts";

const TABLE = "documents_incidents";

export class RawInserts {
  ms = 0;
  rows = 0;
  readonly #from: DatabaseSync;
  readonly #to: DatabaseSync;
  readonly #columns: string[];
  readonly #insert: StatementSync;

  /** @param from holds the table, made by the store, that is copied into a new file. */
  constructor(from: DatabaseSync, file: string) {
    this.#from = from;
    this.#to = openDatabase(file);
    const definitions = from
      .prepare(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC",
      )
      .all(TABLE);
    for (const { sql } of definitions) this.#to.exec(String(sql));
    this.#columns = from
      .prepare(`PRAGMA table_info(${TABLE})`)
      .all()
      .map(({ name }) => String(name));
    const names = this.#columns.map((name) => `"${name}"`).join(", ");
    const places = this.#columns.map(() => "?").join(", ");
    this.#insert = this.#to.prepare(`INSERT INTO ${TABLE} (${names}) VALUES (${places})`);
  }

  /** Copies the rows that the source has and the copy has not. Only the writing is timed. */
  catchUp(): void {
    const rows = this.#from
      .prepare(`SELECT * FROM ${TABLE} ORDER BY rowid LIMIT -1 OFFSET ?`)
      .all(this.rows);
    const started = performance.now();
    for (const row of rows) {
      this.#to.exec("BEGIN IMMEDIATE");
      this.#insert.run(...this.#columns.map((name) => row[name] ?? null));
      this.#to.exec("COMMIT");
    }
    this.ms += performance.now() - started;
    this.rows += rows.length;
  }

  close(): void {
    this.#to.close();
  }
}
