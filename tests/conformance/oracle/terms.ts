/** One expression, written in both languages. In SQL a string is never NULL, and times are ticks since the year 1. */
import type { KqlType } from "../../../shared/schemas/kql.ts";

export type OracleType = Exclude<KqlType, "decimal" | "guid">;

export interface Term {
  readonly type: OracleType;
  readonly kql: string;
  readonly sql: string;
  /** A real whose digits were rounded on the way: its sum depends on the order of the rows. */
  readonly isRounded?: boolean;
}

export interface Column {
  readonly name: string;
  readonly type: OracleType;
  readonly isRounded?: boolean;
}

export const SQL_TYPES: Readonly<Record<OracleType, string>> = {
  bool: "BOOLEAN",
  datetime: "BIGINT",
  dynamic: "VARCHAR",
  int: "INTEGER",
  long: "BIGINT",
  real: "DOUBLE",
  string: "VARCHAR",
  timespan: "BIGINT",
};

export const quoted = (name: string): string => `"${name}"`;

export const columnTerm = ({ name, type, isRounded }: Column): Term => ({
  type,
  kql: name,
  sql: quoted(name),
  isRounded: isRounded === true,
});

/** What a missing value of a type is. */
export const absentSql = (type: OracleType): string =>
  type === "string" ? "''" : `cast(NULL as ${SQL_TYPES[type]})`;

export const TICKS_PER_DAY = 864_000_000_000n;
/** 2020-01-01T00:00Z. */
export const TICKS_2020 = 637_134_336_000_000_000n;
export const TICKS_MAX = 3_155_378_975_999_999_999n;
const TICKS_1970 = 621_355_968_000_000_000n;

/** A datetime as ISO text with seven decimals. */
export function datetimeText(ticks: bigint): string {
  const rest = ((ticks % 10_000n) + 10_000n) % 10_000n;
  const ms = Number((ticks - rest - TICKS_1970) / 10_000n);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(rest).padStart(4, "0")}Z`;
}

export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const longLiteral = (value: bigint): Term => ({
  type: "long",
  kql: `long(${value})`,
  sql: value === -(2n ** 63n) ? `(-9223372036854775807::BIGINT - 1)` : `(${value}::BIGINT)`,
});
export const realLiteral = (value: number): Term => ({
  type: "real",
  kql: `real(${value})`,
  sql: `'${value}'::DOUBLE`,
});
export const stringLiteral = (value: string): Term => ({
  type: "string",
  kql: JSON.stringify(value),
  sql: sqlString(value),
});
export const datetimeLiteral = (ticks: bigint): Term => ({
  type: "datetime",
  kql: `datetime(${datetimeText(ticks)})`,
  sql: `(${ticks}::BIGINT)`,
});
export const timespanLiteral = (ticks: bigint): Term => ({
  type: "timespan",
  kql: `timespan(${ticks}tick)`,
  sql: `(${ticks}::BIGINT)`,
});
export const boolLiteral = (value: boolean): Term => ({
  type: "bool",
  kql: String(value),
  sql: String(value),
});
/** The null of a type; of string it is "". */
export const nullLiteral = (type: OracleType): Term =>
  type === "string" ? stringLiteral("") : { type, kql: `${type}(null)`, sql: absentSql(type) };
