/** DuckDB with the operations that Kusto has and SQL has not, spelled out as macros. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

import { type OracleRow, type TableName, createSql } from "./tables.ts";

const MACROS = [
  "set threads = 1",
  "set ieee_floating_point_ops = true",
  // 64 bits that wrap around.
  `create macro wrap64(x) as ((((x + 9223372036854775808::HUGEINT) % 18446744073709551616::HUGEINT)
     + 18446744073709551616::HUGEINT) % 18446744073709551616::HUGEINT - 9223372036854775808::HUGEINT)::BIGINT`,
  `create macro divide64(a, b) as case when b = 0 then NULL else wrap64(a::HUGEINT // b::HUGEINT) end`,
  `create macro modulo64(a, b) as case when b = 0 then NULL
     else (((a::HUGEINT % abs(b::HUGEINT)) + abs(b::HUGEINT)) % abs(b::HUGEINT))::BIGINT end`,
  // The multiple of `size`, counted from `anchor`, at or below x.
  `create macro floor64(x, size, anchor) as wrap64(x::HUGEINT
     - (((x::HUGEINT - anchor) % size::HUGEINT) + size::HUGEINT) % size::HUGEINT)`,
  // Ends outside of 64 bits are the nearest inside.
  `create macro to_long(x) as case when isnan(x) or isinf(x) then NULL
     when x >= 9223372036854775807::DOUBLE then 9223372036854775807::BIGINT
     when x <= -9223372036854775808::DOUBLE then -9223372036854775807::BIGINT - 1
     else trunc(x)::BIGINT end`,
  // Ticks since the year 1 as a timestamp of microseconds, and back.
  `create macro to_time(ticks) as make_timestamp((ticks - ((ticks % 10) + 10) % 10 - 621355968000000000) // 10)`,
  `create macro from_timestamp(t) as epoch_us(t) * 10 + 621355968000000000`,
  // A real that is no number makes the result none.
  `create macro max_real(x) as case when bool_or(isnan(x)) then 'nan'::DOUBLE else max(x) end`,
  `create macro min_real(x) as case when bool_or(isnan(x)) then 'nan'::DOUBLE else min(x) end`,
];

export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<Duck> {
    const instance = await DuckDBInstance.create(":memory:");
    const duck = new Duck(instance, await instance.connect());
    for (const statement of MACROS) await duck.#connection.run(statement);
    return duck;
  }

  async fill(tables: Readonly<Record<TableName, readonly OracleRow[]>>): Promise<void> {
    for (const [name, rows] of Object.entries(tables))
      if (name === "A" || name === "B" || name === "E")
        for (const statement of createSql(name, rows)) await this.#connection.run(statement);
  }

  /** Names and values of the answer; longs are bigint. */
  async ask(sql: string): Promise<{ names: string[]; rows: unknown[][] }> {
    const reader = await this.#connection.runAndReadAll(sql);
    return { names: reader.columnNames(), rows: reader.getRows() };
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
